using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>Measures pictures against the reference of the hour, for light, colour, noise and sharpness alone.</summary>
/// <remarks>
/// A variant must never hide an obstruction or a move: place and structure stay measured against the commissioned picture, and a variant is
/// refused that does not lie over it, is covered or out of focus itself, or shows a station hidden. One call at a time.
/// </remarks>
internal sealed class LightReference : IDisposable
{
    private readonly CameraView _view;
    private readonly FrameMeasures _measures;

    private LightReference(ReferenceVariant variant, CameraView view, FrameMeasures measures) =>
        (Variant, _view, _measures) = (variant, view, measures);

    /// <summary>What it is made of.</summary>
    public ReferenceVariant Variant { get; }

    /// <summary>Takes a variant up, or refuses it: null.</summary>
    /// <param name="variant">The picture of the hour.</param>
    /// <param name="commissioned">The view against the commissioned picture.</param>
    /// <param name="stations">Outlines, px of the view.</param>
    /// <param name="masks">Rectangles that never count, px of the view.</param>
    /// <param name="options">Thresholds.</param>
    public static LightReference? Take(
        ReferenceVariant variant,
        CameraView commissioned,
        IReadOnlyList<IReadOnlyList<PixelPoint>> stations,
        IReadOnlyList<PixelRectangle> masks,
        CoverageOptions options
    )
    {
        var picture =
            variant.Picture.Size == new PixelSize(commissioned.Width, commissioned.Height)
                ? variant.Picture
                : variant.Picture.Resize(commissioned.Width, commissioned.Height);
        var i420 = picture.ToI420();
        var measures = new FrameMeasures(commissioned.Width, commissioned.Height, stations.Count);
        if (!Shows(i420, commissioned, measures, options))
            return null;
        return new(variant, new(i420, commissioned.Width, commissioned.Height, stations, masks), measures);
    }

    /// <summary>Replaces what the commissioned picture says of light by what the picture of the hour says.</summary>
    /// <param name="i420">The frame.</param>
    /// <param name="into">Measured against the commissioned picture.</param>
    public void Replace(ReadOnlySpan<byte> i420, FrameMeasures into)
    {
        _view.Measure(i420, into.Aligned, _measures);
        into.Levels = into.Levels with { RefNoise = _measures.Levels.RefNoise };
        for (var i = 0; i < into.Blocks.Length; i++)
        {
            ref var block = ref into.Blocks[i];
            ref readonly var own = ref _measures.Blocks[i];
            (block.RefMean, block.RefU, block.RefV, block.RefClipped, block.RefNoise) = (
                own.RefMean,
                own.RefU,
                own.RefV,
                own.RefClipped,
                own.RefNoise
            );
            (block.RefHigh, block.RefMid) = (own.RefHigh, own.RefMid);
        }

        for (var i = 0; i < into.Stations.Length; i++)
        {
            into.Stations[i].RefClipped = _measures.Stations[i].RefClipped;
            var cells = into.Cells(i);
            var ownCells = _measures.Cells(i);
            for (var c = 0; c < cells.Length; c++)
                cells[c].Ratio = ownCells[c].Ratio;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _view.Dispose();

    /// <summary>Whether a picture shows the commissioned view: in its place, sharp, nothing covered, no station hidden.</summary>
    private static bool Shows(byte[] i420, CameraView commissioned, FrameMeasures measures, CoverageOptions options)
    {
        var registration = commissioned.Register(i420, Homography.Identity, wide: true);
        if (!registration.Found)
            return false;
        var (u, v) = registration.Homography.Apply(commissioned.Width / 2.0, commissioned.Height / 2.0);
        if (
            Math.Max(Math.Abs(u - (commissioned.Width / 2.0)), Math.Abs(v - (commissioned.Height / 2.0))) * 640 / commissioned.Width
            >= options.MovedPixels / 2
        )
            return false;
        commissioned.Measure(i420, Homography.Identity, measures);
        var scores = ViewScores.Of(measures, options);
        if (scores.LostShare >= options.CoveredShare || scores.Sharpness < options.DefocusedSharpness)
            return false;
        for (var i = 0; i < measures.Stations.Length; i++)
            if (StationJudge.VisibleShare(measures.Cells(i)) < options.OccludedVisibleShare)
                return false;
        return true;
    }
}
