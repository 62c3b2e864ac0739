using System.Diagnostics;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>
/// A room that is recorded only during its exams, with a real agent and a simulated camera; the hours between are passed by its clock.
/// </summary>
public sealed class SessionRecordingTests(SessionRecordingTests.Site agent) : IClassFixture<SessionRecordingTests.Site>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(2);
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly CameraId Camera = CameraId.Of("C1");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task RecordSessions_BeginsBeforeTheExam_EndsWithItsMargin_AndKeepsItForItsWindow()
    {
        var start = new DateTimeOffset(Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(1).AddHours(3);
        var end = start.AddMinutes(30);
        using (var request = new HttpRequestMessage(HttpMethod.Post, agent.Link.ApiAddress + AgentApi.ImportSessions + "?file=a.csv"))
        {
            request.Content = new StringContent(
                $"id,batch,room,start,end\nEXAM,B1,R7,{start:yyyy-MM-ddTHH:mm:ssZ},{end:yyyy-MM-ddTHH:mm:ssZ}\n",
                Encoding.UTF8,
                "text/csv"
            );
            new ActingPerson("Wang").AddTo(request);
            (await agent.Api.SendAsync(request)).EnsureSuccessStatusCode();
        }

        // The check of the day before is over; nothing needs the camera until three minutes before the check of the last hour.
        var wakes = start.AddMinutes(-63);
        agent.Faults.SetClockAhead(wakes.AddSeconds(-4) - Now);
        Assert.Empty((await TimelineAsync(wakes.AddMinutes(-10), wakes)).Segments);
        Assert.Equal(GapCause.Operator, (await TimelineAsync(wakes.AddMinutes(-1), wakes)).Gaps[^1].Cause);
        await Eventually.TrueAsync(IsRecordingAsync, Patience);

        // The exam is over, its margin is not: recorded. Then it is.
        var over = end + After;
        agent.Faults.SetClockAhead(over.AddSeconds(-8) - Now);
        await Eventually.TrueAsync(async () => (await TimelineAsync(over.AddSeconds(-8), over.AddMinutes(5))).Segments.Count > 0, Patience);
        var timeline = await TimelineAsync(over.AddSeconds(-8), over.AddMinutes(5));
        Assert.InRange(timeline.Segments[^1].End, over.AddSeconds(-2), over.AddSeconds(6));
        Assert.Equal(GapCause.Operator, timeline.Gaps[^1].Cause);
        Assert.Contains("during exam sessions only", timeline.Gaps[^1].Detail!.En, StringComparison.Ordinal);

        // What touches the exam with its margins is kept for the window. What was recorded for the check was, by measured time, made
        // minutes before: the clock was set, and it is kept for that.
        var plan = await PlanAsync();
        await Eventually.TrueAsync(async () => (plan = await PlanAsync()).All(s => s.ReasonCode != "undecided"), Patience);
        var exam = plan.Where(s => s.End > over.AddSeconds(-8)).ToList();
        var check = plan.Where(s => s.End < start.AddMinutes(-10)).ToList();
        Assert.True(
            exam.Count > 0 && exam.TrueForAll(s => s is { Class: FootageClass.Exam, ReasonCode: "duty", Discard: false }),
            string.Join('\n', plan)
        );
        Assert.Equal(DateOnly.FromDateTime(end.UtcDateTime.AddHours(8)).AddMonths(6), exam[0].KeptUntil);
        Assert.True(
            check.Count > 0
                && check.TrueForAll(s => s.Reason.En.StartsWith("The clock was set around its making", StringComparison.Ordinal)),
            string.Join('\n', plan)
        );
    }

    /// <summary>What the room's status says of the camera.</summary>
    private async Task<bool> IsRecordingAsync() =>
        (await agent.Api.GetStringAsync(agent.Link.ApiAddress + AgentApi.Metrics)).Contains(
            "exam_monitor_camera_recording{room=\"R7\",camera=\"C1\"} 1\n",
            StringComparison.Ordinal
        );

    private async Task<IReadOnlyList<PlannedSegment>> PlanAsync() =>
        JsonSerializer
            .Deserialize<RetentionPlanPage>(
                await agent.Api.GetStringAsync(agent.Link.ApiAddress + AgentApi.RetentionPlan),
                ContractJson.Options
            )!
            .Segments;

    private async Task<Timeline> TimelineAsync(DateTimeOffset from, DateTimeOffset to) =>
        JsonSerializer.Deserialize<Timeline>(
            await agent.Api.GetStringAsync(agent.Link.ApiAddress + AgentApi.Timeline(Room, Camera) + AgentFixture.Range(from, to)),
            ContractJson.Options
        )!;

    /// <summary>One camera, recorded during sessions, and a clock that the test sets.</summary>
    public sealed class Site : AgentFixture
    {
        public PreloadedFaults Faults { get; private set; } = null!;

        protected override IReadOnlyList<string> CameraIds => ["C1"];

        protected override bool RecordsAtOnce => false;

        protected override string MoreOfRoom => "    record: sessions\n";

        protected override string Watching => "enabled: false";

        protected override string MoreConfiguration =>
            """
                schedule:
                  marginBeforeMinutes: 5
                  marginAfterMinutes: 2
                retention:
                  profiles: [shandong-rules]

                """;

        protected override async Task PrepareAsync(ProcessStartInfo start)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "The clock is set before the C library, which Linux can do.");
            Faults = await PreloadedFaults.MakeAsync(PathOf("faults"));
            Faults.ApplyTo(start, PathOf("footage"));
        }
    }
}
