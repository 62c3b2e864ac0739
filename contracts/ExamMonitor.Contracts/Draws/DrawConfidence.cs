namespace ExamMonitor.Contracts.Draws;

/// <summary>What a sample of a size tells (discovery sampling): how surely it holds at least one unit that is not in order, if so many
/// are.</summary>
/// <remarks>
/// Exact, by the hypergeometric distribution. With strata the units that are not in order are put where the sample is least likely to meet
/// them,
/// so that the answer holds wherever they are. Pure.
/// </remarks>
public static class DrawConfidence
{
    /// <summary>Number of units that are not in order when a share is, at least one.</summary>
    /// <param name="units">Units, ≥ 1.</param>
    /// <param name="percent">Share, percent, above 0 and at most 100.</param>
    public static int Faulty(int units, double percent) => Math.Clamp((int)Math.Ceiling((units * percent / 100) - 1e-9), 1, units);

    /// <summary>Chance that a sample holds at least one of them, [0, 1].</summary>
    /// <param name="strata">Units and sample of each stratum.</param>
    /// <param name="faulty">Units that are not in order, ≥ 0.</param>
    public static double Of(IReadOnlyList<(int Units, int Sample)> strata, int faulty)
    {
        // The logarithm of the chance to miss is concave in each stratum: giving each next unit to the stratum that loses least is exact.
        var queue = new PriorityQueue<(int Left, int Sample), double>();
        foreach (var (units, sample) in strata.Where(s => s.Units > 0))
            queue.Enqueue((units, sample), -Factor(units, sample));
        var missed = 0.0;
        for (var i = 0; i < faulty && queue.TryDequeue(out var stratum, out var factor); i++)
        {
            if (factor >= 0)
                return 1;
            missed += Math.Log(-factor);
            if (stratum.Left > 1)
                queue.Enqueue((stratum.Left - 1, stratum.Sample), -Factor(stratum.Left - 1, stratum.Sample));
        }

        return 1 - Math.Exp(missed);
    }

    /// <summary>Smallest sample that reaches a confidence, allocated by <see cref="DrawAllocation"/>.</summary>
    /// <param name="units">Units of each stratum.</param>
    /// <param name="faultyPercent">Share that must not be missed, percent.</param>
    /// <param name="confidencePercent">Wanted, percent, below 100.</param>
    public static int SampleFor(IReadOnlyList<int> units, double faultyPercent, double confidencePercent)
    {
        var all = units.Sum();
        if (all == 0)
            return 0;
        var faulty = Faulty(all, faultyPercent);
        var (low, high) = (1, all);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (Reaches(middle))
                high = middle;
            else
                low = middle + 1;
        }

        return low;

        bool Reaches(int sample)
        {
            var shares = DrawAllocation.Of(units, sample);
            return Of([.. units.Select((u, i) => (u, shares[i]))], faulty) >= (confidencePercent / 100) - 1e-12;
        }
    }

    /// <summary>Factor by which one more faulty unit among those left lowers the chance to miss.</summary>
    private static double Factor(int left, int sample) => Math.Max(0, (double)(left - sample) / left);
}
