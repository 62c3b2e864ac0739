using ExamMonitor.Coverage.Vision.Measuring;
using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Registering;

/// <summary>Looks for the reference everywhere in a frame, also turned and zoomed: binary features. Costs about ten times a near
/// search.</summary>
internal sealed class WideRegistration : IDisposable
{
    private const int Features = 700;
    private const int LeastMatches = 12;

    /// <summary>Bits of 256 in which a match may differ.</summary>
    private const float MostDistance = 64;

    /// <summary>Of the second best match's distance.</summary>
    private const float Distinct = 0.8f;

    private readonly Mat _descriptors = new();
    private readonly Point2f[] _points;
    private readonly MotionFit _fit;

    /// <summary>Finds the reference's features.</summary>
    public WideRegistration(ViewReference reference, MotionFit fit)
    {
        _fit = fit;
        using var mask = (reference.Mask.Mat * 255).ToMat();
        using var orb = Detector();
        orb.DetectAndCompute(reference.Picture.Y.Input, mask, out var keys, _descriptors);
        _points = [.. keys.Select(Centre)];
    }

    /// <summary>Looks for them in a frame.</summary>
    public bool Find(Plane<byte> luma, ref Registration into)
    {
        if (_descriptors.Empty())
            return false;
        using var descriptors = new Mat();
        using var orb = Detector();
        orb.DetectAndCompute(luma.Input, null, out var keys, descriptors);
        if (descriptors.Rows < LeastMatches)
            return false;
        using var matcher = new BFMatcher(NormTypes.Hamming);
        var pairs = new PointPairs(_points.Length);
        foreach (var match in matcher.KnnMatch(_descriptors, descriptors, 2))
            if (match.Length == 2 && match[0].Distance < MostDistance && match[0].Distance < Distinct * match[1].Distance)
                pairs.Add(_points[match[0].QueryIdx], Centre(keys[match[0].TrainIdx]));
        if (pairs.Count < LeastMatches || !_fit.FitFeatures(pairs, ref into))
            return false;
        into.Places = _descriptors.Rows;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptors.Dispose();

    private static ORB Detector() => ORB.Create(Features, 1.2f, 6, 16, 0, 2, ORBScoreType.Harris, 31, 8);

    /// <summary>OpenCV counts from a pixel's centre, we from its corner.</summary>
    private static Point2f Centre(KeyPoint key) => new(key.Pt.X + 0.5f, key.Pt.Y + 0.5f);
}
