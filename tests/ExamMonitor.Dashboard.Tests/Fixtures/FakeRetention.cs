using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>
/// What a stand-in agent keeps: holds that can be placed and lifted, a plan that two persons approve, a register of three destructions.
/// </summary>
internal sealed class FakeRetention
{
    public const string Digest = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
    private const long Gib = 1L << 30;
    private static readonly CameraId Camera = DemoFloor.Cameras[0];

    private readonly Lock _gate = new();
    private readonly List<FootageHold> _holds = [];
    private readonly List<string> _approved = [];
    private readonly DateTimeOffset _now;

    public FakeRetention(FakeAgent agent, WebApplication app, DateTimeOffset now)
    {
        _now = now;
        app.MapGet(
            AgentApi.Retention,
            () =>
                FakeRecords.Json(
                    new RetentionOverview(
                        [
                            new(
                                "zaozhuang-2023",
                                new("枣庄市专项职业能力考核社会化改革试点方案 四.2(7)", "枣庄市专项职业能力考核社会化改革试点方案 四.2(7)"),
                                FootageClass.Exam,
                                "P5Y",
                                true
                            ),
                            new(
                                "shandong-rules",
                                new("山东省专项职业能力考核工作规则 五(二)", "山东省专项职业能力考核工作规则 五(二)"),
                                FootageClass.Exam,
                                "P6M",
                                false
                            ),
                        ],
                        30,
                        true,
                        DemoFloor.Retention(_now.AddMinutes(-3), 1)
                    )
                )
        );
        app.MapGet(AgentApi.Forecast, () => FakeRecords.Json(Forecast(KnowsForecast)));
        app.MapGet(AgentApi.Holds, (bool? all) => FakeRecords.Json(Read(h => all == true || h.IsInForce)));
        app.MapPost(AgentApi.Holds, Task<IResult> (HttpContext http) => PlaceAsync(agent, http));
        app.MapPost(AgentApi.Holds + "/{id}/lift", (HttpContext http, string id) => agent.Act(http, person => Lift(id, person)));
        app.MapGet(AgentApi.RetentionPlan, () => FakeRecords.Json(Plan()));
        app.MapGet(AgentApi.Approval, () => FakeRecords.Json(Approval()));
        app.MapPost(AgentApi.Approval, Task<IResult> (HttpContext http) => ApproveAsync(agent, http));
        app.MapGet(
            AgentApi.Register,
            (long? before) =>
                FakeRecords.Json(
                    new DestructionPage(
                        [.. Destroyed().Where(d => d.Number < (before ?? long.MaxValue)).Take(2)],
                        before is null ? 40 : null
                    )
                )
        );
        app.MapGet(
            AgentApi.Statements,
            () =>
                FakeRecords.Json<IReadOnlyList<StatementEntry>>([
                    new("2026-03-02~R7~2026-07", new(2026, 3, 2), DemoFloor.Room, FakeSchedule.Batch, _now.AddDays(-3), 2048),
                ])
        );
        app.MapGet(
            AgentApi.Statements + "/{id}",
            (string id) => Results.Text($"exam-monitor/statement/1\nid {id}\n<script>alert(1)</script>\n", "text/html")
        );
    }

    /// <summary>Whether the forecast may be believed.</summary>
    public bool KnowsForecast { get; set; } = true;

    /// <summary>Set to approve whatever the person: the dashboard's own rule is then alone.</summary>
    public bool Lenient { get; set; }

    public IReadOnlyList<string> ApprovedBy
    {
        get
        {
            lock (_gate)
                return [.. _approved];
        }
    }

    public IReadOnlyList<FootageHold> Read(Func<FootageHold, bool> which)
    {
        lock (_gate)
            return [.. _holds.Where(which).Reverse()];
    }

    public void Forget()
    {
        lock (_gate)
        {
            _approved.Clear();
            _holds.Clear();
        }
    }

    private CapacityForecast Forecast(bool known) =>
        new(
            _now.AddMinutes(-7),
            known ? DateOnly.FromDateTime(_now.Date).AddDays(140) : null,
            known,
            known
                ? new("The volume cannot hold its duty from that day on.", "自该日起存储空间无法满足保存义务。")
                : new("Too little was measured.", "测量数据不足。"),
            known ? 420 * Gib : null,
            known ? 2000 * Gib : null,
            900 * Gib,
            180 * Gib,
            [.. DemoFloor.Cameras.Select((c, i) => new CameraForecast(DemoFloor.Room, c, i == 2 ? null : 1.6 * Gib, 18))],
            [
                .. Enumerable
                    .Range(0, 183)
                    .Select(i => new ForecastDay(DateOnly.FromDateTime(_now.Date).AddDays(i), (900 + (i / 7 * 30)) * Gib)),
            ]
        );

    private async Task<IResult> PlaceAsync(FakeAgent agent, HttpContext http)
    {
        var request = (await JsonSerializer.DeserializeAsync<HoldRequest>(http.Request.Body, ContractJson.Options))!;
        return agent.Act(
            http,
            person =>
            {
                lock (_gate)
                {
                    FootageHold hold = new(
                        $"h{_holds.Count + 1}",
                        request.Scope,
                        request.Until,
                        person.Reason!,
                        person.Name,
                        _now,
                        null,
                        null,
                        null,
                        true
                    );
                    _holds.Add(hold);
                    return FakeRecords.Json(hold, 201);
                }
            }
        );
    }

    private IResult Lift(string id, ActingPerson person)
    {
        lock (_gate)
        {
            var at = _holds.FindIndex(h => h.Id == id);
            _holds[at] = _holds[at] with { LiftedBy = person.Name, LiftedAt = _now, LiftReason = person.Reason, IsInForce = false };
            return FakeRecords.Json(_holds[at]);
        }
    }

    private async Task<IResult> ApproveAsync(FakeAgent agent, HttpContext http)
    {
        var request = (await JsonSerializer.DeserializeAsync<ApprovalRequest>(http.Request.Body, ContractJson.Options))!;
        return agent.Act(
            http,
            person =>
            {
                lock (_gate)
                {
                    if (request.Digest != Digest || (!Lenient && _approved.Contains(person.Name)))
                        return FakeRecords.Problem(409, "You have approved this before.");
                    _approved.Add(person.Name);
                    return FakeRecords.Json(Approval());
                }
            }
        );
    }

    private PlanApproval Approval()
    {
        lock (_gate)
            return new(Digest, 24, 9 * Gib, [.. _approved], Math.Max(0, 2 - _approved.Count));
    }

    private RetentionPlanPage Plan()
    {
        PlannedSegment Segment(long id, bool discard, string code, LocalText reason) =>
            new(
                id,
                DemoFloor.Room,
                Camera,
                _now.AddYears(-6).AddMinutes(id),
                _now.AddYears(-6).AddMinutes(id + 1),
                40_000_000,
                FootageClass.Exam,
                discard,
                code,
                reason,
                DateOnly.FromDateTime(_now.Date).AddDays(discard ? -9 : 800)
            );
        return new(
            _now.AddMinutes(-1),
            Digest,
            null,
            [
                new(FootageClass.Exam, true, "window-ended", 24, 9 * Gib),
                new(FootageClass.Exam, false, "duty", 90_000, 900 * Gib),
                new(FootageClass.Idle, false, "a-later-reason", 7, 7 * Gib),
            ],
            [
                Segment(
                    1,
                    true,
                    "window-ended",
                    new("The window of session X-1 ended with 2026-02-20: 四.2(7).", "场次 X-1 的保存期限已于 2026-02-20 届满：四.2(7)。")
                ),
                Segment(2, false, "duty", new("Exam footage of session W-1.", "场次 W-1 的考试录像。")),
            ],
            "2"
        );
    }

    private IEnumerable<DestructionEntry> Destroyed()
    {
        DestructionEntry Entry(long number, RoomId room, string by, LocalText reason) =>
            new(
                number,
                _now.AddDays(-2),
                room,
                Camera,
                _now.AddYears(-6),
                _now.AddYears(-6).AddMinutes(1),
                40_000_000,
                new string('c', 64),
                FootageClass.Exam,
                "zaozhuang-2023 四.2(7)",
                reason,
                by
            );
        return
        [
            Entry(42, DemoFloor.Room, "=HYPERLINK(\"http://x\")", new("<b>Window ended</b>", "期限届满")),
            Entry(41, RoomId.Of("R8"), "kim, li", new("@SUM(1)", "期限届满")),
            Entry(39, DemoFloor.Room, "li", new("Older", "更早")),
        ];
    }
}
