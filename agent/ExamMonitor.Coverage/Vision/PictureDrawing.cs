using ExamMonitor.Contracts.Maps;
using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision;

/// <summary>Anti-aliased drawing on a <see cref="Picture"/>. Colours are 0xRRGGBB; what lies outside is clipped.</summary>
public static class PictureDrawing
{
    /// <summary>Sub-pixel bits of OpenCV's drawing.</summary>
    private const int Shift = 4;

    /// <summary>px; beyond this OpenCV's fixed-point coordinates overflow.</summary>
    private const double Far = 30_000;
    private const HersheyFonts Font = HersheyFonts.HersheySimplex;

    /// <summary>Of that font at scale 1, px.</summary>
    private const double CapitalHeight = 21;

    /// <summary>A line through points.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="points">At least one.</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="thickness">px, [1, 100].</param>
    /// <param name="closed">Whether the last point joins the first.</param>
    public static void Polyline(this Picture picture, ReadOnlySpan<PixelPoint> points, uint rgb, int thickness = 1, bool closed = false)
    {
        var width = Thick(thickness);
        OpenCv.Do(
            "draw a line",
            picture,
            Fixed(points),
            (to, line) =>
            {
                using var pixels = to.Pixels();
                Cv2.Polylines(pixels, [line], closed, Colour(rgb), width, LineTypes.AntiAlias, Shift);
            }
        );
    }

    /// <summary>A filled polygon.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="points">At least three.</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="alpha">[0, 1]; 1 hides what was there.</param>
    public static void FillPolygon(this Picture picture, ReadOnlySpan<PixelPoint> points, uint rgb, double alpha = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(alpha, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alpha, 1);
        OpenCv.Do(
            "draw a polygon",
            picture,
            Fixed(points),
            (to, outline) =>
            {
                using var pixels = to.Pixels();
                var box = Cv2.BoundingRect(outline);
                box =
                    new Rect((box.X >> Shift) - 2, (box.Y >> Shift) - 2, (box.Width >> Shift) + 5, (box.Height >> Shift) + 5)
                    & new Rect(0, 0, to.Width, to.Height);
                if (box.Width <= 0 || box.Height <= 0)
                    return;
                using var region = pixels[box];
                using var before = region.Clone();
                Cv2.FillPoly(region, [outline], Colour(rgb), LineTypes.AntiAlias, Shift, new Point(-box.X << Shift, -box.Y << Shift));
                Cv2.AddWeighted(region, alpha, before, 1 - alpha, 0, region);
            }
        );
    }

    /// <summary>A circle.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="center">Centre.</param>
    /// <param name="radius">px, [0, 10000].</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="thickness">px, [1, 100]; null fills.</param>
    public static void Circle(this Picture picture, PixelPoint center, double radius, uint rgb, int? thickness = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, 10_000);
        var width = thickness is { } line ? Thick(line) : -1;
        OpenCv.Do(
            "draw a circle",
            picture,
            Fixed([center]),
            (to, at) =>
            {
                using var pixels = to.Pixels();
                Cv2.Circle(pixels, at[0], Fixed(radius), Colour(rgb), width, LineTypes.AntiAlias, Shift);
            }
        );
    }

    /// <summary>A line of ASCII text; other characters show as <c>?</c>.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="text">At most 1000 characters.</param>
    /// <param name="at">Left end of the base line.</param>
    /// <param name="height">Of a capital letter, px, (0, 1000].</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="thickness">px, [1, 100].</param>
    public static void Text(this Picture picture, string text, PixelPoint at, double height, uint rgb, int thickness = 1)
    {
        RequireText(text, height);
        var width = Thick(thickness);
        OpenCv.Do(
            "draw a text",
            picture,
            Ascii(text),
            (to, line) =>
            {
                using var pixels = to.Pixels();
                Cv2.PutText(
                    pixels,
                    line,
                    new(Fixed(at.U) >> Shift, Fixed(at.V) >> Shift),
                    Font,
                    height / CapitalHeight,
                    Colour(rgb),
                    width,
                    LineTypes.AntiAlias
                );
            }
        );
    }

    /// <summary>Width that <see cref="Text"/> would take, px.</summary>
    /// <param name="text">At most 1000 characters.</param>
    /// <param name="height">Of a capital letter, px, (0, 1000].</param>
    /// <param name="thickness">px, [1, 100].</param>
    public static int TextWidth(string text, double height, int thickness = 1)
    {
        RequireText(text, height);
        var (width, thick) = (0, Thick(thickness));
        OpenCv.Do(
            "measure a text",
            Ascii(text),
            height,
            (line, tall) => width = Cv2.GetTextSize(line, Font, tall / CapitalHeight, thick, out _).Width
        );
        return width;
    }

    private static int Thick(int thickness)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(thickness, 100);
        return Math.Max(1, thickness);
    }

    private static void RequireText(string text, double height)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, 1000, nameof(text));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(height, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, 1000);
    }

    private static string Ascii(string text) => string.Concat(text.Select(c => char.IsBetween(c, ' ', '~') ? c : '?'));

    private static Scalar Colour(uint rgb) => new(rgb & 0xff, (rgb >> 8) & 0xff, (rgb >> 16) & 0xff);

    private static int Fixed(double x) =>
        double.IsFinite(x)
            ? (int)Math.Round(Math.Clamp(x, -Far, Far) * (1 << Shift), MidpointRounding.AwayFromZero)
            : throw new VisionException("draw", VisionStatus.BadArgument, "a coordinate is not finite");

    /// <summary>OpenCV counts from a pixel's centre, we from its corner.</summary>
    private static Point[] Fixed(ReadOnlySpan<PixelPoint> points)
    {
        if (points.IsEmpty)
            throw new VisionException("draw", VisionStatus.BadArgument, "no points");
        var result = new Point[points.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = new(Fixed(points[i].U - 0.5), Fixed(points[i].V - 0.5));
        return result;
    }
}
