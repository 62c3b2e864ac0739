using ExamMonitor.Contracts.Maps;
using SkiaSharp;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>What a picture's file says of itself, read from its head.</summary>
internal static class PictureFile
{
    /// <summary>Most pixels that are decoded.</summary>
    private const long MostPixels = 64L << 20;

    /// <summary>Size of a picture; null when it is none that can be used: JPEG or PNG, 16 to 16384 px a side.</summary>
    public static PixelSize? SizeOf(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var codec = SKCodec.Create(stream);
            return SizeOf(codec);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The same of bytes.</summary>
    public static PixelSize? SizeOf(byte[] bytes)
    {
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        return SizeOf(codec);
    }

    /// <summary>Whether two pictures are of one shape, to 2 %.</summary>
    internal static bool SameShape(PixelSize a, PixelSize b) =>
        Math.Abs(((double)a.Width * b.Height / ((double)a.Height * b.Width)) - 1) <= 0.02;

    private static PixelSize? SizeOf(SKCodec? codec) =>
        codec?.EncodedFormat is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png
        && codec.Info is { Width: >= 16 and <= 16384, Height: >= 16 and <= 16384 } info
        && (long)info.Width * info.Height <= MostPixels
            ? new(info.Width, info.Height)
            : null;
}
