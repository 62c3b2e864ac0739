using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Vision;

/// <summary>A number plate found in a picture.</summary>
/// <param name="Id">Number of the tag, [0, 586].</param>
/// <param name="CorrectedBits">0 or 1.</param>
/// <param name="Margin">Decision margin; the larger the surer.</param>
/// <param name="Center">Centre, px.</param>
/// <param name="Corners">Four corners of the tag's black border, px, in AprilTag 3 order: counter-clockwise on the tag from its lower left corner.</param>
public sealed record DetectedTag(int Id, int CorrectedBits, double Margin, PixelPoint Center, IReadOnlyList<PixelPoint> Corners);

/// <summary>Finds AprilTag 36h11 plates at full resolution.</summary>
/// <remarks>One call at a time.</remarks>
public sealed class TagDetector : IDisposable
{
    private const int Capacity = 587;
    private readonly VisionLibrary.TagsHandle _handle = new();
    private readonly VisionLibrary.Tag[] _found = new VisionLibrary.Tag[Capacity];

    /// <summary>Makes the detector.</summary>
    /// <exception cref="VisionException">The library failed.</exception>
    public TagDetector()
    {
        VisionLibrary.Check(VisionLibrary.em_tags_create(out var created), "make a plate detector");
        _handle.Take(created);
    }

    /// <summary>Finds the plates of a grey picture.</summary>
    /// <param name="grey">One byte a pixel, rows without padding.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <returns>Surest first; at most 587.</returns>
    /// <exception cref="VisionException">The library failed.</exception>
    public unsafe IReadOnlyList<DetectedTag> Detect(ReadOnlySpan<byte> grey, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)grey.Length, (long)width * height, nameof(grey));
        int count;
        fixed (byte* p = grey)
        fixed (VisionLibrary.Tag* found = _found)
            VisionLibrary.Check(VisionLibrary.em_tags_detect(_handle, p, width, height, width, found, Capacity, out count), "find plates");
        var tags = new DetectedTag[Math.Min(count, Capacity)];
        for (var i = 0; i < tags.Length; i++)
        {
            var tag = _found[i];
            var corners = new PixelPoint[4];
            for (var k = 0; k < 4; k++) corners[k] = new(tag.Corners[2 * k], tag.Corners[(2 * k) + 1]);
            tags[i] = new(tag.Id, tag.Hamming, tag.Margin, new(tag.CenterU, tag.CenterV), corners);
        }

        return tags;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
