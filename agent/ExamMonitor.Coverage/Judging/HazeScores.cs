using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>A film over the whole lens that leaves most of the contrast: every surface, dark or bright, gets as much light.</summary>
/// <remarks>
/// A film of opacity a and luma C makes (1 − a)·Y + a·C of every luma Y. The contrast that is left tells 1 − a, and Y less the reference's
/// times it is a·C, the <em>pedestal</em>: of dark surfaces as of bright ones. Light and exposure scale contrast and luma alike and leave
/// no pedestal; a tone curve leaves one that grows with luma.
/// </remarks>
internal static class HazeScores
{
    /// <summary>Energy of the band 3.2 to 6.4 px of the reference from which coding leaves the contrast alone.</summary>
    private const double LeastContrast = 30;

    /// <summary>Blocks of which a third says something.</summary>
    private const int LeastBlocks = 12;

    /// <summary>Luma of the bright third over that of the dark one, black at 0, from which a film is told from a tone curve.</summary>
    private const double LeastRange = 1.3;

    /// <summary>How many times the smallest pedestal of a third the largest may be.</summary>
    private const double MostUneven = 1.3;

    /// <summary>Share of the view's median luma that came to all surfaces alike, [0, 1]; 0 where it cannot be told.</summary>
    public static double Of(FrameMeasures measures)
    {
        Span<(double Before, double Now, double Pedestal)> blocks = stackalloc (double, double, double)[measures.Blocks.Length];
        var n = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            if (b.Valid < 0.9 || b.Edges < ViewScores.TexturedEdges || b.RefMid < LeastContrast || b.Agreement < 0.5)
                continue;
            if (b.RefClipped > 0.1 || b.Clipped > 0.1)
                continue;
            var (before, now) = (b.RefMean - 16, b.Mean - 16);
            blocks[n++] = (before, now, now - (Math.Sqrt(b.Mid / b.RefMid) * before));
        }

        if (n < LeastBlocks)
            return 0;
        var all = blocks[..n];
        all.Sort(static (a, b) => a.Before.CompareTo(b.Before));
        var dark = all[..(n / 3)];
        var bright = all[(2 * n / 3)..];
        if (bright[bright.Length / 2].Before < LeastRange * dark[dark.Length / 2].Before)
            return 0;
        double a = Pedestal(dark),
            b2 = Pedestal(all[(n / 3)..(2 * n / 3)]),
            c = Pedestal(bright);
        double least = Math.Min(a, Math.Min(b2, c)),
            most = Math.Max(a, Math.Max(b2, c));
        Span<double> lumas = stackalloc double[n];
        for (var i = 0; i < n; i++)
            lumas[i] = all[i].Now;
        var luma = ViewScores.Quantile(lumas, 0.5)!.Value;
        return least <= 0 || most > MostUneven * least || luma < 4 ? 0 : Math.Min(1, least / luma);
    }

    private static double Pedestal(ReadOnlySpan<(double Before, double Now, double Pedestal)> blocks)
    {
        Span<double> all = stackalloc double[blocks.Length];
        for (var i = 0; i < blocks.Length; i++)
            all[i] = blocks[i].Pedestal;
        return ViewScores.Quantile(all, 0.5)!.Value;
    }
}
