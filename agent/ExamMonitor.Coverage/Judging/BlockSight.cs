using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>What one block of a picture says of what lies between it and the room.</summary>
internal enum BlockSight
{
    /// <summary>Plain in the reference and no different now, or outside the picture: says nothing.</summary>
    Unknown,

    /// <summary>The commissioned structure is there.</summary>
    Seen,

    /// <summary>Plain, and lighter or darker than the picture as a whole: light, or something plain.</summary>
    Altered,

    /// <summary>Some of the commissioned structure is gone.</summary>
    Partly,

    /// <summary>Something else is seen, sharp or plain.</summary>
    Replaced,

    /// <summary>Something else is seen whose edges are too soft for anything in the room.</summary>
    Soft,

    /// <summary>The commissioned structure shines through with less contrast than its light leaves it.</summary>
    Coated,
}

/// <summary>Reads the blocks of a picture.</summary>
internal static class BlockSights
{
    /// <summary>Energy of the band 3.2 to 6.4 px of the reference from which the share of contrast that is left can be told.</summary>
    private const double LeastContrast = 5;

    /// <summary>Share of the contrast lost, against light, from which something lies over a block.</summary>
    private const double CoatedLoss = 0.4;

    /// <summary>Agreement of edges, or correlation of coarse gradients, from which it is the commissioned structure that shines through:
    /// what took the place of something that was carried away reaches less.</summary>
    private const double LeastShining = 0.5;

    /// <summary>Grey levels that came to every surface alike: light and exposure add none.</summary>
    private const double CoatedPedestal = 12;

    /// <summary>Change of the room's light, natural logarithm, beyond which less contrast is no coat: daylight that comes in fills the
    /// shadows.</summary>
    private const double MostLightOfACoat = 0.18;

    /// <summary>Contrast that differs by less from what light alone would leave is light's.</summary>
    private const double LightsContrast = 0.2;

    /// <summary>Spread of the light's change, natural logarithm, above which faint structure may be the light's own.</summary>
    private const double MostSpread = 0.12;

    /// <summary>Its 80th less 20th percentile above which plain blocks and half-hidden ones say nothing: half the lamps off.</summary>
    private const double MostUneven = 0.35;

    /// <summary>Spread above which nothing is told: half the lamps off, infrared.</summary>
    private const double MostTold = 0.35;

    /// <summary>Agreement of edges below which some of a block's structure is gone: where nothing changed it stays above.</summary>
    public const double PartlyBelow = 0.85;

    /// <summary>Energy of the band 3.2 to 6.4 px below which structure is faint: shadows on a wall measured up to 60.</summary>
    private const double FaintContrast = 60;

    /// <summary>Blocks that tell the spread.</summary>
    private const int LeastSeen = 10;

    /// <summary>Fine detail against coarse, relative to the reference's usual, below which an edge is out of focus.</summary>
    private const double SoftDetail = 0.3;

    /// <summary>Reads all blocks.</summary>
    /// <param name="measures">Of the picture.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="scores">Of the picture.</param>
    /// <param name="into">One a block.</param>
    public static void Read(FrameMeasures measures, CoverageOptions options, in ViewScores scores, Span<BlockSight> into)
    {
        var (light, sharp) = (scores.Light, scores.Sharpness is null || scores.Sharpness >= options.DefocusedSharpness);
        var usual = UsualDetail(measures);
        var noise = measures.Levels.Noise * measures.Levels.Noise;
        for (var i = 0; i < into.Length; i++)
            into[i] = Of(measures.Blocks[i], options, usual, noise, light, sharp);
        var (half, most) = SpreadOf(measures);
        // Light that changed unevenly takes shadows away and puts others there; edges of things stay. Light of another kind says nothing.
        for (var i = 0; i < into.Length; i++)
            if (
                half > MostTold
                || (most > MostUneven && into[i] is BlockSight.Altered or BlockSight.Partly)
                || (half > MostSpread && into[i] is not (BlockSight.Soft or BlockSight.Altered) && IsFaint(measures.Blocks[i]))
            )
                into[i] = BlockSight.Unknown;
    }

    private static bool IsFaint(in BlockMeasure b) => b.RefMid < FaintContrast && b.Mid < FaintContrast;

    /// <summary>How unevenly the light changed, told by the blocks whose contrast went with their light: the shortest span of its logarithm
    /// that holds half of them, which a coat on the other half leaves alone, and 80th less 20th percentile.</summary>
    private static (double Half, double Most) SpreadOf(FrameMeasures measures)
    {
        Span<double> ratios = stackalloc double[measures.Blocks.Length];
        var n = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            if (b.Valid < 0.5 || b.Edges < ViewScores.TexturedEdges || b.RefMid < LeastContrast || b.RefMean is < 40 or > 222)
                continue;
            if (b.RefClipped <= 0.1 && b.Clipped <= 0.1 && Math.Abs(1 - ContrastOf(b)) <= LightsContrast)
                ratios[n++] = Linear.LogRatio(b.Mean, b.RefMean);
        }

        if (n < LeastSeen)
            return (MostTold, 1);
        var all = ratios[..n];
        all.Sort();
        var half = double.MaxValue;
        for (var i = 0; i + (n / 2) < n; i++)
            half = Math.Min(half, all[i + (n / 2)] - all[i]);
        return (half, all[(int)(0.8 * n)] - all[(int)(0.2 * n)]);
    }

    private static BlockSight Of(in BlockMeasure b, CoverageOptions options, double usual, double noise, double light, bool sharp)
    {
        if (b.Valid < 0.5)
            return BlockSight.Unknown;
        var own = b.Energy - (ViewScores.GradientNoiseGain * noise);
        var soft =
            b.Mid >= 4 * ViewScores.LeastBand && Math.Max(0, b.High - (ViewScores.HighNoiseGain * noise)) < SoftDetail * usual * b.Mid;
        if (b.Edges < ViewScores.TexturedEdges)
            return own > ViewScores.NewTexture && own > 4 * b.RefEnergy
                ? soft
                    ? BlockSight.Soft
                    : BlockSight.Replaced
                : IsAltered(b, light)
                    ? BlockSight.Altered
                    : BlockSight.Unknown;
        var gone = b.Agreement < options.BlockLostAgreement && b.Coarse < options.BlockLostCoarse;
        if (sharp && Math.Abs(light) <= MostLightOfACoat && (b.Agreement >= LeastShining || b.Coarse >= LeastShining) && IsCoated(b))
            return BlockSight.Coated;
        if (gone)
            return soft ? BlockSight.Soft : BlockSight.Replaced;
        return b.Agreement >= PartlyBelow ? BlockSight.Seen
            : sharp ? BlockSight.Partly
            : BlockSight.Unknown;
    }

    private static bool IsCoated(in BlockMeasure b)
    {
        if (b.RefMid < LeastContrast || b.RefMean < 36 || b.RefClipped > 0.1 || b.Clipped > 0.1)
            return false;
        var left = ContrastOf(b);
        return left < 1 - CoatedLoss && (1 - left) * (b.Mean - 16) >= CoatedPedestal;
    }

    /// <summary>Contrast that is left, against what the block's light alone would leave: 1 where nothing but light changed.</summary>
    private static double ContrastOf(in BlockMeasure b) => Math.Sqrt(b.Mid / b.RefMid) * (b.RefMean - 16) / Math.Max(4, b.Mean - 16);

    private static bool IsAltered(in BlockMeasure b, double light) =>
        b.RefMean is >= 30 and <= 225 && Math.Abs(Linear.LogRatio(b.Mean, b.RefMean) - light) > 0.5;

    private static double UsualDetail(FrameMeasures measures)
    {
        Span<double> ratios = stackalloc double[measures.Blocks.Length];
        var n = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
            if (b.Edges >= ViewScores.TexturedEdges && b.RefMid >= 4 * ViewScores.LeastBand)
                ratios[n++] = Math.Max(0, b.RefHigh - (ViewScores.HighNoiseGain * b.RefNoise * b.RefNoise)) / b.RefMid;
        return ViewScores.Quantile(ratios[..n], 0.5) ?? 0;
    }
}
