namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Counts of the 256 levels of luma, and what is read from them.</summary>
internal readonly ref struct Levels
{
    /// <summary>From here on a pixel is burnt out: 235 is white of limited range, scaling takes a little off.</summary>
    public const byte Clipped = 233;

    private readonly ReadOnlySpan<uint> _counts;

    /// <summary>Reads 256 counts.</summary>
    public Levels(ReadOnlySpan<uint> counts)
    {
        _counts = counts;
        double mean = 0,
            squares = 0,
            clipped = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            double n = counts[i];
            Total += counts[i];
            mean += n * i;
            squares += n * i * i;
            if (i >= Clipped)
                clipped += n;
        }

        var all = Math.Max(1.0, Total);
        Mean = mean / all;
        ClippedShare = clipped / all;
        Deviation = Math.Sqrt(Math.Max(0, (squares / all) - (Mean * Mean)));
    }

    /// <summary>Pixels.</summary>
    public uint Total { get; }

    /// <summary>Mean luma.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of luma.</summary>
    public double Deviation { get; }

    /// <summary>Share of burnt-out pixels, [0, 1].</summary>
    public double ClippedShare { get; }

    /// <summary>Levels of a whole frame, without noise.</summary>
    public static FrameLevels Of(ReadOnlySpan<byte> luma)
    {
        // Four tables: neighbours are often alike, and adding to the same number again has to wait for the last time.
        Span<uint> parts = stackalloc uint[4 * 256];
        parts.Clear();
        Span<uint> a = parts[..256],
            b = parts[256..512],
            c = parts[512..768],
            d = parts[768..];
        var x = 0;
        for (; x <= luma.Length - 4; x += 4)
        {
            a[luma[x]]++;
            b[luma[x + 1]]++;
            c[luma[x + 2]]++;
            d[luma[x + 3]]++;
        }

        for (; x < luma.Length; x++)
            a[luma[x]]++;
        for (var i = 0; i < 256; i++)
            a[i] += b[i] + c[i] + d[i];
        var levels = new Levels(a);
        return new()
        {
            Mean = (float)levels.Mean,
            Deviation = (float)levels.Deviation,
            Clipped = (float)levels.ClippedShare,
            P01 = levels.Percentile(0.01),
            P05 = levels.Percentile(0.05),
            P50 = levels.Percentile(0.5),
            P95 = levels.Percentile(0.95),
            P99 = levels.Percentile(0.99),
            P999 = levels.Percentile(0.999),
        };
    }

    /// <summary>The level below which a share of the pixels lies, between levels by interpolation.</summary>
    public float Percentile(double share)
    {
        var wanted = share * Total;
        double sum = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] > 0 && sum + _counts[i] >= wanted)
                return (float)(i + ((wanted - sum) / _counts[i]) - 0.5);
            sum += _counts[i];
        }

        return 255;
    }
}
