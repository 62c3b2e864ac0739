using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>Where a pixel of the commissioned picture lies in the present one: a 3×3 projective map of pixels, row by row.</summary>
/// <remarks>Immutable. Pixels of the size that the station map states for the camera, on both sides; see <see cref="Scaled"/>.</remarks>
public readonly record struct PictureHomography(
    double M00,
    double M01,
    double M02,
    double M10,
    double M11,
    double M12,
    double M20,
    double M21,
    double M22
)
{
    /// <summary>The map of a camera that did not move.</summary>
    public static PictureHomography Identity { get; } = new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    /// <summary>A plain shift, pixels.</summary>
    public static PictureHomography Shift(double right, double down) => new(1, 0, right, 0, 1, down, 0, 0, 1);

    /// <summary>Where <paramref name="p"/> goes; null when it goes behind the picture.</summary>
    public PixelPoint? Apply(PixelPoint p)
    {
        var w = Weight(p);
        if (!(w * Weight(Fixed) > 0) || Math.Abs(w) < 1e-9)
            return null;
        return new(((M00 * p.U) + (M01 * p.V) + M02) / w, ((M10 * p.U) + (M11 * p.V) + M12) / w);
    }

    /// <summary>The map back; null when this map squeezes the picture into a line.</summary>
    public PictureHomography? Inverse()
    {
        double a = (M11 * M22) - (M12 * M21),
            b = (M12 * M20) - (M10 * M22),
            c = (M10 * M21) - (M11 * M20);
        var det = (M00 * a) + (M01 * b) + (M02 * c);
        if (!double.IsFinite(det) || Math.Abs(det) < 1e-12)
            return null;
        return new(
            a / det,
            ((M02 * M21) - (M01 * M22)) / det,
            ((M01 * M12) - (M02 * M11)) / det,
            b / det,
            ((M00 * M22) - (M02 * M20)) / det,
            ((M02 * M10) - (M00 * M12)) / det,
            c / det,
            ((M01 * M20) - (M00 * M21)) / det,
            ((M00 * M11) - (M01 * M10)) / det
        );
    }

    /// <summary>First <paramref name="first"/>, then this.</summary>
    public PictureHomography After(PictureHomography first) =>
        new(
            (M00 * first.M00) + (M01 * first.M10) + (M02 * first.M20),
            (M00 * first.M01) + (M01 * first.M11) + (M02 * first.M21),
            (M00 * first.M02) + (M01 * first.M12) + (M02 * first.M22),
            (M10 * first.M00) + (M11 * first.M10) + (M12 * first.M20),
            (M10 * first.M01) + (M11 * first.M11) + (M12 * first.M21),
            (M10 * first.M02) + (M11 * first.M12) + (M12 * first.M22),
            (M20 * first.M00) + (M21 * first.M10) + (M22 * first.M20),
            (M20 * first.M01) + (M21 * first.M11) + (M22 * first.M21),
            (M20 * first.M02) + (M21 * first.M12) + (M22 * first.M22)
        );

    /// <summary>
    /// The same map between pictures of another size: measured on <paramref name="from"/>, wanted on <paramref name="to"/>.
    /// </summary>
    public PictureHomography Scaled(PixelSize from, PixelSize to)
    {
        double x = (double)to.Width / from.Width,
            y = (double)to.Height / from.Height;
        PictureHomography grow = new(x, 0, 0, 0, y, 0, 0, 0, 1),
            shrink = new(1 / x, 0, 0, 0, 1 / y, 0, 0, 0, 1);
        return grow.After(this).After(shrink);
    }

    // The sign of the weight at the top left corner tells the front from the back: a bumped camera still sees its old corner's side.
    private static PixelPoint Fixed => new(0, 0);

    private double Weight(PixelPoint p) => (M20 * p.U) + (M21 * p.V) + M22;
}
