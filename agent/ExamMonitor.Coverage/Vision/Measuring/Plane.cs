using System.Runtime.InteropServices;
using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>A plane of numbers that both sides see: spans here, a matrix in OpenCV. Made once, written again for each frame.</summary>
/// <remarks>The array never moves, so the matrix over it needs no pin. One call at a time.</remarks>
/// <typeparam name="T">byte, short, float or double.</typeparam>
internal sealed class Plane<T> : IDisposable
    where T : unmanaged
{
    private readonly T[] _pixels;

    /// <summary>A plane of zeros.</summary>
    public Plane(int width, int height)
    {
        OpenCv.Require("make a view");
        (Width, Height) = (width, height);
        _pixels = GC.AllocateArray<T>(width * height, pinned: true);
        Mat = Mat.FromPixelData(height, width, MatType.MakeType(Depth(), 1), Marshal.UnsafeAddrOfPinnedArrayElement(_pixels, 0));
        Input = InputArray.Create(Mat);
    }

    /// <summary>px.</summary>
    public int Width { get; }

    /// <summary>px.</summary>
    public int Height { get; }

    /// <summary>As OpenCV's output. Whoever writes into it gives size and type as they are, else OpenCV would take other memory.</summary>
    public Mat Mat { get; }

    /// <summary>As OpenCV's input; kept, since each conversion would leave one for the collector.</summary>
    public InputArray Input { get; }

    /// <summary>All numbers, row by row.</summary>
    public Span<T> Pixels => _pixels;

    /// <summary>A part of a row.</summary>
    public Span<T> Row(int y, int x, int count) => _pixels.AsSpan((y * Width) + x, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        Mat.Dispose();
    }

    private static int Depth() =>
        typeof(T) == typeof(byte) ? MatType.CV_8U
        : typeof(T) == typeof(short) ? MatType.CV_16S
        : typeof(T) == typeof(float) ? MatType.CV_32F
        : MatType.CV_64F;
}
