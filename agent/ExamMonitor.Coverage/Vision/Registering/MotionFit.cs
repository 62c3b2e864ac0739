using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Registering;

/// <summary>Fits a camera's motion to pairs of places by RANSAC. OpenCV begins it with the same random numbers each time, so a verdict can
/// be repeated.</summary>
/// <remarks>One call at a time.</remarks>
/// <param name="width">Of the picture, px.</param>
/// <param name="height">Of the picture, px.</param>
internal sealed class MotionFit(int width, int height)
{
    /// <summary>px at full resolution.</summary>
    private const double Inlier = 2.5;
    private const int LeastPairs = 6;
    private const int LeastForHomography = 12;
    private readonly List<Point2f> _agreeing = [];
    private readonly List<double> _distances = [];

    /// <summary>Fits the least motion that explains the pairs: a homography if many widely spread pairs ask for it, else a
    /// similarity.</summary>
    /// <param name="pairs">Found places.</param>
    /// <param name="into">Filled when it holds.</param>
    public bool Fit(PointPairs pairs, ref Registration into)
    {
        into.Matched = pairs.Count;
        if (pairs.Count < LeastPairs)
            return false;
        var (from, to) = pairs.Matrices();
        using (from)
        using (to)
        using (var kept = new Mat())
        using (var better = new Mat())
        {
            var h = Similarity(from, to, kept, out var agreeing);
            var chosen = kept;
            if (
                pairs.Count >= LeastForHomography
                && Projective(from, to, better, Inlier, 500, 0.995, out var projective) is { } full
                && projective >= LeastForHomography
                && projective > agreeing * 1.15
                && IsSane(full)
            )
                (h, agreeing, chosen) = (full, projective, better);
            if (agreeing < LeastPairs || agreeing * 2.5 < pairs.Count || !IsSane(h))
                return false;
            Tell(pairs, chosen, h, ref into);
            return true;
        }
    }

    /// <summary>Fits a homography to many pairs of which some are wrong.</summary>
    public bool FitFeatures(PointPairs pairs, ref Registration into)
    {
        var (from, to) = pairs.Matrices();
        using (from)
        using (to)
        using (var kept = new Mat())
        {
            if (Projective(from, to, kept, 4, 2000, 0.999, out var agreeing) is not { } h || agreeing < LeastForHomography || !IsSane(h))
                return false;
            into.Matched = pairs.Count;
            Tell(pairs, kept, h, ref into);
            return true;
        }
    }

    private static Homography Similarity(Mat from, Mat to, Mat kept, out int agreeing)
    {
        using var found = Cv2.EstimateAffinePartial2D(from, to, kept, RobustEstimationAlgorithms.RANSAC, Inlier, 500, 0.995, 10);
        agreeing = found is null || found.Empty() ? 0 : Cv2.CountNonZero(kept);
        var h = Homography.Identity;
        for (var i = 0; agreeing > 0 && i < 6; i++)
            h[i] = found!.At<double>(i / 3, i % 3);
        return h;
    }

    private static Homography? Projective(Mat from, Mat to, Mat kept, double inlier, int rounds, double confidence, out int agreeing)
    {
        using var found = Cv2.FindHomography(from, to, HomographyMethods.Ransac, inlier, kept, rounds, confidence);
        agreeing = 0;
        if (found is null || found.Empty())
            return null;
        agreeing = Cv2.CountNonZero(kept);
        var h = default(Homography);
        for (var i = 0; i < 9; i++)
            h[i] = found.At<double>(i / 3, i % 3) / found.At<double>(2, 2);
        return h;
    }

    private void Tell(PointPairs pairs, Mat kept, in Homography h, ref Registration into)
    {
        _agreeing.Clear();
        _distances.Clear();
        for (var i = 0; i < pairs.Count; i++)
        {
            if (kept.At<byte>(i) == 0)
                continue;
            var (u, v) = h.Apply(pairs.From[i].X, pairs.From[i].Y);
            _agreeing.Add(pairs.From[i]);
            _distances.Add(double.Hypot(u - pairs.To[i].X, v - pairs.To[i].Y));
        }

        _distances.Sort();
        var spread = _agreeing.Count < 3 ? 0 : Cv2.ContourArea(Cv2.ConvexHull(_agreeing)) / ((double)width * height);
        (into.Agreeing, into.Residual, into.Spread, into.Homography) = (_agreeing.Count, _distances[_distances.Count / 2], spread, h);
    }

    /// <summary>A camera on its mount turns, shifts and zooms; it does not fold its picture.</summary>
    private bool IsSane(in Homography h)
    {
        Span<(double U, double V)> moved = [(0, 0), (width, 0), (width, height), (0, height)];
        foreach (ref var corner in moved)
        {
            if ((h[6] * corner.U) + (h[7] * corner.V) + h[8] <= 0.2)
                return false;
            corner = h.Apply(corner.U, corner.V);
        }

        double area = 0,
            turn = 0;
        for (var i = 0; i < moved.Length; i++)
        {
            var (a, b, c) = (moved[i], moved[(i + 1) % moved.Length], moved[(i + 2) % moved.Length]);
            area += (a.U * b.V) - (b.U * a.V);
            var bend = ((b.U - a.U) * (c.V - b.V)) - ((b.V - a.V) * (c.U - b.U));
            if (bend * turn < 0)
                return false;
            turn = bend;
        }

        return Math.Abs(area) / 2 / ((double)width * height) is > 0.2 and < 5;
    }
}
