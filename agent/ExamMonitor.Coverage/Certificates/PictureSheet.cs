using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Drawing;
using ExamMonitor.Coverage.Printing;
using SkiaSharp;

namespace ExamMonitor.Coverage.Certificates;

/// <summary>A camera's picture with its stations and points on paper.</summary>
internal static class PictureSheet
{
    /// <summary>Pixels across at which a picture is printed: 250 dpi.</summary>
    private const int Across = 1772;

    /// <summary>Draws it into a rectangle, points.</summary>
    public static void Draw(CalibrationSheet sheet, CameraResult camera, SKCanvas canvas, PrintText text, SKRect into)
    {
        var scale = Math.Min(into.Width / camera.Image.Width, into.Height / camera.Image.Height);
        var frame = new SKRect(into.Left, into.Top, into.Left + (camera.Image.Width * scale), into.Top + (camera.Image.Height * scale));
        SKPoint At(PixelPoint p) => new((float)(frame.Left + (p.U * scale)), (float)(frame.Top + (p.V * scale)));
        canvas.Save();
        canvas.ClipRect(frame);
        Ground(sheet, camera, canvas, frame);
        foreach (var station in sheet.Result.Stations)
        {
            if (station.Views.FirstOrDefault(v => v.Camera == camera.Camera) is not { Outline.Count: >= 3 } view)
                continue;
            using var path = PlanSheet.Path(view.Outline.Select(At));
            using var fill = new SKPaint
            {
                Color = new SKColor(0xFF000000 | (view.Passes ? Palette.Pass : Palette.Fail)).WithAlpha(60),
                IsAntialias = true,
            };
            using var line = new SKPaint
            {
                Color = new(0xFF000000 | (view.Passes ? Palette.Pass : Palette.Fail)),
                IsAntialias = true,
                Style = SKPaintStyle.Stroke,
                StrokeWidth = 1,
            };
            canvas.DrawPath(path, fill);
            canvas.DrawPath(path, line);
            var middle = At(new(view.Outline.Average(p => p.U), view.Outline.Average(p => p.V)));
            using var plate = new SKPaint { Color = SKColors.White.WithAlpha(190) };
            canvas.DrawRect(middle.X - 11, middle.Y - 6, 22, 9, plate);
            text.Centred(station.Station.Text, middle.X, middle.Y + 1.5, 7, 22);
        }

        foreach (var point in camera.Points.Where(p => p.Projected is not null))
        {
            using var paint = new SKPaint
            {
                Color = new(0xFF000000 | (point.State == "fits" ? Palette.Point : Palette.Suspect)),
                IsAntialias = true,
                Style = SKPaintStyle.Stroke,
                StrokeWidth = 0.8f,
            };
            canvas.DrawCircle(At(point.Projected!.Value), 2, paint);
        }

        canvas.Restore();
    }

    private static void Ground(CalibrationSheet sheet, CameraResult camera, SKCanvas canvas, SKRect frame)
    {
        using var grey = new SKPaint { Color = new(0xFFD8DCE0) };
        canvas.DrawRect(frame, grey);
        if (!sheet.Pictures.TryGetValue(camera.Camera, out var bytes) || SKBitmap.Decode(bytes) is not { } bitmap)
            return;
        using (bitmap)
        {
            // A picture in a PDF is as large as it is given: what paper cannot show is left out.
            var wide = Math.Min(Across, bitmap.Width);
            using var small = bitmap.Resize(
                new SKImageInfo(wide, Math.Max(1, bitmap.Height * wide / bitmap.Width)),
                new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear)
            );
            using var data = small.Encode(SKEncodedImageFormat.Jpeg, 85);
            using var image = SKImage.FromEncodedData(data);
            canvas.DrawImage(image, frame, new SKSamplingOptions(SKFilterMode.Linear));
        }
    }
}
