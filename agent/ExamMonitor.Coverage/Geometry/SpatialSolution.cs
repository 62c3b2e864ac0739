using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>The pinhole camera: search, refinement, misses, and each pair held out in turn.</summary>
internal static class SpatialSolution
{
    /// <summary>Noise of a plate's middle as the detector finds it, share of the picture's width: half a pixel of 1920.</summary>
    private const double PlateSigmaShare = 0.00026;

    /// <summary>
    /// Points on one plane tell distance and lens apart by perspective alone: the focal length must come out this certain, one standard
    /// deviation.
    /// </summary>
    private const double CertainFocal = 0.03;

    public static CameraSolution Solve(MapCamera camera, IReadOnlyList<CalibrationPoint> points, bool onePlane)
    {
        var size = camera.Image;
        var diagonal = CameraSolver.Diagonal(size);
        var pairs = points
            .Select(p => new Pair(Vec3.From(p.Plan), p.Pixel.U - (size.Width / 2.0), p.Pixel.V - (size.Height / 2.0)))
            .ToArray();
        if (PinholeSearch.Find(pairs, size.Width, diagonal) is not { } rough)
            return CameraSolver.Refused(camera, points, Unsolvable);
        var prior = PinholePrior.For(size.Width);
        var scale = Scale(pairs, rough, size.Width);
        var (state, _) = PinholeFit.Refine(pairs, rough, scale, prior, 60);
        var projection = new PinholeProjection(size, state.Focal, state.K1, state.R, state.T)
        {
            Covariance = PinholeFit.Covariance(
                pairs,
                state,
                scale,
                prior,
                Noise(pairs, state, scale, onePlane ? PlateSigmaShare * size.Width : PinholePrior.For(size.Width).PixelSigma)
            ),
        };
        if (onePlane && !IsCertain(projection))
            return CameraSolver.Refused(camera, points, CalibrationShape.OnPlane);
        var heldOut = HeldOut(pairs, state, scale, prior);
        var residuals = new PointResidual[points.Count];
        for (var i = 0; i < residuals.Length; i++)
        {
            var miss = Math.Sqrt(state.SquaredMiss(pairs[i], 1e6));
            var seen = projection.Project(points[i].Plan);
            var depth = state.R.Apply(pairs[i].Room).Z + state.T.Z;
            residuals[i] = new(
                i + 1,
                points[i],
                seen,
                seen is null ? double.PositiveInfinity : miss,
                seen is null ? null : miss * depth / state.Focal * 100,
                heldOut[i],
                miss > 3 * scale
            );
        }

        return CameraSolver.Judged(
            camera,
            CalibrationKind.Spatial,
            projection,
            residuals,
            points.Count < 7 ? [CalibrationSentences.NoSpare] : []
        );
    }

    private static bool IsCertain(PinholeProjection projection) =>
        projection.Covariance is { } c && c[0] >= 0 && Math.Sqrt(c[0]) <= CertainFocal;

    /// <summary>Where a miss stops looking like click noise: from the middle miss, never below a pixel per thousand of the width.</summary>
    private static double Scale(ReadOnlySpan<Pair> pairs, PinholeState state, int width)
    {
        var misses = new double[pairs.Length];
        for (var i = 0; i < misses.Length; i++)
            misses[i] = Math.Sqrt(state.SquaredMiss(pairs[i], 1e6));
        Array.Sort(misses);
        // The median distance of a two-dimensional normal error is 1.18 sigma; Cauchy's loss wants about 2.4 sigma (95 % efficiency).
        return Math.Clamp(2.4 * misses[misses.Length / 2] / 1.18, 0.0015 * width, 0.02 * width);
    }

    /// <summary>Noise per axis, pixels: from the pairs that fit, never below the believed one.</summary>
    private static double Noise(ReadOnlySpan<Pair> pairs, PinholeState state, double scale, double least)
    {
        double sum = 0;
        var n = 0;
        foreach (var pair in pairs)
        {
            var miss2 = state.SquaredMiss(pair, 1e6);
            if (miss2 > 9 * scale * scale)
                continue;
            (sum, n) = (sum + miss2, n + 1);
        }

        return Math.Max(least, Math.Sqrt(sum / Math.Max(1, (2 * n) - 8)));
    }

    private static double?[] HeldOut(Pair[] pairs, PinholeState state, double scale, PinholePrior prior)
    {
        var result = new double?[pairs.Length];
        if (pairs.Length < 7)
            return result; // six are the fewest that solve a camera
        var rest = new Pair[pairs.Length - 1];
        for (var i = 0; i < pairs.Length; i++)
        {
            Array.Copy(pairs, 0, rest, 0, i);
            Array.Copy(pairs, i + 1, rest, i, rest.Length - i);
            var (without, _) = PinholeFit.Refine(rest, state, scale, prior, 15);
            result[i] = Math.Sqrt(without.SquaredMiss(pairs[i], 1e6));
        }

        return result;
    }

    private static LocalText Unsolvable { get; } =
        new(
            "No camera could see these points where they were marked. Check that each pixel belongs to its plan position and that x, y and height are metres.",
            "没有任何摄像机能在这些像素处看到这些点。请检查每个像素与平面坐标是否对应，坐标和高度是否以米为单位。"
        );
}
