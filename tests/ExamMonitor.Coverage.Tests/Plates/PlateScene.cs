using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Tests.Plates;

/// <summary>Puts printed tags into a made-up picture: seen by a camera, blurred, with noise.</summary>
internal sealed class PlateScene(int width, int height, int seed = 1)
{
    private const int Samples = 3;

    private readonly float[] _grey = [.. Enumerable.Repeat(150f, width * height)];
    private readonly Random _random = new(seed);
    private (float[] Grey, double Blur)? _soft;

    /// <summary>
    /// Draws a tag whose sheet (ten cells square) is carried into the picture by <paramref name="toPixel"/> from [0, 10]².
    /// </summary>
    public void Draw(int tag, PictureHomography toPixel, double light = 1)
    {
        var back = toPixel.Inverse()!.Value;
        _soft = null;
        PixelPoint[] corners =
        [
            .. new PixelPoint[] { new(0, 0), new(10, 0), new(10, 10), new(0, 10) }.Select(p => toPixel.Apply(p)!.Value),
        ];
        int left = Math.Max(0, (int)corners.Min(p => p.U)),
            right = Math.Min(width - 1, (int)corners.Max(p => p.U)),
            top = Math.Max(0, (int)corners.Min(p => p.V)),
            bottom = Math.Min(height - 1, (int)corners.Max(p => p.V));
        for (var v = top; v <= bottom; v++)
        for (var u = left; u <= right; u++)
            _grey[(v * width) + u] = Pixel(tag, back, u, v, light);
    }

    /// <summary>
    /// Draws a tag of <paramref name="sidePx"/> (black border), upright or tilted about its vertical by an angle, at a place.
    /// </summary>
    public void DrawTilted(int tag, double u, double v, double sidePx, double degrees)
    {
        // Far away the perspective within a tag is slight: the turned side shrinks by the cosine and one edge is a little longer.
        var (s, c) = Math.SinCos(degrees * Math.PI / 180);
        double cell = sidePx / 8,
            far = 0.15 * s / 10;
        PictureHomography toPixel = new(cell * c, 0.03 * cell, 0, -0.02 * cell, cell, 0, far * 0.2, 0, 1);
        var centre = toPixel.Apply(new(5, 5))!.Value;
        Draw(tag, PictureHomography.Shift(u - centre.U, v - centre.V).After(toPixel));
    }

    /// <summary>A sheet flat on a worktop, its number towards the south wall; up in the picture of the sample room's C3.</summary>
    /// <param name="camera">Camera whose recorded size is the scene's.</param>
    /// <param name="station">Where.</param>
    /// <param name="tag">Number.</param>
    /// <param name="paper">Size of the sheet.</param>
    public void Lay(CameraGeometry camera, MapStation station, int tag, PlatePaper paper = PlatePaper.A3)
    {
        var half = PlatePrinter.BorderMetres(paper) / TagFamily36h11.BorderCells * TagFamily36h11.Cells / 2;
        var scale = (double)width / camera.Camera.Image.Width;
        PlanPoint[] sheet = [new(0, 0), new(10, 0), new(10, 10), new(0, 10)];
        SpacePoint[] places =
        [
            new(station.Center.X + half, station.Center.Y - half, station.Height),
            new(station.Center.X - half, station.Center.Y - half, station.Height),
            new(station.Center.X - half, station.Center.Y + half, station.Height),
            new(station.Center.X + half, station.Center.Y + half, station.Height),
        ];
        PixelPoint[] pixels =
        [
            .. places.Select(p => camera.Projection!.Project(p)!.Value).Select(p => new PixelPoint(p.U * scale, p.V * scale)),
        ];
        Draw(tag, HomographyFit.Fit(sheet, pixels, 1)!.Value.ToPixel);
    }

    public void DrawBlock(int left, int top, int wide, int high)
    {
        _soft = null;
        for (var v = top; v < top + high; v++)
        for (var u = left; u < left + wide; u++)
            _grey[(v * width) + u] = 90;
    }

    /// <summary>The picture after a blur (pixels, sigma) and noise (levels, sigma).</summary>
    public Picture Take(double blur = 0.6, double noise = 4)
    {
        var soft = Soft(blur);
        var picture = new Picture(width, height);
        for (var i = 0; i < soft.Length; i++)
        {
            var level = (byte)
                Math.Clamp(
                    soft[i] + (noise * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble())),
                    0,
                    255
                );
            picture.Bgr[3 * i] = picture.Bgr[(3 * i) + 1] = picture.Bgr[(3 * i) + 2] = level;
        }

        return picture;
    }

    private float[] Soft(double blur)
    {
        if (_soft is { } ready && ready.Blur.Equals(blur))
            return ready.Grey;
        var kernel = Enumerable.Range(-3, 7).Select(i => Math.Exp(-i * i / (2 * blur * blur))).ToArray();
        var soft = Blurred(Blurred(_grey, kernel, 1, 0), kernel, 0, 1);
        _soft = (soft, blur);
        return soft;
    }

    private float Pixel(int tag, PictureHomography back, int u, int v, double light)
    {
        double sum = 0;
        for (var i = 0; i < Samples; i++)
        {
            for (var j = 0; j < Samples; j++)
            {
                var at = Carried(back, u + ((i + 0.5) / Samples), v + ((j + 0.5) / Samples));
                var inside = at.U is >= 0 and < 10 && at.V is >= 0 and < 10;
                sum +=
                    !inside ? _grey[(v * width) + u]
                    : TagFamily36h11.IsWhite(tag, (int)at.U, (int)at.V) ? 210 * light
                    : 35 * light;
            }
        }

        return (float)(sum / (Samples * Samples));
    }

    /// <summary>
    /// Without the map's look at which side is the front: the sheet's horizon may lie between the picture's corner and the sheet.
    /// </summary>
    private static PixelPoint Carried(PictureHomography h, double u, double v)
    {
        var w = (h.M20 * u) + (h.M21 * v) + h.M22;
        return new(((h.M00 * u) + (h.M01 * v) + h.M02) / w, ((h.M10 * u) + (h.M11 * v) + h.M12) / w);
    }

    private float[] Blurred(float[] from, double[] kernel, int du, int dv)
    {
        var to = new float[from.Length];
        var total = kernel.Sum();
        for (var v = 0; v < height; v++)
        {
            for (var u = 0; u < width; u++)
            {
                double sum = 0;
                for (var k = -3; k <= 3; k++)
                    sum += kernel[k + 3] * from[(Math.Clamp(v + (k * dv), 0, height - 1) * width) + Math.Clamp(u + (k * du), 0, width - 1)];
                to[(v * width) + u] = (float)(sum / total);
            }
        }

        return to;
    }
}
