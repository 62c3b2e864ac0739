using ExamMonitor.Contracts.Maps;
using MathNet.Numerics.LinearAlgebra;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>The projective map between the floor and the picture, from four pairs or more, with weights against wrong ones.</summary>
internal static class HomographyFit
{
    private const int Rounds = 20;

    /// <summary>The map from plan to pixel and back; null when the points do not determine it (too many on one line).</summary>
    public static (PictureHomography ToPixel, PictureHomography ToPlan)? Fit(
        IReadOnlyList<PlanPoint> plan,
        IReadOnlyList<PixelPoint> pixel,
        double scale
    )
    {
        var weights = Enumerable.Repeat(1.0, plan.Count).ToArray();
        (PictureHomography, PictureHomography)? fit = null;
        for (var round = 0; round < Rounds; round++)
        {
            if (Once(plan, pixel, weights) is not { } found)
                return fit;
            fit = found;
            if (plan.Count <= 4)
                break; // no spare pair, so nothing to weigh
            for (var i = 0; i < weights.Length; i++)
            {
                var miss = Miss(found.ToPixel, plan[i], pixel[i]) / scale;
                weights[i] = 1 / Math.Sqrt(1 + (miss * miss));
            }
        }

        return fit;
    }

    /// <summary>
    /// Best of all maps through four of the pairs, where there are spare ones, as a start that one wrong pair cannot spoil; then
    /// <see cref="Fit"/>.
    /// </summary>
    public static (PictureHomography ToPixel, PictureHomography ToPlan)? FitRobust(
        IReadOnlyList<PlanPoint> plan,
        IReadOnlyList<PixelPoint> pixel,
        double scale
    )
    {
        var n = plan.Count;
        if (n <= 5)
            return Fit(plan, pixel, scale);
        var random = new Random(36);
        double[]? best = null;
        var least = double.MaxValue;
        for (var i = 0; i < 150; i++)
        {
            var pick = Enumerable.Range(0, n).OrderBy(_ => random.Next()).Take(4).ToArray();
            if (Once([.. pick.Select(k => plan[k])], [.. pick.Select(k => pixel[k])], [1, 1, 1, 1]) is not { } found)
                continue;
            var misses = Enumerable.Range(0, n).Select(k => Math.Min(Miss(found.ToPixel, plan[k], pixel[k]), 6 * scale)).ToArray();
            var cost = misses.Sum(m => m * m);
            if (cost < least)
                (least, best) = (cost, misses);
        }

        if (best is null)
            return null;
        var good = Enumerable.Range(0, n).Where(k => best[k] < 4 * scale).ToArray();
        return good.Length < 4 ? null : Fit([.. good.Select(k => plan[k])], [.. good.Select(k => pixel[k])], scale);
    }

    /// <summary>Distance between a pixel and where the map puts its plan point.</summary>
    public static double Miss(PictureHomography h, PlanPoint plan, PixelPoint pixel)
    {
        var w = (h.M20 * plan.X) + (h.M21 * plan.Y) + h.M22;
        return Math.Abs(w) < 1e-12
            ? 1e6
            : Math.Min(
                1e6,
                double.Hypot(
                    (((h.M00 * plan.X) + (h.M01 * plan.Y) + h.M02) / w) - pixel.U,
                    (((h.M10 * plan.X) + (h.M11 * plan.Y) + h.M12) / w) - pixel.V
                )
            );
    }

    private static (PictureHomography ToPixel, PictureHomography ToPlan)? Once(
        IReadOnlyList<PlanPoint> plan,
        IReadOnlyList<PixelPoint> pixel,
        double[] weights
    )
    {
        // Both sides are moved to their middle and scaled to about one (Hartley), or the linear system mixes metres with squared pixels.
        var (px, py, ps) = Frame(plan.Select(p => (p.X, p.Y)));
        var (qx, qy, qs) = Frame(pixel.Select(p => (p.U, p.V)));
        if (!(ps > 0) || !(qs > 0))
            return null;
        var m = Matrix<double>.Build.Dense(Math.Max(9, 2 * plan.Count), 9);
        for (var i = 0; i < plan.Count; i++)
        {
            double x = (plan[i].X - px) * ps,
                y = (plan[i].Y - py) * ps,
                u = (pixel[i].U - qx) * qs,
                v = (pixel[i].V - qy) * qs,
                w = weights[i];
            m.SetRow(2 * i, [w * x, w * y, w, 0, 0, 0, -w * u * x, -w * u * y, -w * u]);
            m.SetRow((2 * i) + 1, [0, 0, 0, w * x, w * y, w, -w * v * x, -w * v * y, -w * v]);
        }

        var svd = m.Svd();
        if (svd.S[7] < 1e-3 * svd.S[0])
            return null; // a second solution fits as well: the points are on a line, or all but one are
        var h = svd.VT.Row(8);
        PictureHomography normal = new(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]);
        PictureHomography toNormal = new(ps, 0, -ps * px, 0, ps, -ps * py, 0, 0, 1),
            fromNormal = new(1 / qs, 0, qx, 0, 1 / qs, qy, 0, 0, 1);
        var whole = fromNormal.After(normal).After(toNormal);
        return whole.Inverse() is { } back ? (whole, back) : null;
    }

    private static (double X, double Y, double Scale) Frame(IEnumerable<(double X, double Y)> points)
    {
        var all = points.ToArray();
        double x = all.Average(p => p.X),
            y = all.Average(p => p.Y);
        var spread = all.Average(p => double.Hypot(p.X - x, p.Y - y));
        return (x, y, spread > 1e-9 ? Math.Sqrt(2) / spread : 0);
    }
}
