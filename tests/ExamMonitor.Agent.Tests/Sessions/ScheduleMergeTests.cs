using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Exams.Schedule.Reading;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

public sealed class ScheduleMergeTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly SessionMargins Margins = new(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30));

    private static ExamSession Session(
        string id = "S1",
        string room = "R7",
        string batch = "B1",
        double fromHours = 0,
        double hours = 2,
        bool cancelled = false
    ) =>
        new(
            ExamSessionId.Of(id),
            BatchId.Of(batch),
            RoomId.Of(room),
            Nine.AddHours(fromHours),
            Nine.AddHours(fromHours + hours),
            "t",
            null,
            cancelled
        );

    private static (IReadOnlyList<SessionChange> Changes, ScheduleFindings Findings) Plan(
        DateTimeOffset now,
        ExamSession[] current,
        ExamSession[] wanted,
        bool replace = false,
        string? reason = null
    )
    {
        var findings = new ScheduleFindings("f.csv");
        return (
            ScheduleMerge.Plan(
                current.ToDictionary(s => s.Id),
                wanted,
                wanted.Index().ToDictionary(w => w.Item.Id, w => w.Index + 2),
                new(now, Margins, TimeZoneInfo.Utc, replace, reason),
                findings
            ),
            findings
        );
    }

    public static TheoryData<string, double, ExamSession, SessionChangeKind> Cases =>
        new()
        {
            // hours after nine at which it is asked for; the margin begins half an hour before nine
            { "same", -48, Session(), SessionChangeKind.Unchanged },
            { "moved while it lies ahead", -1, Session(room: "R8", batch: "B2", fromHours: 3), SessionChangeKind.Changed },
            { "cancelled while it lies ahead", -1, Session(cancelled: true), SessionChangeKind.Cancelled },
            { "room within the margin", -0.25, Session(room: "R8"), SessionChangeKind.Refused },
            { "batch after the start", 1, Session(batch: "B2"), SessionChangeKind.Refused },
            { "start later after the start", 1, Session(fromHours: 0.5, hours: 1.5), SessionChangeKind.Refused },
            { "start earlier after the start", 1, Session(fromHours: -0.5, hours: 2.5), SessionChangeKind.Changed },
            { "longer after the start", 1, Session(hours: 4), SessionChangeKind.Changed },
            { "shorter, to a time still ahead", 1, Session(hours: 1.5), SessionChangeKind.Changed },
            { "shorter, to a time that is past", 2.6, Session(hours: 1), SessionChangeKind.Refused },
            { "shorter, long after the end", 100, Session(hours: 1), SessionChangeKind.Refused },
            { "cancelled without a reason after the start", 1, Session(cancelled: true), SessionChangeKind.Refused },
        };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plan_OneSession_NeverTakesFootageOutOfItsClass(
        string what,
        double hoursAfterNine,
        ExamSession wanted,
        SessionChangeKind expected
    )
    {
        var change = Assert.Single(Plan(Nine.AddHours(hoursAfterNine), [Session()], [wanted]).Changes);
        Assert.True(change.Kind == expected, $"{what}: {change.Kind}");
        Assert.Equal(expected == SessionChangeKind.Refused, change.Why is not null);
    }

    [Fact]
    public void Plan_CancelledWithAReasonAfterTheStart_IsDone() =>
        Assert.Equal(
            SessionChangeKind.Cancelled,
            Assert.Single(Plan(Nine.AddHours(1), [Session()], [Session(cancelled: true)], reason: "power cut").Changes).Kind
        );

    [Fact]
    public void Plan_OverlapWithTheScheduleInForce_IsAnErrorAtTheLineOfTheFile()
    {
        var (_, findings) = Plan(Nine.AddHours(-48), [Session("OLD")], [Session("S9", "R8"), Session("NEW", fromHours: 1)]);
        var finding = Assert.Single(findings.InOrder);
        Assert.Equal((3, "NEW"), (finding.Line, finding.Key));
        Assert.Contains("overlaps session OLD", finding.Problem.En, StringComparison.Ordinal);
        Assert.False(Plan(Nine.AddHours(-48), [Session("OLD", cancelled: true)], [Session("NEW")]).Findings.HasErrors);
        Assert.False(Plan(Nine.AddHours(-48), [Session("OLD")], [Session("OLD", fromHours: 5), Session("NEW")]).Findings.HasErrors);
    }

    [Fact]
    public void Plan_Replace_CallsOffOnlyFutureSessionsOfTheFilesRoomsAndDays()
    {
        ExamSession[] current =
        [
            Session("BEGUN"),
            Session("AHEAD", fromHours: 5),
            Session("OTHERROOM", "R8", fromHours: 5),
            Session("OTHERDAY", fromHours: 48),
        ];
        var (changes, findings) = Plan(Nine.AddHours(1), current, [Session("NEW", fromHours: 9)], replace: true);
        Assert.Equal(
            [("AHEAD", SessionChangeKind.Cancelled), ("NEW", SessionChangeKind.Added)],
            changes.Select(c => (c.After.Id.Text, c.Kind))
        );
        Assert.Equal("BEGUN", Assert.Single(findings.InOrder).Key);
        Assert.False(findings.HasErrors);
    }
}
