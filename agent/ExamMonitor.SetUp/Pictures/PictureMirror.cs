using SkiaSharp;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>Exchanges left and right of a picture. Pure.</summary>
internal static class PictureMirror
{
    /// <summary>The picture mirrored, PNG; null for what cannot be decoded.</summary>
    public static byte[]? Mirrored(byte[] bytes)
    {
        if (PictureFile.SizeOf(bytes) is null)
            return null;
        using var from = SKBitmap.Decode(bytes);
        if (from is null)
            return null;
        using var to = new SKBitmap(from.Width, from.Height);
        using (var canvas = new SKCanvas(to))
        {
            canvas.Scale(-1, 1, from.Width / 2f, 0);
            canvas.DrawBitmap(from, 0, 0, SKSamplingOptions.Default);
        }

        using var data = to.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
