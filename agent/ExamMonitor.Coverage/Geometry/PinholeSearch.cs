namespace ExamMonitor.Coverage.Geometry;

/// <summary>
/// Finds a camera without a first guess: three pairs at a time, a ladder of focal lengths, the pose that most pairs agree with.
/// </summary>
/// <remarks>Three points need no depth between them, so points of which nearly all lie on one plane (worktops, plus two on the floor) are
/// no special case.</remarks>
internal static class PinholeSearch
{
    private const int Triples = 240,
        Kept = 10;

    // Openings of 122° to 20° across, in steps of a fifth; the refinement bridges the rest.
    private static readonly double[] FocalShares = [0.28, 0.34, 0.41, 0.49, 0.59, 0.70, 0.84, 1.0, 1.22, 1.46, 1.75, 2.1, 2.5, 3.0];

    /// <summary>Best camera for the pairs; null when no three of them give any.</summary>
    /// <param name="pairs">At least six.</param>
    /// <param name="width">Width of the picture, pixels.</param>
    /// <param name="diagonal">Diagonal of the picture, pixels.</param>
    public static PinholeState? Find(ReadOnlySpan<Pair> pairs, int width, double diagonal)
    {
        var best = new PriorityQueue<PinholeState, double>();
        // The seed is fixed: the same map always gives the same camera.
        var random = new Random(36);
        var extent = Extent(pairs);
        Span<int> pick = stackalloc int[3];
        for (var i = 0; i < Triples; i++)
        {
            Draw(random, pick, pairs.Length);
            if (Spread(pairs, pick, extent))
                Try(pairs, pick, width, 0.02 * diagonal, best);
        }

        return Refined(pairs, best, width, diagonal);
    }

    private static PinholeState? Refined(
        ReadOnlySpan<Pair> pairs,
        PriorityQueue<PinholeState, double> candidates,
        int width,
        double diagonal
    )
    {
        var prior = PinholePrior.For(width);
        PinholeState? winner = null;
        var least = double.MaxValue;
        while (candidates.TryDequeue(out var candidate, out _))
        {
            var (coarse, _) = PinholeFit.Refine(pairs, candidate, 0.012 * diagonal, prior, 30);
            var (fine, cost) = PinholeFit.Refine(pairs, coarse, 0.003 * diagonal, prior, 30);
            if (cost < least)
                (winner, least) = (fine, cost);
        }

        return winner;
    }

    private static void Try(
        ReadOnlySpan<Pair> pairs,
        ReadOnlySpan<int> pick,
        int width,
        double tolerance,
        PriorityQueue<PinholeState, double> best
    )
    {
        Span<Vec3> room = stackalloc Vec3[3],
            rays = stackalloc Vec3[3];
        Span<(Rotation R, Vec3 T)> poses = stackalloc (Rotation, Vec3)[4];
        foreach (var share in FocalShares)
        {
            var focal = share * width;
            for (var k = 0; k < 3; k++)
            {
                var pair = pairs[pick[k]];
                (room[k], rays[k]) = (pair.Room, new Vec3(pair.U, pair.V, focal).Unit());
            }

            var n = PerspectiveThreePoint.Solve(room, rays, poses);
            for (var k = 0; k < n; k++)
            {
                var state = new PinholeState(Math.Log(focal), 0, poses[k].R, poses[k].T);
                var (cost, limit) = (0.0, best.Count == Kept && best.TryPeek(out _, out var worst) ? -worst : double.PositiveInfinity);
                foreach (var pair in pairs)
                {
                    cost += Math.Min(state.SquaredMiss(pair, 1e6), tolerance * tolerance);
                    if (cost > limit)
                        break; // worse than the worst that is kept: the rest of the pairs cannot mend it
                }

                if (cost <= limit)
                    Keep(best, state, cost);
            }
        }
    }

    private static void Keep(PriorityQueue<PinholeState, double> best, PinholeState state, double cost)
    {
        // The queue gives the least priority first, so the worst of the kept comes out when one too many is in.
        if (best.Count < Kept)
            best.Enqueue(state, -cost);
        else
            best.EnqueueDequeue(state, -cost);
    }

    private static void Draw(Random random, Span<int> pick, int count)
    {
        pick[0] = random.Next(count);
        do pick[1] = random.Next(count);
        while (pick[1] == pick[0]);
        do pick[2] = random.Next(count);
        while (pick[2] == pick[0] || pick[2] == pick[1]);
    }

    /// <summary>Diagonal of the box round all pixels.</summary>
    private static double Extent(ReadOnlySpan<Pair> pairs)
    {
        double left = double.MaxValue,
            right = double.MinValue,
            top = double.MaxValue,
            bottom = double.MinValue;
        foreach (var p in pairs)
            (left, right, top, bottom) = (Math.Min(left, p.U), Math.Max(right, p.U), Math.Min(top, p.V), Math.Max(bottom, p.V));
        return double.Hypot(right - left, bottom - top);
    }

    /// <summary>Three pairs close together or on a line say nearly nothing under click noise.</summary>
    private static bool Spread(ReadOnlySpan<Pair> pairs, ReadOnlySpan<int> pick, double extent)
    {
        Pair a = pairs[pick[0]],
            b = pairs[pick[1]],
            c = pairs[pick[2]];
        var area = Math.Abs(((b.U - a.U) * (c.V - a.V)) - ((b.V - a.V) * (c.U - a.U))) / 2;
        return area > 0.004 * extent * extent && (b.Room - a.Room).Cross(c.Room - a.Room).Length > 0.02;
    }
}
