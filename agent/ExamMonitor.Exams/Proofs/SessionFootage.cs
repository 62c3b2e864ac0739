using System.Collections.Concurrent;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Exams.Schedule.Reading;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Recording;
using ExamMonitor.Retention;

namespace ExamMonitor.Exams.Proofs;

/// <summary>What is known of the footage of sessions (RET-3): completeness per camera and station, gaps, batches.</summary>
/// <param name="rooms">Rooms.</param>
/// <param name="lanes">Lanes.</param>
/// <param name="archive">Archive.</param>
/// <param name="retention">Retention of the volume.</param>
/// <param name="sessions">Schedule.</param>
/// <param name="readiness">Newest answers.</param>
internal sealed class SessionFootage(
    RoomRegistry rooms,
    LaneStores lanes,
    FootageArchive archive,
    FootageRetention retention,
    SessionService sessions,
    ReadinessService readiness
)
{
    private const int MostGaps = 1000;
    private const int MostRemembered = 20_000;
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<ExamSession, Remembered> _remembered = new();

    /// <summary>A session in short.</summary>
    public SessionSummary Summarize(ExamSession session, DateTimeOffset now)
    {
        // What is long over changes only when footage goes: lists need not add it up again each time.
        if (_remembered.TryGetValue(session, out var known) && now >= known.At && now - known.At < Settled)
            return Summarize(session, now, known.Cameras, known.Gaps);
        var (cameras, gaps) = Measure(session, now);
        if (now - session.End > Settled && _remembered.Count < MostRemembered)
            _remembered[session] = new(now, cameras, gaps, Size(session));
        return Summarize(session, now, cameras, gaps);
    }

    /// <summary>Everything about a session.</summary>
    public SessionDetail Describe(ExamSession session, DateTimeOffset now)
    {
        var (cameras, gaps) = Measure(session, now);
        return new(
            Summarize(session, now, cameras, gaps),
            [.. cameras.Select(c => c.Told)],
            Stations(session, cameras),
            [.. gaps.OrderBy(g => g.Start).Take(MostGaps)],
            sessions.Store.History(session.Id),
            readiness.Newest(session.Room) is { } newest && newest.Session == session.Id ? newest : null
        );
    }

    /// <summary>Batches, newest first.</summary>
    /// <param name="year">Of the last day; null for all.</param>
    /// <param name="now">UTC.</param>
    public IEnumerable<BatchSummary> Batches(int? year, DateTimeOffset now)
    {
        var zone = sessions.Context.Zone;
        return sessions
            .Store.Sessions.GroupBy(s => s.Batch)
            .Select(g => (Batch: g.Key, Sessions: g.Where(s => !s.Cancelled).OrderBy(s => s.Start).ToList()))
            .Where(b => b.Sessions.Count > 0)
            .Select(b =>
                (
                    b.Batch,
                    b.Sessions,
                    First: SiteTime.DateOf(b.Sessions[0].Start, zone),
                    Last: SiteTime.DateOf(b.Sessions.Max(s => s.End).AddTicks(-1), zone)
                )
            )
            .Where(b => year is null || b.Last.Year == year)
            .OrderByDescending(b => b.Last)
            .ThenBy(b => b.Batch.Text, StringComparer.Ordinal)
            .Select(b => new BatchSummary(
                b.Batch,
                b.First,
                b.Last,
                b.Sessions.Count,
                [.. b.Sessions.Select(s => s.Room).Distinct().OrderBy(r => r.Text, StringComparer.Ordinal)],
                b.Sessions.All(s => s.Candidates is null) ? null : b.Sessions.Sum(s => s.Candidates),
                SizeOf(b.Sessions, now),
                b.Sessions.Min(s => Summarize(s, now).Completeness),
                KeptUntil(b.Last),
                Holds(b.Batch, b.Sessions, now)
            ));
    }

    /// <summary>By the rules in force; footage that began under longer ones is kept longer.</summary>
    private DateOnly? KeptUntil(DateOnly day) => retention.Facts.Rules is [.., { Rules: var rules }] ? rules.LimitFor(day).LastKept : null;

    private int Holds(BatchId batch, List<ExamSession> of, DateTimeOffset now)
    {
        var margins = sessions.Margins;
        return retention.Facts.Holds?.Count(h =>
                h.StandsAt(now)
                && h.Scopes.Any(scope =>
                    of.Any(s =>
                        (scope.Batch is null || scope.Batch == batch)
                        && (scope.Session is null || scope.Session == s.Id)
                        && (scope.Room is null || scope.Room == s.Room)
                        && (scope.From is null || scope.From < margins.To(s))
                        && (scope.To is null || scope.To > margins.From(s))
                    )
                )
            )
            ?? 0;
    }

    private SessionSummary Summarize(
        ExamSession session,
        DateTimeOffset now,
        IReadOnlyList<MeasuredCamera> cameras,
        IReadOnlyList<SessionGap> gaps
    )
    {
        var begun = !session.Cancelled && now > session.Start;
        var ready = readiness.Newest(session.Room) is { } newest && newest.Session == session.Id ? newest.Ready : (bool?)null;
        var margins = sessions.Margins;
        return new(
            session,
            SessionCalendar.StateOf(session, now),
            margins.From(session),
            margins.To(session),
            begun && cameras.Any(c => c.Told.Completeness is not null) ? cameras.Min(c => c.Told.Completeness ?? 1) : null,
            begun ? gaps.Count : null,
            ready
        );
    }

    private (IReadOnlyList<MeasuredCamera> Cameras, IReadOnlyList<SessionGap> Gaps) Measure(ExamSession session, DateTimeOffset now)
    {
        if (rooms.Find(session.Room) is not { } room || now <= session.Start)
            return ([], []);
        var past = now < session.End ? now : session.End;
        var cameras = new List<MeasuredCamera>();
        var gaps = new List<SessionGap>();
        foreach (var camera in room.Cameras.Select(c => c.Setup.Id))
        {
            // What is written and not committed yet is neither proven nor missing; an outage before it is missing.
            var decided = archive.GetDecided(room.Id, camera) is var until && until < past ? until : past;
            var proven = decided > session.Start ? archive.GetProven(room.Id, camera, session.Start, decided) : [];
            var required = Math.Max(0, (decided - session.Start).TotalSeconds);
            var share = required > 0 ? Completeness.Share(proven, session.Start, decided) : null;
            var timeline = archive.GetTimeline(room.Id, camera, session.Start, past);
            var away = AwayFootage.Of(timeline.Segments, session.Start, past);
            cameras.Add(
                new(
                    new(camera, Math.Round(proven.Sum(p => (p.End - p.Start).TotalSeconds), 3), Math.Round(required, 3), share, away),
                    proven,
                    decided
                )
            );
            List<SessionGap> told =
            [
                .. timeline.Gaps.Select(g => new SessionGap(
                    camera,
                    g.Start < session.Start ? session.Start : g.Start,
                    g.End is { } end && end > past ? past : g.End,
                    g.Cause,
                    g.Detail,
                    g.Destroyed
                )),
            ];
            gaps.AddRange(told.Concat(UntoldGaps.Of(camera, proven, told, session.Start, decided)).OrderBy(g => g.Start));
        }

        return (cameras, gaps);
    }

    private List<StationCompleteness> Stations(ExamSession session, IReadOnlyList<MeasuredCamera> cameras)
    {
        if (cameras.Count == 0 || rooms.Find(session.Room) is not { } room || lanes.Find(session.Room) is not { } store)
            return [];
        // Until the moment up to which all cameras are decided: before it, what is not held is missing.
        var decided = cameras.Min(c => c.Decided);
        if (decided <= session.Start)
            return [];
        var held = new HeldFootage(cameras.ToDictionary(c => c.Told.Camera, c => c.Proven), decided);
        var proved = StationProving.Of(session.Start, decided, room.Setup.Map.Stations, store.ReadSpans(session.Start, decided), held);
        return [.. proved.Select(p => SessionProver.Sum(p, (decided - session.Start).TotalSeconds))];
    }

    private long? SizeOf(List<ExamSession> of, DateTimeOffset now) =>
        of.Sum(s => _remembered.TryGetValue(s, out var known) && now >= known.At && now - known.At < Settled ? known.SizeBytes : Size(s));

    private long Size(ExamSession s)
    {
        var margins = sessions.Margins;
        return rooms
                .Find(s.Room)
                ?.Cameras.Sum(c => archive.FindSegments(s.Room, c.Setup.Id, margins.From(s), margins.To(s)).Sum(f => f.SizeBytes))
            ?? 0;
    }

    private sealed record Remembered(
        DateTimeOffset At,
        IReadOnlyList<MeasuredCamera> Cameras,
        IReadOnlyList<SessionGap> Gaps,
        long SizeBytes
    );

    private sealed record MeasuredCamera(CameraCompleteness Told, IReadOnlyList<WallSpan> Proven, DateTimeOffset Decided);
}
