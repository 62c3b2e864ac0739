using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Plates;

/// <summary>Finds plates in pictures of a camera at its full, recorded resolution.</summary>
/// <remarks>Loads the vision library. One call at a time.</remarks>
public sealed class PlateFinder : IDisposable
{
    private readonly TagDetector _detector = new();

    /// <summary>Plates in one picture or several of the same view.</summary>
    /// <exception cref="VisionException">The library failed.</exception>
    public IReadOnlyList<PlateSighting> Find(IReadOnlyList<Picture> pictures) =>
        PlateVote.Join([.. pictures.Select(p => _detector.Detect(p.ToGrey(), p.Width, p.Height))]);

    /// <inheritdoc/>
    public void Dispose() => _detector.Dispose();
}
