using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>Light of the best lit fifth against the reference: of the picture's blocks or of its worktops, whichever is more.</summary>
/// <remarks>In a large room most of a picture is far wall and floor; of worktops of which some kept their lamps, these show what the
/// camera's exposure hides.</remarks>
internal static class BestLight
{
    /// <summary>Least worktops that make a fifth.</summary>
    public const int LeastStations = 6;

    /// <summary>Natural logarithm of the ratio.</summary>
    public static double Of(FrameMeasures measures, in ViewScores scores, CoverageOptions options)
    {
        Span<double> lights = stackalloc double[Math.Min(measures.Stations.Length, 256)];
        var n = 0;
        for (var i = 0; i < lights.Length; i++)
        {
            var cells = measures.Cells(i);
            if (StationJudge.VisibleShare(cells) >= options.OccludedVisibleShare && StationJudge.OwnLight(cells) is { } own)
                lights[n++] = own;
        }

        return n < LeastStations ? scores.BestLight : Math.Max(scores.BestLight, ViewScores.Quantile(lights[..n], 0.8)!.Value);
    }
}
