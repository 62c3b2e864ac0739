namespace ExamMonitor.Contracts.Draws;

/// <summary>How a sample is shared out to strata: in proportion, by the largest remainder; one each at least when there are
/// enough.</summary>
/// <remarks>Pure and in whole numbers alone, so that every repetition gives the same. docs/protocol/draw.md.</remarks>
public static class DrawAllocation
{
    /// <summary>Shares, in the order of the strata; none above its stratum's units.</summary>
    /// <param name="units">Units of each stratum, ≥ 1, in the order of their names.</param>
    /// <param name="sample">Wanted, ≥ 0; at most all units are drawn.</param>
    public static IReadOnlyList<int> Of(IReadOnlyList<int> units, int sample)
    {
        var all = units.Sum(u => (long)u);
        if (all == 0)
            return [.. units];
        var wanted = Math.Min(sample, all);
        var shares = units.Select(u => (int)(wanted * u / all)).ToArray();
        if (wanted >= units.Count)
            for (var i = 0; i < shares.Length; i++)
                shares[i] = Math.Max(shares[i], 1);
        Move(wanted - shares.Sum(s => (long)s), shares, i => (shares[i] * all) - (wanted * units[i]), i => shares[i] < units[i]);
        return shares;
    }

    /// <summary>Gives what is left to the strata furthest below their share, or takes what is too much from those furthest above; the first
    /// by name of equals.</summary>
    private static void Move(long left, int[] shares, Func<int, long> over, Func<int, bool> hasMore)
    {
        var step = Math.Sign(left);
        var queue = new PriorityQueue<int, (long, int)>(Enumerable.Range(0, shares.Length).Select(i => (i, (step * over(i), i))));
        for (; left != 0; left -= step)
        {
            var i = queue.Dequeue();
            if (step > 0 ? !hasMore(i) : shares[i] <= 1)
            {
                left += step;
                continue;
            }

            shares[i] += step;
            queue.Enqueue(i, (step * over(i), i));
        }
    }
}
