using SkiaSharp;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>Several pictures of one view as one: who walks through stands in few of them, and is gone from their median. Pure.</summary>
internal static class PictureMedian
{
    /// <summary>Share of a coarse picture's squares that must differ between two pictures for something to have moved.</summary>
    private const double MovedShare = 0.004;

    /// <summary>Levels by which a square must differ.</summary>
    private const int MovedLevels = 14;

    /// <summary>
    /// The median as PNG, a single picture as it came, and whether anything moved between the pictures; null when none could be decoded, or
    /// their sizes differ.
    /// </summary>
    public static (byte[] File, bool Moved)? Of(IReadOnlyList<byte[]> pictures)
    {
        if (pictures.Count == 1)
            return PictureFile.SizeOf(pictures[0]) is null ? null : (pictures[0], false);
        SKBitmap[] bitmaps = [.. pictures.Select(Decode).OfType<SKBitmap>()];
        try
        {
            if (bitmaps.Length == 0 || bitmaps.Any(b => b.Info.Size != bitmaps[0].Info.Size))
                return null;
            var moved = Moved(bitmaps);
            using var median = Median(bitmaps);
            using var data = median.Encode(SKEncodedImageFormat.Png, 100);
            return (data.ToArray(), moved);
        }
        finally
        {
            foreach (var bitmap in bitmaps)
                bitmap.Dispose();
        }
    }

    private static SKBitmap? Decode(byte[] bytes) =>
        PictureFile.SizeOf(bytes) is { } size
            ? SKBitmap.Decode(bytes, new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque))
            : null;

    private static SKBitmap Median(SKBitmap[] bitmaps)
    {
        var median = new SKBitmap(bitmaps[0].Info);
        var sources = bitmaps.Select(b => b.Bytes).ToArray();
        var target = new byte[sources[0].Length];
        Parallel.For(
            0,
            target.Length / 4096 + 1,
            block =>
            {
                Span<byte> values = stackalloc byte[sources.Length];
                for (var i = block * 4096; i < Math.Min(target.Length, (block + 1) * 4096); i++)
                {
                    for (var k = 0; k < sources.Length; k++)
                        values[k] = sources[k][i];
                    values.Sort();
                    target[i] = values[values.Length / 2];
                }
            }
        );
        System.Runtime.InteropServices.Marshal.Copy(target, 0, median.GetPixels(), target.Length);
        return median;
    }

    private static bool Moved(SKBitmap[] bitmaps)
    {
        if (bitmaps.Length < 2)
            return false;
        var small = bitmaps
            .Select(b =>
                b.Resize(new SKImageInfo(160, 90, SKColorType.Gray8), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear))
            )
            .ToArray();
        try
        {
            byte[][] grey = [.. small.Select(s => s.Bytes)];
            return grey.Skip(1).Any(g => g.Where((v, i) => Math.Abs(v - grey[0][i]) > MovedLevels).Count() > MovedShare * g.Length);
        }
        finally
        {
            foreach (var s in small)
                s.Dispose();
        }
    }
}
