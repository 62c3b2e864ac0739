using SkiaSharp;

namespace ExamMonitor.Coverage.Printing;

/// <summary>
/// The strip over every picture of a redacted copy: white words on red. Where no font was found it is red and white stripes.
/// </summary>
public static class CopyStrip
{
    /// <summary>Width, px; it is scaled to the picture's.</summary>
    public const int Width = 1280;

    private const int Height = 56;

    /// <summary>PNG.</summary>
    /// <param name="text">What stands on it.</param>
    public static byte[] Png(string text)
    {
        var fonts = PrintFonts.Installed.Value;
        using var bitmap = new SKBitmap(Width, Height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(176, 0, 32));
        if (fonts.Latin is null)
        {
            using var white = new SKPaint { Color = SKColors.White };
            for (var x = 0; x < Width; x += 160)
                canvas.DrawRect(x, 0, 80, Height, white);
        }
        else
        {
            using var words = new PrintText(canvas, fonts, SKColors.White);
            words.Centred(text, Width / 2.0, 38, 28, Width - 40, bold: true);
        }

        using var picture = SKImage.FromBitmap(bitmap);
        using var png = picture.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
