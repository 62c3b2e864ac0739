namespace ExamMonitor.Coverage.Geometry;

/// <summary>A plan–pixel pair with its pixel counted from the picture's centre.</summary>
internal readonly record struct Pair(Vec3 Room, double U, double V);

/// <summary>The eight unknowns of a camera.</summary>
internal readonly record struct PinholeState(double LogFocal, double K1, Rotation R, Vec3 T)
{
    public double Focal => Math.Exp(LogFocal);

    /// <summary>Squared miss in pixels²; <paramref name="behind"/>² for a point behind the camera.</summary>
    public double SquaredMiss(in Pair pair, double behind)
    {
        var c = R.Apply(pair.Room) + T;
        if (c.Z < 0.05)
            return behind * behind;
        double x = c.X / c.Z,
            y = c.Y / c.Z,
            s = Focal * (1 + (K1 * ((x * x) + (y * y))));
        double du = (s * x) - pair.U,
            dv = (s * y) - pair.V;
        return Math.Min((du * du) + (dv * dv), behind * behind);
    }
}

/// <summary>What is believed of any camera before a point is marked, so that six noisy points cannot bend the lens at will.</summary>
/// <param name="LogFocal">Middle of the focal length's logarithm.</param>
/// <param name="PixelSigma">Click noise, pixels, that the beliefs are weighed against.</param>
internal readonly record struct PinholePrior(double LogFocal, double PixelSigma)
{
    private const double LogFocalSigma = 1.0,
        K1Sigma = 0.12;

    /// <summary>Lenses of fixed cameras lean to the barrel shape; one without distortion is half a sigma away.</summary>
    public const double K1Mean = -0.05;

    public double FocalWeight => PixelSigma / LogFocalSigma;

    public double K1Weight => PixelSigma / K1Sigma;

    /// <summary>A camera of 65° across, give or take a factor of e; one pixel in a thousand of the width as noise.</summary>
    public static PinholePrior For(int width) => new(Math.Log(0.78 * width), 0.0007 * width);
}

/// <summary>Levenberg–Marquardt over the eight unknowns with Cauchy's loss, so that one wrong pair bends nothing.</summary>
internal static class PinholeFit
{
    private const int Unknowns = 8;

    /// <summary>Improves <paramref name="start"/>.</summary>
    /// <param name="pairs">Pairs to fit; at least four.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="scale">Miss in pixels from which a pair begins to lose its weight.</param>
    /// <param name="prior">Beliefs.</param>
    /// <param name="rounds">Most steps.</param>
    public static (PinholeState State, double Cost) Refine(
        ReadOnlySpan<Pair> pairs,
        PinholeState start,
        double scale,
        PinholePrior prior,
        int rounds
    )
    {
        var state = start;
        var cost = Cost(pairs, state, scale, prior);
        var damping = 1e-3;
        Span<double> a = stackalloc double[Unknowns * Unknowns],
            g = stackalloc double[Unknowns],
            step = stackalloc double[Unknowns],
            damped = stackalloc double[Unknowns * Unknowns];
        for (var round = 0; round < rounds && damping < 1e10; round++)
        {
            Normal(pairs, state, scale, prior, a, g);
            a.CopyTo(damped);
            for (var i = 0; i < Unknowns; i++)
                damped[(i * Unknowns) + i] += (damping * a[(i * Unknowns) + i]) + 1e-12;
            g.CopyTo(step);
            if (!SymmetricSystem.Solve(damped, step))
            {
                damping *= 10;
                continue;
            }
            var next = Moved(state, step);
            var nextCost = Cost(pairs, next, scale, prior);
            if (!(nextCost < cost))
            {
                damping *= 8;
                continue;
            }
            var gain = cost - nextCost;
            (state, cost, damping) = (next, nextCost, Math.Max(damping / 6, 1e-9));
            if (gain < 1e-10 * (1 + cost))
                break;
        }

        return (state, cost);
    }

    /// <summary>
    /// Covariance of the unknowns for click noise <paramref name="sigma"/>, row by row; null when the points leave an unknown open.
    /// </summary>
    public static double[]? Covariance(ReadOnlySpan<Pair> pairs, PinholeState state, double scale, PinholePrior prior, double sigma)
    {
        var a = new double[Unknowns * Unknowns];
        Span<double> g = stackalloc double[Unknowns];
        Normal(pairs, state, scale, prior, a, g);
        if (!SymmetricSystem.Invert(a, Unknowns))
            return null;
        for (var i = 0; i < a.Length; i++)
            a[i] *= sigma * sigma;
        return a;
    }

    /// <summary>
    /// Rows of the derivative of a point's pixel by the unknowns (log focal, k1, rotation, translation); false behind the camera.
    /// </summary>
    public static bool Derivative(Vec3 room, PinholeState s, Span<double> du, Span<double> dv)
    {
        var turned = s.R.Apply(room);
        var c = turned + s.T;
        if (c.Z < 0.05)
            return false;
        double x = c.X / c.Z,
            y = c.Y / c.Z,
            r2 = (x * x) + (y * y),
            f = s.Focal,
            d = 1 + (s.K1 * r2);
        (du[0], dv[0]) = (f * d * x, f * d * y);
        (du[1], dv[1]) = (f * r2 * x, f * r2 * y);
        double uu = f * (d + (2 * s.K1 * x * x)),
            uv = f * 2 * s.K1 * x * y,
            vv = f * (d + (2 * s.K1 * y * y));
        var gu = new Vec3(uu / c.Z, uv / c.Z, -((uu * x) + (uv * y)) / c.Z);
        var gv = new Vec3(uv / c.Z, vv / c.Z, -((uv * x) + (vv * y)) / c.Z);
        Vec3 wu = turned.Cross(gu),
            wv = turned.Cross(gv);
        (du[2], du[3], du[4], du[5], du[6], du[7]) = (wu.X, wu.Y, wu.Z, gu.X, gu.Y, gu.Z);
        (dv[2], dv[3], dv[4], dv[5], dv[6], dv[7]) = (wv.X, wv.Y, wv.Z, gv.X, gv.Y, gv.Z);
        return true;
    }

    private static PinholeState Moved(PinholeState s, ReadOnlySpan<double> step) =>
        new(
            Math.Clamp(s.LogFocal - step[0], 2, 12),
            Math.Clamp(s.K1 - step[1], -1.5, 1.5),
            Rotation.About(new(-step[2], -step[3], -step[4])).Times(s.R),
            s.T - new Vec3(step[5], step[6], step[7])
        );

    private static double Cost(ReadOnlySpan<Pair> pairs, PinholeState s, double scale, PinholePrior prior)
    {
        var cost = Square((s.LogFocal - prior.LogFocal) * prior.FocalWeight) + Square((s.K1 - PinholePrior.K1Mean) * prior.K1Weight);
        foreach (var pair in pairs)
            cost += scale * scale * Math.Log(1 + (s.SquaredMiss(pair, 1e6) / (scale * scale)));
        return cost;
    }

    private static void Normal(ReadOnlySpan<Pair> pairs, PinholeState s, double scale, PinholePrior prior, Span<double> a, Span<double> g)
    {
        a.Clear();
        g.Clear();
        Span<double> du = stackalloc double[Unknowns],
            dv = stackalloc double[Unknowns];
        foreach (var pair in pairs)
        {
            if (!Derivative(pair.Room, s, du, dv))
                continue;
            var c = s.R.Apply(pair.Room) + s.T;
            double x = c.X / c.Z,
                y = c.Y / c.Z,
                m = s.Focal * (1 + (s.K1 * ((x * x) + (y * y))));
            double ru = (m * x) - pair.U,
                rv = (m * y) - pair.V;
            var weight = 1 / (1 + (((ru * ru) + (rv * rv)) / (scale * scale)));
            for (var i = 0; i < Unknowns; i++)
            {
                g[i] += weight * ((du[i] * ru) + (dv[i] * rv));
                for (var j = 0; j < Unknowns; j++)
                    a[(i * Unknowns) + j] += weight * ((du[i] * du[j]) + (dv[i] * dv[j]));
            }
        }

        g[0] += (s.LogFocal - prior.LogFocal) * Square(prior.FocalWeight);
        g[1] += (s.K1 - PinholePrior.K1Mean) * Square(prior.K1Weight);
        a[0] += Square(prior.FocalWeight);
        a[Unknowns + 1] += Square(prior.K1Weight);
    }

    private static double Square(double v) => v * v;
}
