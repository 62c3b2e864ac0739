using ExamMonitor.Coverage.Vision.Measuring;
using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Registering;

/// <summary>Looks for corners of the reference near where a prior puts them, at half the resolution.</summary>
internal sealed class NearRegistration : IDisposable
{
    private const int Most = 48;

    /// <summary>Correlation of a patch that counts as found.</summary>
    private const float Matched = 0.75f;

    /// <summary>By how much it beats the best one more than <see cref="Apart"/> px away.</summary>
    private const float Distinct = 0.08f;
    private const int Apart = 3;

    /// <summary>Standard deviation of luma, below which a patch says nothing.</summary>
    private const double LeastContrast = 4;

    private readonly List<(Point2f At, PatchCorrelation.Patch Patch)> _places = [];
    private readonly Plane<byte> _half;
    private readonly PatchCorrelation _correlation = new();
    private readonly PointPairs _pairs = new(Most);
    private readonly MotionFit _fit;

    /// <summary>Chooses the reference's places: corners spread over the picture, no two nearer than a patch.</summary>
    public NearRegistration(ViewReference reference, MotionFit fit)
    {
        _fit = fit;
        _half = new(reference.Mask.Width / 2, reference.Mask.Height / 2);
        using var mask = new Plane<byte>(_half.Width, _half.Height);
        Cv2.Resize(reference.Mask.Input, mask.Mat, new(mask.Width, mask.Height), 0, 0, InterpolationFlags.Nearest);
        Halve(reference.Picture.Y);
        foreach (
            var corner in Cv2.GoodFeaturesToTrack(
                _half.Input,
                Most,
                0.004,
                PatchCorrelation.Radius * 1.2,
                mask.Input,
                5,
                useHarrisDetector: false,
                0.04
            )
        )
            Add(Nearest(corner.X), Nearest(corner.Y));
    }

    /// <summary>Looks for the places in a frame.</summary>
    /// <param name="luma">Of the frame.</param>
    /// <param name="prior">Where to look.</param>
    /// <param name="into">Filled; its homography only when enough places agree.</param>
    public bool Find(Plane<byte> luma, in Homography prior, ref Registration into)
    {
        Halve(luma);
        _pairs.Clear();
        foreach (var (at, patch) in _places)
            if (Look(at, patch, prior) is { } found)
                _pairs.Add(at, found);
        into.Places = _places.Count;
        return _fit.Fit(_pairs, ref into);
    }

    /// <inheritdoc/>
    public void Dispose() => _half.Dispose();

    private void Halve(Plane<byte> luma) =>
        Cv2.Resize(luma.Input, _half.Mat, new(_half.Width, _half.Height), 0, 0, InterpolationFlags.Area);

    private void Add(int x, int y)
    {
        var r = PatchCorrelation.Radius;
        if (x - r < 0 || y - r < 0 || x + r >= _half.Width || y + r >= _half.Height)
            return;
        var patch = new PatchCorrelation.Patch(_half, x, y);
        if (patch.Deviation >= LeastContrast)
            _places.Add((new((x * 2) + 1, (y * 2) + 1), patch));
    }

    /// <summary>Null when the place is not there, or could be at two spots alike.</summary>
    private Point2f? Look(Point2f at, PatchCorrelation.Patch patch, in Homography prior)
    {
        const int Around = PatchCorrelation.Radius + PatchCorrelation.Reach;
        const int Least = (2 * PatchCorrelation.Radius) + 4;
        var (u, v) = prior.Apply(at.X, at.Y);
        if (!(Math.Abs(u) < 1e6 && Math.Abs(v) < 1e6))
            return null;
        int x = Nearest((u / 2) - 0.5),
            y = Nearest((v / 2) - 0.5);
        int left = Math.Max(0, x - Around),
            top = Math.Max(0, y - Around);
        var area = new PixelRectangle(
            left,
            top,
            Math.Min(_half.Width, x + Around + 1) - left,
            Math.Min(_half.Height, y + Around + 1) - top
        );
        if (area.Width < Least || area.Height < Least)
            return null;
        _correlation.Take(patch, _half, area);
        var (best, bestX, bestY) = Best();
        if (!(best >= Matched) || bestX < 1 || bestY < 1 || bestX >= _correlation.Columns - 1 || bestY >= _correlation.Rows - 1)
            return null;
        if (best - Second(bestX, bestY) < Distinct)
            return null;
        var dx = Vertex(_correlation[bestX - 1, bestY], best, _correlation[bestX + 1, bestY]);
        var dy = Vertex(_correlation[bestX, bestY - 1], best, _correlation[bestX, bestY + 1]);
        return new(
            (float)((left + bestX + PatchCorrelation.Radius + dx + 0.5) * 2),
            (float)((top + bestY + PatchCorrelation.Radius + dy + 0.5) * 2)
        );
    }

    private (float Value, int X, int Y) Best()
    {
        (float Value, int X, int Y) best = (0, -1, -1);
        for (var y = 0; y < _correlation.Rows; y++)
        for (var x = 0; x < _correlation.Columns; x++)
            if (_correlation[x, y] > best.Value)
                best = (_correlation[x, y], x, y);
        return best;
    }

    private float Second(int bestX, int bestY)
    {
        float second = -1;
        for (var y = 0; y < _correlation.Rows; y++)
        for (var x = 0; x < _correlation.Columns; x++)
            if (Math.Abs(x - bestX) > Apart || Math.Abs(y - bestY) > Apart)
                second = Math.Max(second, _correlation[x, y]);
        return second;
    }

    private static double Vertex(double left, double middle, double right)
    {
        var bend = left - (2 * middle) + right;
        return bend < 0 ? Math.Clamp(0.5 * (left - right) / bend, -0.5, 0.5) : 0;
    }

    private static int Nearest(double x) => (int)Math.Round(x, MidpointRounding.AwayFromZero);
}
