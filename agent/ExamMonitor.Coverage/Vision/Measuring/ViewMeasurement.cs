using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Measures frames against one reference and its stations. Its planes are kept: a frame allocates nothing of its size.</summary>
internal sealed class ViewMeasurement : IDisposable
{
    private readonly ViewReference _reference;
    private readonly StationOutline[] _outlines;
    private readonly StationPatch?[] _straightPatches;
    private readonly StationPatch?[] _warpedPatches;
    private readonly YuvPlanes _frame;
    private readonly FilteredPicture _filtered;
    private readonly FrameAlignment _alignment;
    private readonly CountedPixels _warpedCounts;
    private readonly Plane<short> _noise;

    /// <summary>Prepares for frames of the reference's size.</summary>
    public ViewMeasurement(ViewReference reference, IReadOnlyList<IReadOnlyList<PixelPoint>> stations)
    {
        var (width, height) = (reference.Mask.Width, reference.Mask.Height);
        _reference = reference;
        (_frame, _filtered, _alignment, _warpedCounts, _noise) = (
            new(width, height),
            new(width, height),
            new(width, height),
            new(width, height),
            new(width, height)
        );
        _outlines = [.. stations.Select(s => new StationOutline(s, reference.Mask))];
        _straightPatches = [.. _outlines.Select(o => o.IsEmpty ? null : new StationPatch(_frame.Y, o.Box))];
        _warpedPatches = [.. _outlines.Select(o => o.IsEmpty ? null : new StationPatch(_alignment.Warped.Y, o.Box))];
    }

    /// <summary>Measures a frame.</summary>
    /// <param name="i420">The frame.</param>
    /// <param name="h">Reference to frame.</param>
    /// <param name="into">Filled.</param>
    public void Measure(ReadOnlySpan<byte> i420, in Homography h, FrameMeasures into)
    {
        _frame.Load(i420);
        var levels = Levels.Of(_frame.Y.Pixels);
        var straight = _alignment.IsStraight(h);
        var frame = straight ? new AlignedFrame(_frame, _filtered, _reference.Straight) : Warp(h);
        _filtered.Take(frame.Picture.Y);
        // Of the picture as it is: warping smooths noise away.
        if (!straight)
            FilteredPicture.NoiseOf(_frame.Y, _noise);
        levels.Noise = NoiseLevel.Of(straight ? _filtered.Noise : _noise, _reference.Mask, _reference.Grid);
        levels.RefNoise = _reference.Noise;
        into.Levels = levels;
        _reference.Edges.Compare(_filtered, frame.Counted.Seen, levels.Noise);
        for (var i = 0; i < into.Blocks.Length; i++)
            into.Blocks[i] = BlockMeasurement.Measure(i, frame, _reference);
        for (var i = 0; i < _outlines.Length; i++)
        {
            into.Stations[i] = StationMeasurement.Measure(_outlines[i], frame, _reference);
            StationMeasurement.Measure(_outlines[i], frame, _reference, into.Cells(i));
            if ((straight ? _straightPatches : _warpedPatches)[i] is { } patch)
                patch.Shrink(into.Patch(i));
            else
                into.Patch(i).Clear();
        }

        BlockHashes.Of(_frame.Y.Pixels, _frame.Y.Width, _frame.Y.Height, into.Hashes, into.Means);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var patch in _straightPatches.Concat(_warpedPatches))
            patch?.Dispose();
        _frame.Dispose();
        _filtered.Dispose();
        _alignment.Dispose();
        _warpedCounts.Dispose();
        _noise.Dispose();
    }

    private AlignedFrame Warp(in Homography h)
    {
        _alignment.Warp(_frame, h, _warpedCounts.Seen);
        _warpedCounts.Count(_reference.Mask, _reference.Edges.Strong, _reference.Grid);
        return new(_alignment.Warped, _filtered, _warpedCounts);
    }
}
