using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>What a coat on the lens does: spray, film, dirt, a web, condensation. Structure shines through, so that its direction is still
/// there; contrast is not.</summary>
/// <remarks>
/// A coat of opacity a and colour C makes (1 − a)·Y + a·C of every luma Y. Slopes shrink by 1 − a, light by less; and surfaces that
/// differed come to one luma. Lamps, exposure and gain
/// scale both alike; blur takes contrast and leaves each surface its luma.
/// </remarks>
/// <param name="Share">Share of the textured blocks that have lost more than half of the contrast that their light leaves, or all
/// structure, [0, 1].</param>
/// <param name="Following">How far the luma of these blocks still follows the reference's, relative to their light: 1 where light alone
/// changed, 0 where all show the coat's own luma.</param>
internal readonly record struct VeilScores(double Share, double Following)
{
    /// <summary>Contrast kept, against light kept, below which something lies over a block.</summary>
    private const double ContrastKept = 0.45;

    /// <summary>Mean squared slope that must be left by light alone: less is lost to coding as well.</summary>
    private const double LeastExpected = 3;

    /// <summary>Blocks whose luma says something together.</summary>
    private const int LeastBlocks = 6;

    /// <summary>Mean squared slope that Gaussian noise of deviation 1 leaves.</summary>
    private const double NoiseGain = 0.0802;

    /// <summary>Computes the scores.</summary>
    /// <param name="measures">Of the picture.</param>
    /// <param name="isGone">Whether a block's structure is gone.</param>
    public static VeilScores Of(FrameMeasures measures, Func<BlockMeasure, bool> isGone)
    {
        Span<(double Now, double Before)> lumas = stackalloc (double, double)[measures.Blocks.Length];
        int textured = 0,
            veiled = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            if (b.Valid < 0.5 || b.Edges < ViewScores.TexturedEdges)
                continue;
            textured++;
            if (!IsVeiled(b) && !isGone(b))
                continue;
            lumas[veiled++] = (b.Mean, b.RefMean);
        }

        return textured == 0 ? default : new((double)veiled / textured, FollowingOf(lumas[..veiled]));
    }

    private static bool IsVeiled(in BlockMeasure b)
    {
        if (b.RefMean < 40 || b.RefClipped > 0.1 || b.Clipped > 0.1)
            return false;
        var light = Math.Max(0.05, (b.Mean - 16) / (b.RefMean - 16));
        var expected = light * light * Math.Max(0, b.RefEnergy - (NoiseGain * b.RefNoise * b.RefNoise));
        var left = Math.Max(0, b.Energy - (NoiseGain * b.Noise * b.Noise));
        return expected >= LeastExpected && left < ContrastKept * ContrastKept * expected;
    }

    /// <summary>Slope of the blocks' luma over the reference's, against the slope that light alone would give. How much of the coat lies on
    /// a block differs as well, and drops out.</summary>
    private static double FollowingOf(ReadOnlySpan<(double Now, double Before)> lumas)
    {
        if (lumas.Length < LeastBlocks)
            return 1;
        double now = 0,
            before = 0,
            both = 0,
            befores = 0;
        foreach (var (n, b) in lumas)
            (now, before) = (now + n, before + b);
        (now, before) = (now / lumas.Length, before / lumas.Length);
        foreach (var (n, b) in lumas)
            (both, befores) = (both + ((n - now) * (b - before)), befores + ((b - before) * (b - before)));
        // Surfaces that were alike tell nothing.
        if (Math.Sqrt(befores / lumas.Length) < 0.1 * Math.Max(1, before - 16))
            return 1;
        return both / befores / (Math.Max(4, now - 16) / Math.Max(4, before - 16));
    }
}
