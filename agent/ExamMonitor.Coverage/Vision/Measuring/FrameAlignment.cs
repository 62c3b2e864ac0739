using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Brings a frame onto the reference.</summary>
internal sealed class FrameAlignment(int width, int height) : IDisposable
{
    /// <summary>px at the corners; below it warping would blur more than it would align.</summary>
    private const double Straight = 0.35;
    private const InterpolationFlags Back = InterpolationFlags.WarpInverseMap;

    private readonly Plane<double> _matrix = new(3, 3);
    private readonly Plane<byte> _whole = Ones(width, height);

    /// <summary>The frame on the reference, after it was warped.</summary>
    public YuvPlanes Warped { get; } = new(width, height);

    /// <summary>Whether a frame lies on the reference as it is.</summary>
    public bool IsStraight(in Homography h)
    {
        ReadOnlySpan<(double U, double V)> corners = [(0, 0), (width, 0), (0, height), (width, height)];
        foreach (var (u, v) in corners)
        {
            var (x, y) = h.Apply(u, v);
            if (Math.Abs(x - u) > Straight || Math.Abs(y - v) > Straight)
                return false;
        }

        return true;
    }

    /// <summary>Warps a frame onto the reference.</summary>
    /// <param name="frame">As it came.</param>
    /// <param name="h">Reference to frame.</param>
    /// <param name="seen">Filled: 1 inside the frame.</param>
    public void Warp(YuvPlanes frame, in Homography h, Plane<byte> seen)
    {
        // Our points count from a pixel's corner, OpenCV's from its centre.
        Centre(h);
        Warp(frame.Y, Warped.Y, InterpolationFlags.Linear, BorderTypes.Replicate);
        Warp(_whole, seen, InterpolationFlags.Nearest, BorderTypes.Constant);
        // Chroma has half the pixels.
        Centre(h.Scaled(0.5, 0.5));
        Warp(frame.U, Warped.U, InterpolationFlags.Linear, BorderTypes.Replicate);
        Warp(frame.V, Warped.V, InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _matrix.Dispose();
        _whole.Dispose();
        Warped.Dispose();
    }

    private void Warp(Plane<byte> from, Plane<byte> to, InterpolationFlags how, BorderTypes border) =>
        Cv2.WarpPerspective(from.Input, to.Mat, _matrix.Input, new Size(to.Width, to.Height), how | Back, border, Scalar.All(0));

    /// <summary>The matrix between pixel centres: shift(-½) · h · shift(½).</summary>
    private void Centre(in Homography h)
    {
        var m = _matrix.Pixels;
        for (var i = 0; i < 9; i++)
            m[i] = h[i];
        for (var row = 0; row < 3; row++)
            m[(3 * row) + 2] += 0.5 * (m[3 * row] + m[(3 * row) + 1]);
        for (var column = 0; column < 3; column++)
        {
            m[column] -= 0.5 * m[6 + column];
            m[3 + column] -= 0.5 * m[6 + column];
        }
    }

    private static Plane<byte> Ones(int width, int height)
    {
        var plane = new Plane<byte>(width, height);
        plane.Pixels.Fill(1);
        return plane;
    }
}
