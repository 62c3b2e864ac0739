using ExamMonitor.Contracts.Maps;
using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>A station's outline in the reference's pixels. Marks are 0 or 1.</summary>
internal sealed class StationOutline
{
    /// <summary>px by which the cells reach beyond the outline.</summary>
    private const int Grow = 2;

    /// <summary>Sub-pixel bits.</summary>
    private const int Shift = 4;

    /// <summary>px; beyond this OpenCV's fixed-point coordinates overflow.</summary>
    private const double Far = 30_000;
    private const int MostCorners = 256;

    /// <summary>Outlines a station.</summary>
    /// <param name="corners">3 to 256, px of the reference.</param>
    /// <param name="mask">1 where pixels count.</param>
    /// <exception cref="VisionException">Too few or too many corners, or one that is not finite.</exception>
    public StationOutline(IReadOnlyList<PixelPoint> corners, Plane<byte> mask)
    {
        using var whole = new Plane<byte>(mask.Width, mask.Height);
        using var grown = new Plane<byte>(mask.Width, mask.Height);
        Cv2.FillPoly(whole.Mat, [Fixed(corners)], Scalar.All(1), LineTypes.Link8, Shift);
        Cv2.BitwiseAnd(whole.Input, mask.Input, whole.Mat);
        using var square = Mat.Ones((2 * Grow) + 1, (2 * Grow) + 1, MatType.CV_8UC1).ToMat();
        Cv2.Dilate(whole.Input, grown.Mat, square);
        var box = Cv2.BoundingRect(grown.Input);
        Box = new(box.X, box.Y, box.Width, box.Height);
        Pixels = PixelSums.Ones(whole.Pixels);
        (Inside, Grown) = (new byte[box.Width * box.Height], new byte[box.Width * box.Height]);
        for (var y = 0; y < box.Height; y++)
        {
            whole.Row(box.Y + y, box.X, box.Width).CopyTo(Inside.AsSpan(y * box.Width));
            grown.Row(box.Y + y, box.X, box.Width).CopyTo(Grown.AsSpan(y * box.Width));
        }
    }

    /// <summary>Of the grown outline, inside the picture; empty when it lies outside.</summary>
    public PixelRectangle Box { get; }

    /// <summary>Over <see cref="Box"/>: 1 inside the outline.</summary>
    public byte[] Inside { get; }

    /// <summary>Over <see cref="Box"/>: 1 inside the grown outline.</summary>
    public byte[] Grown { get; }

    /// <summary>Of the outline, inside the picture.</summary>
    public int Pixels { get; }

    /// <summary>Whether nothing of it is in the picture.</summary>
    public bool IsEmpty => Box.Width == 0 || Box.Height == 0;

    /// <summary>OpenCV counts from a pixel's centre, we from its corner.</summary>
    private static Point[] Fixed(IReadOnlyList<PixelPoint> corners)
    {
        const string Operation = "outline the stations";
        if (corners.Count is < 3 or > MostCorners)
            throw new VisionException(Operation, VisionStatus.BadArgument, "an outline needs 3 to 256 corners");
        if (!corners.All(c => double.IsFinite(c.U) && double.IsFinite(c.V)))
            throw new VisionException(Operation, VisionStatus.BadArgument, "a corner is not finite");
        return [.. corners.Select(c => new Point(Fixed(c.U), Fixed(c.V)))];
    }

    private static int Fixed(double x) => (int)Math.Round((Math.Clamp(x, -Far, Far) - 0.5) * (1 << Shift), MidpointRounding.AwayFromZero);
}
