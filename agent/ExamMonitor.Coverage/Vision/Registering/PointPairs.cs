using System.Runtime.InteropServices;
using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Registering;

/// <summary>Places of the reference and where a frame shows them.</summary>
/// <param name="capacity">Pairs at most.</param>
internal sealed class PointPairs(int capacity)
{
    private readonly Point2f[] _from = GC.AllocateArray<Point2f>(capacity, pinned: true);
    private readonly Point2f[] _to = GC.AllocateArray<Point2f>(capacity, pinned: true);

    /// <summary>Pairs.</summary>
    public int Count { get; private set; }

    /// <summary>Places of the reference, px.</summary>
    public ReadOnlySpan<Point2f> From => _from.AsSpan(0, Count);

    /// <summary>Where they are seen, px.</summary>
    public ReadOnlySpan<Point2f> To => _to.AsSpan(0, Count);

    /// <summary>Forgets all pairs.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a pair.</summary>
    public void Add(Point2f from, Point2f to) => (_from[Count], _to[Count++]) = (from, to);

    /// <summary>Both lists as OpenCV sees them; the caller disposes them.</summary>
    public (Mat From, Mat To) Matrices() => (Matrix(_from), Matrix(_to));

    private Mat Matrix(Point2f[] points) =>
        Mat.FromPixelData(Count, 1, MatType.CV_32FC2, Marshal.UnsafeAddrOfPinnedArrayElement(points, 0));
}
