using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.Floor.Views;
using CameraVerdict = ExamMonitor.Coverage.Judging.CameraVerdict;
using StationInView = ExamMonitor.Coverage.StationInView;

namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>What one camera said over the whole audit: lanes, and problems with a picture of each.</summary>
internal sealed class AuditCameraReport
{
    /// <summary>Pictures that are kept for a camera; a page has to open in a browser.</summary>
    public const int MostPictures = 60;

    /// <summary>Problems that are listed for a camera.</summary>
    public const int MostProblems = 500;

    /// <summary>Stations that fail for one reason within so many seconds are one problem: a bank of lamps darkens many.</summary>
    private const double Together = 10;

    private readonly CameraSetup _setup;
    private readonly IReadOnlyDictionary<StationId, string> _labels;
    private readonly IReadOnlyList<StationInView> _commissioned;
    private readonly Dictionary<string, AuditProblem> _open = [];
    private int _pictures;

    public AuditCameraReport(CameraSetup setup, string file, IReadOnlyDictionary<StationId, string> labels)
    {
        (_setup, File, _labels, _commissioned) = (setup, file, labels, setup.Geometry.Stations([]));
        Stations = [.. _commissioned.Select(s => (s.Station, new AuditLane(), new AuditLane()))];
    }

    public CameraId Camera => _setup.Camera;

    /// <summary>Name of the footage's file, without its folder.</summary>
    public string File { get; }

    public PixelSize Size => _setup.Geometry.Size;

    public Picture Reference => _setup.Reference;

    public AuditLane Health { get; } = new();

    public IReadOnlyList<(StationId Station, AuditLane Covered, AuditLane Lit)> Stations { get; }

    public List<AuditProblem> Problems { get; } = [];

    /// <summary>Problems beyond <see cref="MostProblems"/>.</summary>
    public int Untold { get; private set; }

    /// <summary>First and last second that was judged; null before the first.</summary>
    public (double From, double To)? Times { get; private set; }

    /// <summary>Takes one verdict.</summary>
    public void Take(double seconds, CameraVerdict verdict, AuditPicture? picture)
    {
        Times = (Times?.From ?? seconds, seconds);
        Health.Take(seconds, string.Join(", ", verdict.Health.Select(HealthWords.Word)));
        foreach (var health in Enum.GetValues<CameraHealth>())
        {
            if (health == CameraHealth.Ok)
                continue;
            Follow(HealthWords.Word(health), null, verdict.Health.Contains(health), verdict.Since, seconds, verdict, picture);
        }

        for (var i = 0; i < Stations.Count; i++)
            Take(seconds, i, verdict, picture);
    }

    private void Take(double seconds, int i, CameraVerdict verdict, AuditPicture? picture)
    {
        var (station, covered, lit) = Stations[i];
        var said = verdict.Stations.FirstOrDefault(s => s.Station == station);
        covered.Take(seconds, AuditLane.Word(said?.Covered));
        lit.Take(seconds, AuditLane.Word(said?.Lit));
        // A station of which nothing can be said is told by its camera's problem.
        var reason = said is { Covered: false } or { Lit: false } ? said.Reason ?? "not-covered" : null;
        foreach (
            var one in (string[])
                [Reasons.Obstructed, Reasons.NotInPicture, Reasons.TooFar, Reasons.TooDark, Reasons.RoomDim, Reasons.Glare, "not-covered"]
        )
            Follow(
                one,
                i,
                reason == one,
                said is { Covered: false } ? said.CoveredSince : said?.LitSince ?? default,
                seconds,
                verdict,
                picture
            );
    }

    private void Follow(
        string code,
        int? station,
        bool holds,
        DateTimeOffset since,
        double seconds,
        CameraVerdict verdict,
        AuditPicture? picture
    )
    {
        var key = station is { } s ? $"{code}/{Stations[s].Station}" : code;
        if (_open.TryGetValue(key, out var open))
        {
            if (holds)
                return;
            _open.Remove(key);
            if (!_open.ContainsValue(open))
                open.Ended = seconds;
            return;
        }

        if (!holds)
            return;
        var start = Math.Clamp((since - DateTimeOffset.UnixEpoch).TotalSeconds, 0, seconds);
        var joined = station is null
            ? null
            : Problems.FindLast(p => p.Code == code && p.Stations.Count > 0 && seconds - p.Settled <= Together && p.Ended is null);
        var problem = joined ?? Add(new(Camera, code) { Since = start });
        if (problem is null)
            return;
        _open[key] = problem;
        problem.Settled = seconds;
        problem.Since = Math.Min(problem.Since, start);
        Show(problem, station, verdict, picture, renew: joined is not null);
    }

    private AuditProblem? Add(AuditProblem problem)
    {
        if (Problems.Count >= MostProblems)
        {
            Untold++;
            return null;
        }

        Problems.Add(problem);
        return problem;
    }

    private void Show(AuditProblem problem, int? station, CameraVerdict verdict, AuditPicture? picture, bool renew)
    {
        var now = verdict.MovedBy is { } moved ? _setup.Geometry.Stations([.. moved]) : _commissioned;
        if (station is { } i)
        {
            problem.Stations.Add(Stations[i].Station);
            problem.Outlines.Add(_commissioned[i].Worktop);
            problem.OutlinesThen.Add(now[i].Worktop);
            problem.Text = AuditSentences.Of(problem.Code, [.. problem.Stations.Select(s => _labels.GetValueOrDefault(s, s.Text))]);
        }
        else
        {
            var named = verdict.Text;
            problem.Text =
                named is not null && verdict.Health.Count == 1
                    ? named
                    : HealthWords.Sentence(verdict.Health.First(h => HealthWords.Word(h) == problem.Code));
        }

        if (picture is not { } shown || (!renew && ++_pictures > MostPictures) || (renew && problem.Picture is null))
            return;
        problem.Picture = Picture.FromI420(shown.I420.Span, shown.Size.Width, shown.Size.Height).EncodeJpeg(80);
    }
}
