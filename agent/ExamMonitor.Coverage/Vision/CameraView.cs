using System.Runtime.InteropServices;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Vision;

/// <summary>One camera's reference and stations inside the vision library, and the measures of frames against them.</summary>
/// <remarks>One call at a time. A call allocates nothing of a frame's size.</remarks>
public sealed unsafe class CameraView : IDisposable
{
    private readonly VisionLibrary.ViewHandle _handle = new();
    private readonly int _stations;
    private int[] _masked = [];

    /// <summary>Makes a view.</summary>
    /// <param name="reference">The commissioned picture as I420.</param>
    /// <param name="width">px, even, [160, 1920].</param>
    /// <param name="height">px, even, [90, 1080].</param>
    /// <param name="stations">Outlines in the reference's pixels.</param>
    /// <param name="masks">Rectangles that never count (x, y, width, height; px): an on-screen clock.</param>
    public CameraView(
        ReadOnlySpan<byte> reference, int width, int height, IReadOnlyList<IReadOnlyList<PixelPoint>> stations, IReadOnlyList<PixelRectangle> masks)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(reference.Length, Picture.I420Length(width, height), nameof(reference));
        (Width, Height, _stations) = (width, height, stations.Count);
        VisionLibrary.Check(VisionLibrary.em_view_create(width, height, out var created), "make a view");
        _handle.Take(created);
        fixed (byte* p = reference) VisionLibrary.Check(VisionLibrary.em_view_set_reference(_handle, p), "take a reference");
        SetMasks(masks);
        SetStations(stations);
    }

    /// <summary>px.</summary>
    public int Width { get; }

    /// <summary>px.</summary>
    public int Height { get; }

    /// <summary>Finds how a frame lies over the reference.</summary>
    /// <param name="i420">The frame, of the view's size.</param>
    /// <param name="prior">Where to look first.</param>
    /// <param name="wide">False looks within 20 px of the prior; true looks everywhere and costs about ten times as much.</param>
    public Registration Register(ReadOnlySpan<byte> i420, in Homography prior, bool wide)
    {
        RequireSize(i420);
        fixed (byte* p = i420)
        {
            VisionLibrary.Check(VisionLibrary.em_view_register(_handle, p, prior, wide ? 1 : 0, out var registration), "register a frame");
            return registration;
        }
    }

    /// <summary>Measures a frame: everything but <see cref="FrameMeasures.Registration"/>.</summary>
    /// <param name="i420">The frame, of the view's size.</param>
    /// <param name="aligned">Homography that brings it onto the reference.</param>
    /// <param name="into">Filled; made for this view's size and number of stations.</param>
    public void Measure(ReadOnlySpan<byte> i420, in Homography aligned, FrameMeasures into)
    {
        RequireSize(i420);
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Stations.Length, _stations, nameof(into));
        FrameLevels levels;
        fixed (byte* p = i420)
        fixed (BlockMeasure* blocks = into.Blocks)
        fixed (StationMeasure* stations = into.Stations)
        fixed (CellMeasure* cells = &into.FirstCell)
        fixed (byte* patches = &into.FirstPatch)
        fixed (ushort* hashes = into.Hashes)
        fixed (byte* means = into.Means)
        {
            VisionLibrary.Check(VisionLibrary.em_view_measure(_handle, p, aligned, out levels, blocks, stations, cells, patches), "measure a frame");
            VisionLibrary.Check(VisionLibrary.em_block_hashes(p, Width, Height, Width, hashes, means, into.Hashes.Length), "hash a frame");
        }

        // What is masked neither repeats nor moves: a clock must not wake a frozen picture, nor its label look like one.
        foreach (var block in _masked) (into.Hashes[block], into.Means[block]) = (0, 0);

        (into.Levels, into.Aligned) = (levels, aligned);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private void RequireSize(ReadOnlySpan<byte> i420) => ArgumentOutOfRangeException.ThrowIfNotEqual(i420.Length, Picture.I420Length(Width, Height), nameof(i420));

    private void SetMasks(IReadOnlyList<PixelRectangle> masks)
    {
        var across = Width / 8;
        _masked = [.. Enumerable.Range(0, across * (Height / 8)).Where(i => masks.Any(m => Touches(m, i % across * 8, i / across * 8)))];
        var numbers = masks.SelectMany(m => new[] { m.X, m.Y, m.Width, m.Height }).ToArray();
        fixed (int* p = numbers) VisionLibrary.Check(VisionLibrary.em_view_set_mask(_handle, p, masks.Count), "mask a view");
    }

    private static bool Touches(PixelRectangle m, int x, int y) => m.X < x + 8 && m.X + m.Width > x && m.Y < y + 8 && m.Y + m.Height > y;

    private void SetStations(IReadOnlyList<IReadOnlyList<PixelPoint>> stations)
    {
        var points = stations.SelectMany(s => s).ToArray();
        var corners = stations.Select(s => s.Count).ToArray();
        fixed (double* uv = MemoryMarshal.Cast<PixelPoint, double>(points.AsSpan()))
        fixed (int* p = corners)
            VisionLibrary.Check(VisionLibrary.em_view_set_stations(_handle, uv, p, stations.Count), "outline the stations");
    }
}

/// <summary>A rectangle of a picture, px.</summary>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public readonly record struct PixelRectangle(int X, int Y, int Width, int Height);
