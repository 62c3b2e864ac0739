using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Footage;

namespace ExamMonitor.Agent.Sessions;

/// <summary>What is known of the footage of sessions (RET-3): completeness per camera and station, gaps, batches.</summary>
/// <param name="runtime">Parts.</param>
internal sealed class SessionFootage(AgentRuntime runtime)
{
    private const int MostGaps = 1000;

    /// <summary>A session in short.</summary>
    public SessionSummary Summarize(ExamSession session, DateTimeOffset now)
    {
        var (cameras, gaps) = Measure(session, now);
        return Summarize(session, now, cameras, gaps);
    }

    /// <summary>Everything about a session.</summary>
    public SessionDetail Describe(ExamSession session, DateTimeOffset now)
    {
        var (cameras, gaps) = Measure(session, now);
        return new(
            Summarize(session, now, cameras, gaps), [.. cameras.Select(c => c.Told)], Stations(session, cameras), [.. gaps.OrderBy(g => g.Start).Take(MostGaps)],
            runtime.Sessions.Book.History(session.Id), runtime.Readiness.Newest(session.Room) is { } readiness && readiness.Session == session.Id ? readiness : null);
    }

    /// <summary>Batches, newest first.</summary>
    /// <param name="year">Of the last day; null for all.</param>
    /// <param name="now">UTC.</param>
    public IEnumerable<BatchSummary> Batches(int? year, DateTimeOffset now)
    {
        var zone = runtime.Sessions.Context.Zone;
        return runtime.Sessions.Book.Sessions.GroupBy(s => s.Batch)
            .Select(g => (Batch: g.Key, Sessions: g.Where(s => !s.Cancelled).OrderBy(s => s.Start).ToList()))
            .Where(b => b.Sessions.Count > 0)
            .Select(b => (b.Batch, b.Sessions, First: Reading.SiteTime.DateOf(b.Sessions[0].Start, zone), Last: Reading.SiteTime.DateOf(b.Sessions.Max(s => s.End).AddTicks(-1), zone)))
            .Where(b => year is null || b.Last.Year == year)
            .OrderByDescending(b => b.Last).ThenBy(b => b.Batch.Text, StringComparer.Ordinal)
            .Select(b => new BatchSummary(
                b.Batch, b.First, b.Last, b.Sessions.Count, [.. b.Sessions.Select(s => s.Room).Distinct().OrderBy(r => r.Text, StringComparer.Ordinal)],
                b.Sessions.All(s => s.Candidates is null) ? null : b.Sessions.Sum(s => s.Candidates), SizeOf(b.Sessions), b.Sessions.Min(s => Summarize(s, now).Completeness), null, 0));
    }

    private SessionSummary Summarize(ExamSession session, DateTimeOffset now, IReadOnlyList<MeasuredCamera> cameras, IReadOnlyList<SessionGap> gaps)
    {
        var begun = !session.Cancelled && now > session.Start;
        var ready = runtime.Readiness.Newest(session.Room) is { } readiness && readiness.Session == session.Id ? readiness.Ready : (bool?)null;
        var margins = runtime.Sessions.Margins;
        return new(
            session, SessionCalendar.StateOf(session, now), margins.From(session), margins.To(session),
            begun && cameras.Any(c => c.Told.Completeness is not null) ? cameras.Min(c => c.Told.Completeness ?? 1) : null, begun ? gaps.Count : null, ready);
    }

    private (IReadOnlyList<MeasuredCamera> Cameras, IReadOnlyList<SessionGap> Gaps) Measure(ExamSession session, DateTimeOffset now)
    {
        if (runtime.Find(session.Room) is not { } room || now <= session.Start) return ([], []);
        var past = now < session.End ? now : session.End;
        var cameras = new List<MeasuredCamera>();
        var gaps = new List<SessionGap>();
        foreach (var camera in room.Cameras.Select(c => c.Setup.Id))
        {
            // What is written and not committed yet is neither proven nor missing.
            var facts = runtime.Archive.GetFacts(room.Id, camera, session.Start);
            var decided = facts.Recording && facts.LastSegmentAt is { } last && last < past ? last : past;
            var proven = decided > session.Start ? runtime.Archive.GetProven(room.Id, camera, session.Start, decided) : [];
            var required = Math.Max(0, (decided - session.Start).TotalSeconds);
            var share = required > 0 ? Completeness.Share(proven, session.Start, decided) : null;
            cameras.Add(new(new(camera, Math.Round(proven.Sum(p => (p.End - p.Start).TotalSeconds), 3), Math.Round(required, 3), share), proven, decided));
            gaps.AddRange(runtime.Archive.GetTimeline(room.Id, camera, session.Start, past).Gaps
                .Select(g => new SessionGap(camera, g.Start < session.Start ? session.Start : g.Start, g.End is { } end && end > past ? past : g.End, g.Cause, g.Detail)));
        }

        return (cameras, gaps);
    }

    /// <summary>A station is proved while it was in view of a recorded camera and footage of the room's cameras was committed.</summary>
    private List<StationCompleteness> Stations(ExamSession session, IReadOnlyList<MeasuredCamera> cameras)
    {
        if (cameras.Count == 0 || runtime.Tellers.FirstOrDefault(t => t.Id == session.Room) is not { } teller) return [];
        var decided = cameras.Max(c => c.Decided);
        if (decided <= session.Start) return [];
        var required = (decided - session.Start).TotalSeconds;
        var lanes = teller.Lanes.Read(session.Start, decided).Stations.ToDictionary(s => s.Station);
        var proven = Completeness.Union(cameras.SelectMany(c => c.Proven));
        return [.. runtime.Find(session.Room)!.Setup.Map.Stations.Select(s => StationLaneSums.Of(s.Id, lanes.GetValueOrDefault(s.Id), proven, required))];
    }

    private long? SizeOf(List<ExamSession> sessions)
    {
        var margins = runtime.Sessions.Margins;
        return sessions.Sum(s => runtime.Find(s.Room)?.Cameras.Sum(c => runtime.Archive.FindSegments(s.Room, c.Setup.Id, margins.From(s), margins.To(s)).Sum(f => f.SizeBytes)) ?? 0);
    }

    private sealed record MeasuredCamera(CameraCompleteness Told, IReadOnlyList<WallSpan> Proven, DateTimeOffset Decided);
}
