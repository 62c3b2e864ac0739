using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>
/// The schedule of a stand-in agent: one session that is over with a gap, one that lies ahead. An imported CSV is read line by line: id,
/// title.
/// </summary>
internal sealed class FakeSchedule
{
    public static readonly BatchId Batch = BatchId.Of("2026-07");

    private readonly Lock _gate = new();
    private readonly FakeAgent _agent;
    private readonly List<ExamSession> _sessions;
    private readonly DateTimeOffset _now;

    public FakeSchedule(FakeAgent agent, WebApplication app, DateTimeOffset now)
    {
        (_agent, _now) = (agent, now);
        Over = new(
            ExamSessionId.Of("W-1"),
            Batch,
            DemoFloor.Room,
            Yesterday(1),
            Yesterday(3.5),
            "Welding <b>level 4</b>, practice",
            10,
            false
        );
        Ahead = new(ExamSessionId.Of("W-2"), Batch, DemoFloor.Room, Yesterday(49), Yesterday(51.5), "Welding level 4, theory", 10, false);
        _sessions = [Over, Ahead];
        app.MapGet(
            AgentApi.Sessions,
            (DateTimeOffset? from, DateTimeOffset? to, string? batch, string? room) =>
                FakeRecords.Json(
                    Read()
                        .Where(s =>
                            s.End > (from ?? _now.AddDays(-30))
                            && s.Start < (to ?? _now.AddDays(90))
                            && (batch ?? s.Batch.Text) == s.Batch.Text
                            && (room ?? s.Room.Text) == s.Room.Text
                        )
                        .Select(Summary)
                        .ToList()
                )
        );
        app.MapGet(
            AgentApi.Batches,
            () =>
                FakeRecords.Json<IReadOnlyList<BatchSummary>>([
                    new(
                        Batch,
                        Day(Over.Start),
                        Day(Ahead.End),
                        2,
                        [DemoFloor.Room],
                        20,
                        41_000_000_000,
                        0.9979,
                        Day(Ahead.End).AddYears(5),
                        0
                    ),
                ])
        );
        app.MapPost(AgentApi.ImportSessions, ImportAsync);
        app.MapGet(
            AgentApi.Sessions + "/{id}",
            (string id) =>
                Read().Find(s => s.Id.Text == id) is { } s ? FakeRecords.Json(Detail(s)) : FakeRecords.Problem(404, "No such session.")
        );
        app.MapPut(AgentApi.Sessions + "/{id}", PutAsync);
        app.MapPost(
            AgentApi.Sessions + "/{id}/cancel",
            (HttpContext http, string id) =>
                _agent.Act(http, _ => Change(Read().Find(s => s.Id.Text == id)! with { Cancelled = true }, SessionChangeKind.Cancelled))
        );
        app.MapGet(AgentApi.Root + "/schedule.csv", () => Results.Text("id,title\nW-1,=x\n", "text/html"));
        app.MapGet(AgentApi.Root + "/rooms/{room}/lanes", (DateTimeOffset from, DateTimeOffset to) => FakeRecords.Json(Lanes(from, to)));
    }

    /// <summary>What becomes of the footage of sessions; whole but for a gap where none is set.</summary>
    public FootageState? Footage { get; set; }

    public ExamSession Over { get; }

    public ExamSession Ahead { get; }

    public List<ExamSession> Read()
    {
        lock (_gate)
            return [.. _sessions.OrderBy(s => s.Start)];
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.AddHours(8).DateTime);

    private static RoomLanes Lanes(DateTimeOffset from, DateTimeOffset to)
    {
        var middle = from + ((to - from) / 2);
        StationLanes Of(StationId id, int i) =>
            new(
                id,
                [
                    new(from, middle, true, null),
                    new(middle, middle.AddMinutes(6), i == 2 ? false : true, i == 2 ? "occluded" : null),
                    new(middle.AddMinutes(6), to, true, null),
                ],
                [new(from, to, true, null)],
                [
                    new(from, middle, true, null),
                    new(middle, middle.AddMinutes(1), false, "gap"),
                    new(middle.AddMinutes(1), to, i == 9 ? null : true, i == 9 ? "not-measured" : null),
                ]
            );
        return new(DemoFloor.Room, from, to, [.. DemoFloor.Stations.Select(Of)]);
    }

    // Hours after midnight of the day before at the site (UTC+8).
    private DateTimeOffset Yesterday(double hours) =>
        new DateTimeOffset(Day(_now).AddDays(-1).ToDateTime(default), TimeSpan.FromHours(8)).AddHours(hours + 8).ToUniversalTime();

    private SessionSummary Summary(ExamSession s)
    {
        var over = s.End < _now;
        return new(
            s,
            s.Cancelled ? SessionState.Cancelled
                : over ? SessionState.Over
                : SessionState.Planned,
            s.Start.AddMinutes(-30),
            s.End.AddMinutes(30),
            over ? 0.9979 : null,
            over ? 1 : null,
            over ? true : null
        );
    }

    private SessionDetail Detail(ExamSession s)
    {
        var over = s.End < _now && !s.Cancelled;
        if (over && Footage is FootageState.NeverRecorded or FootageState.Destroyed)
            return Without(s, Footage == FootageState.Destroyed);
        var length = (s.End - s.Start).TotalSeconds;
        return new(
            Summary(s),
            over
                ?
                [
                    .. DemoFloor.Cameras.Select(
                        (c, i) => new CameraCompleteness(c, i == 1 ? length - 18.5 : length, length, i == 1 ? 0.9979 : 1, Away(s, i))
                    ),
                ]
                : [],
            over
                ?
                [
                    .. DemoFloor.Stations.Select(
                        (id, i) =>
                            new StationCompleteness(
                                id,
                                length,
                                length - 60,
                                i == 4 ? 0.993 : 1,
                                i == 2 ? 0.96 : 1,
                                i == 9 ? null : 1,
                                i == 9 ? 4500 : 0
                            )
                    ),
                ]
                : [],
            over
                ?
                [
                    new(
                        DemoFloor.Cameras[1],
                        s.Start.AddHours(1),
                        s.Start.AddHours(1).AddSeconds(18.5),
                        GapCause.Network,
                        new("The camera did not answer.", "摄像头没有应答。")
                    ),
                ]
                : [],
            [new(s.Start.AddDays(-9), SessionChangeKind.Added, s, "kim", "Plan of the year", 118)],
            null
        );
    }

    private SessionDetail Without(ExamSession s, bool destroyed)
    {
        var length = (s.End - s.Start).TotalSeconds;
        return new(
            Summary(s) with
            {
                Completeness = 0,
                Gaps = 3,
            },
            [.. DemoFloor.Cameras.Select(c => new CameraCompleteness(c, 0, length, 0, []))],
            [],
            [
                .. DemoFloor.Cameras.Select(c => new SessionGap(
                    c,
                    s.Start,
                    s.End,
                    destroyed ? GapCause.Unknown : GapCause.Agent,
                    new("Said then.", "当时的说明。"),
                    destroyed
                )),
            ],
            [],
            null
        );
    }

    // The first camera's footage wholly, of the second the first hour and a half.
    private IReadOnlyList<AwaySpan>? Away(ExamSession s, int camera) =>
        !_agent.Away
            ? null
            : camera switch
            {
                0 => [new(s.Start, s.End)],
                1 => [new(s.Start, s.Start.AddMinutes(90))],
                _ => [],
            };

    private async Task<IResult> PutAsync(HttpContext http, string id)
    {
        var session = (await System.Text.Json.JsonSerializer.DeserializeAsync<ExamSession>(http.Request.Body, ContractJson.Options))!;
        return _agent.Act(
            http,
            _ =>
                session.Title.Contains("refuse", StringComparison.Ordinal)
                    ? FakeRecords.Json(
                        Answer(
                            false,
                            [new(SessionChangeKind.Refused, null, session, new("The session has been recorded already.", "该场次已录制。"))]
                        ),
                        409
                    )
                    : Change(session, Read().Exists(s => s.Id.Text == id) ? SessionChangeKind.Changed : SessionChangeKind.Added)
        );
    }

    private IResult Change(ExamSession session, SessionChangeKind kind)
    {
        lock (_gate)
        {
            var before = _sessions.Find(s => s.Id == session.Id);
            _sessions.RemoveAll(s => s.Id == session.Id);
            _sessions.Add(session);
            return FakeRecords.Json(Answer(true, [new(kind, before, session, null)]));
        }
    }

    private async Task<IResult> ImportAsync(HttpContext http, string file, bool preview = false)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var bad = lines
            .Select((l, i) => (l, i))
            .Where(l => !l.l.Contains(',', StringComparison.Ordinal))
            .Select(l => new ScheduleFinding(
                FindingLevel.Error,
                file,
                l.i + 1,
                "title",
                new("The line has no title.", "该行缺少考试内容。"),
                new("Write id,title.", "请写作 编号,内容。")
            ))
            .ToList();
        if (bad.Count > 0)
            return FakeRecords.Json(Answer(false, []) with { Findings = bad }, 422);
        var changes = lines
            .Select(l => l.Split(','))
            .Select(p =>
                (
                    Before: Read().Find(s => s.Id.Text == p[0]),
                    After: (Read().Find(s => s.Id.Text == p[0]) ?? Ahead with { Id = ExamSessionId.Of(p[0]) }) with
                    {
                        Title = p[1],
                    }
                )
            )
            .Select(c => new SessionChange(c.Before is null ? SessionChangeKind.Added : SessionChangeKind.Changed, c.Before, c.After, null))
            .ToList();
        if (preview)
            return FakeRecords.Json(Answer(false, changes));
        return _agent.Act(
            http,
            _ =>
            {
                foreach (var c in changes)
                    Change(c.After, c.Kind);
                return FakeRecords.Json(Answer(true, changes));
            }
        );
    }

    private static ScheduleImport Answer(bool applied, IReadOnlyList<SessionChange> changes)
    {
        int Of(SessionChangeKind kind) => changes.Count(c => c.Kind == kind);
        return new(
            applied,
            new string('a', 64),
            [],
            changes,
            new(
                Of(SessionChangeKind.Added),
                Of(SessionChangeKind.Changed),
                Of(SessionChangeKind.Cancelled),
                0,
                Of(SessionChangeKind.Refused)
            )
        );
    }
}
