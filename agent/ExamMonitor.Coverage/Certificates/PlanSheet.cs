using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Drawing;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Printing;
using SkiaSharp;

namespace ExamMonitor.Coverage.Certificates;

/// <summary>The room from above on paper.</summary>
internal static class PlanSheet
{
    /// <summary>Draws it into a rectangle, points.</summary>
    public static void Draw(CalibrationSheet sheet, SKCanvas canvas, PrintText text, SKRect into)
    {
        var outline = sheet.Map.Room.Outline;
        double left = outline.Min(p => p.X),
            right = outline.Max(p => p.X),
            bottom = outline.Min(p => p.Y),
            top = outline.Max(p => p.Y);
        var scale = Math.Min((into.Width - 20) / (right - left), (into.Height - 50) / (top - bottom));
        SKPoint At(double x, double y) => new((float)(into.Left + 10 + ((x - left) * scale)), (float)(into.Top + 10 + ((top - y) * scale)));
        Fill(canvas, outline, At, 0xF4F6F8, 255);
        foreach (var blind in sheet.Result.Floor?.Blind ?? [])
            Fill(canvas, blind.Outline, At, Palette.Fail, 70);
        foreach (var obstacle in sheet.Map.Obstacles ?? [])
            Fill(canvas, obstacle.Outline, At, 0x9AA2AA, 255);
        for (var i = 0; i < sheet.Result.Cameras.Count; i++)
            Stroke(canvas, sheet.Result.Cameras[i].FloorView, At, Palette.Camera(i), 1, dashed: true);
        Stroke(canvas, outline, At, 0x101010, 1.5f, dashed: false);
        foreach (var (station, result) in sheet.Map.Stations.Zip(sheet.Result.Stations))
        {
            PlanPoint[] corners = [.. StationShape.Corners(station, 0).Select(c => new PlanPoint(c.X, c.Y))];
            Fill(canvas, corners, At, result.Passes ? Palette.Pass : Palette.Fail, 110);
            Stroke(canvas, corners, At, result.Passes ? Palette.Pass : Palette.Fail, 1, dashed: false);
            var middle = At(station.Center.X, station.Center.Y);
            text.Centred(station.Id.Text, middle.X, middle.Y + 3, 7.5, Math.Max(20, station.Size.Width * scale));
        }

        for (var i = 0; i < sheet.Result.Cameras.Count; i++)
        {
            if (sheet.Result.Cameras[i].Pose is { } pose)
                Camera(canvas, text, sheet.Result.Cameras[i], At(pose.Position.X, pose.Position.Y), pose.PanDeg, Palette.Camera(i));
        }

        var foot = into.Top + 10 + ((top - bottom) * scale) + 14;
        using var black = new SKPaint { Color = SKColors.Black };
        canvas.DrawRect(into.Left + 10, (float)foot, (float)scale, 2, black);
        text.Left(
            sheet.Say(
                "1 m · dashed: floor in view of a camera · orange: floor that no camera sees, and stations that do not pass",
                "1 米 · 虚线：摄像机可见地面 · 橙色：盲区和不合格工位"
            ),
            into.Left + 16 + scale,
            foot + 4,
            7.5,
            into.Width - 30 - scale
        );
    }

    private static void Camera(SKCanvas canvas, PrintText text, CameraResult camera, SKPoint at, double panDeg, uint colour)
    {
        using var paint = new SKPaint { Color = new(0xFF000000 | colour), IsAntialias = true };
        var (sin, cos) = Math.SinCos(panDeg * Math.PI / 180);
        using var path = new SKPathBuilder();
        path.MoveTo(at.X + (float)((10 * cos) - (-5 * sin)), at.Y - (float)((10 * sin) + (-5 * cos)));
        path.LineTo(at.X + (float)((10 * cos) - (5 * sin)), at.Y - (float)((10 * sin) + (5 * cos)));
        path.LineTo(at.X, at.Y);
        path.Close();
        using var shape = path.Detach();
        canvas.DrawPath(shape, paint);
        text.Centred(camera.Camera.Text, at.X, at.Y - 6, 8, 60, bold: true);
    }

    private static void Fill(SKCanvas canvas, IReadOnlyList<PlanPoint> points, Func<double, double, SKPoint> at, uint colour, byte alpha)
    {
        if (points.Count < 3)
            return;
        using var paint = new SKPaint { Color = new SKColor(0xFF000000 | colour).WithAlpha(alpha), IsAntialias = true };
        using var path = Path(points.Select(p => at(p.X, p.Y)));
        canvas.DrawPath(path, paint);
    }

    private static void Stroke(
        SKCanvas canvas,
        IReadOnlyList<PlanPoint> points,
        Func<double, double, SKPoint> at,
        uint colour,
        float width,
        bool dashed
    )
    {
        if (points.Count < 3)
            return;
        using var dash = dashed ? SKPathEffect.CreateDash([4, 3], 0) : null;
        using var paint = new SKPaint
        {
            Color = new(0xFF000000 | colour),
            IsAntialias = true,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = width,
            PathEffect = dash,
        };
        using var path = Path(points.Select(p => at(p.X, p.Y)));
        canvas.DrawPath(path, paint);
    }

    /// <summary>A closed polygon.</summary>
    internal static SKPath Path(IEnumerable<SKPoint> points)
    {
        using var path = new SKPathBuilder();
        path.AddPoly(points.ToArray(), true);
        return path.Detach();
    }
}
