using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>How far a camera's view is from its reference, and where its stations are then.</summary>
internal sealed class DisplacementView(ICameraGeometry geometry, PixelSize size, CoverageOptions options)
{
    private readonly IReadOnlyList<StationInView> _commissioned = geometry.Stations([]);
    private IReadOnlyList<StationInView>? _stations;
    private Homography _stationsAt = Homography.Identity;
    private Homography _now = Homography.Identity;
    private double? _degrees;

    /// <summary>Whether the last picture could be laid over the reference.</summary>
    public bool Found { get; private set; }

    /// <summary>
    /// Whether a displacement was ever measured; it stays in force through pictures that could not be laid over the reference.
    /// </summary>
    public bool InForce { get; private set; }

    /// <summary>Mean displacement of the picture's centre and corners' halves, px at 640 px width.</summary>
    public double Pixels { get; private set; }

    /// <summary>Displacement at the map's picture size.</summary>
    public Displacement Displacement => new(Math.Round(Pixels * geometry.Size.Width / 640, 2), Math.Round(_degrees ?? 0, 2));

    /// <summary>Whether the view is near enough to the commissioned one that stations are judged at their new places.</summary>
    public bool StationsJudged => Found && (_degrees is { } d ? d <= options.MovedJudgedDegrees : Pixels <= options.MovedJudgedShare * 640);

    /// <summary>A view that stands where this one does.</summary>
    public DisplacementView Copy() => (DisplacementView)MemberwiseClone();

    /// <summary>Takes a picture's registration.</summary>
    public void Take(in Registration registration)
    {
        Found = registration.Found;
        if (!Found)
            return;
        InForce = true;
        _now = registration.Homography;
        Pixels = Mean(_now);
        _degrees = Pixels < 0.25 ? 0 : geometry.TurnDegrees(AtMapSize());
    }

    /// <summary>The stations where they are seen now.</summary>
    public IReadOnlyList<StationInView> Stations()
    {
        if (_stations is null || MeanDifference(_now, _stationsAt) > 1.5)
        {
            _stations = geometry.Stations(AtMapSize());
            _stationsAt = _now;
        }

        return _stations;
    }

    /// <summary>Why it is called moved.</summary>
    public LocalText[] Explain()
    {
        if (!Found)
            return [Sentences.MovedAway(geometry.Camera), Sentences.Withheld];
        var (u, v) = _now.Apply(size.Width / 2.0, size.Height / 2.0);
        var (right, down) = (u - (size.Width / 2.0), v - (size.Height / 2.0));
        var texts = new List<LocalText>
        {
            _degrees is { } d
                ? Sentences.Turned(geometry.Camera, d, right, down)
                : Sentences.Shifted(geometry.Camera, Displacement.Pixels, right, down),
        };
        var now = Stations();
        var left = _commissioned
            .Where((s, i) => s.InPictureShare >= s.RequiredInPictureShare && now[i].InPictureShare < s.RequiredInPictureShare)
            .Select(s => s.Station)
            .ToArray();
        if (left.Length > 0)
            texts.Add(Sentences.LeftThePicture(left));
        texts.Add(StationsJudged ? Sentences.JudgedAtNewPlaces : Sentences.Withheld);
        return [.. texts];
    }

    /// <summary>The displacement at the map's picture size, nine numbers.</summary>
    public double[] AtMapSize()
    {
        var h = _now.Scaled((double)geometry.Size.Width / size.Width, (double)geometry.Size.Height / size.Height);
        return ((ReadOnlySpan<double>)h).ToArray();
    }

    private double Mean(in Homography h) => MeanDifference(h, Homography.Identity);

    private double MeanDifference(in Homography a, in Homography b)
    {
        double sum = 0;
        Span<(double, double)> at = [(0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
        foreach (var (x, y) in at)
        {
            var (u, v) = a.Apply(x * size.Width, y * size.Height);
            var (p, q) = b.Apply(x * size.Width, y * size.Height);
            sum += Math.Sqrt(((u - p) * (u - p)) + ((v - q) * (v - q)));
        }

        return sum / at.Length * 640 / size.Width;
    }
}
