using System.Runtime.InteropServices;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Vision;

/// <summary>Anti-aliased drawing on a <see cref="Picture"/>. Colours are 0xRRGGBB; what lies outside is clipped.</summary>
public static class PictureDrawing
{
    /// <summary>A line through points.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="points">At least one.</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="thickness">px, [1, 100].</param>
    /// <param name="closed">Whether the last point joins the first.</param>
    public static unsafe void Polyline(this Picture picture, ReadOnlySpan<PixelPoint> points, uint rgb, int thickness = 1, bool closed = false)
    {
        var uv = MemoryMarshal.Cast<PixelPoint, double>(points);
        fixed (double* p = uv)
        fixed (byte* bgr = picture.Bgr)
            VisionLibrary.Check(VisionLibrary.em_draw_polyline(CanvasOf(picture, bgr), p, points.Length, closed ? 1 : 0, rgb, thickness), "draw a line");
    }

    /// <summary>A filled polygon.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="points">At least three.</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="alpha">[0, 1]; 1 hides what was there.</param>
    public static unsafe void FillPolygon(this Picture picture, ReadOnlySpan<PixelPoint> points, uint rgb, double alpha = 1)
    {
        var uv = MemoryMarshal.Cast<PixelPoint, double>(points);
        fixed (double* p = uv)
        fixed (byte* bgr = picture.Bgr)
            VisionLibrary.Check(VisionLibrary.em_draw_polygon(CanvasOf(picture, bgr), p, points.Length, rgb, alpha), "draw a polygon");
    }

    /// <summary>A circle.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="center">Centre.</param>
    /// <param name="radius">px.</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="thickness">px; null fills.</param>
    public static unsafe void Circle(this Picture picture, PixelPoint center, double radius, uint rgb, int? thickness = null)
    {
        fixed (byte* bgr = picture.Bgr)
            VisionLibrary.Check(VisionLibrary.em_draw_circle(CanvasOf(picture, bgr), center.U, center.V, radius, rgb, thickness ?? -1), "draw a circle");
    }

    /// <summary>A line of ASCII text; other characters show as <c>?</c>.</summary>
    /// <param name="picture">Drawn upon.</param>
    /// <param name="text">At most 1000 characters.</param>
    /// <param name="at">Left end of the base line.</param>
    /// <param name="height">Of a capital letter, px.</param>
    /// <param name="rgb">Colour.</param>
    /// <param name="thickness">px, [1, 100].</param>
    public static unsafe void Text(this Picture picture, string text, PixelPoint at, double height, uint rgb, int thickness = 1)
    {
        fixed (byte* bgr = picture.Bgr)
            VisionLibrary.Check(VisionLibrary.em_draw_text(CanvasOf(picture, bgr), text, at.U, at.V, height, rgb, thickness), "draw a text");
    }

    /// <summary>Width that <see cref="Text"/> would take, px.</summary>
    /// <param name="text">At most 1000 characters.</param>
    /// <param name="height">Of a capital letter, px.</param>
    /// <param name="thickness">px, [1, 100].</param>
    public static int TextWidth(string text, double height, int thickness = 1)
    {
        VisionLibrary.Check(VisionLibrary.em_text_width(text, height, thickness, out var width), "measure a text");
        return width;
    }

    private static unsafe VisionLibrary.Canvas CanvasOf(Picture picture, byte* bgr) =>
        new() { Bgr = bgr, Width = picture.Width, Height = picture.Height, Stride = picture.Stride };
}
