using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Rules;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class DutyTimelineTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly RetentionRules Rules = RetentionRulesReader
        .Combine(
            new()
            {
                Profiles = ["shandong-rules"],
                MarginBefore = TimeSpan.FromMinutes(30),
                MarginAfter = TimeSpan.FromMinutes(10),
                TimeZone = "UTC",
            }
        )
        .Rules;

    private static long Ms(double minutes) => Nine.AddMinutes(minutes).ToUnixTimeMilliseconds();

    private static DutyTimeline Of(params ExamSession[] sessions) =>
        DutyTimeline.Of([new(Rules, null)], [.. sessions.Select(s => new SessionVersion(s, null))])[RetentionWorld.Room];

    private static string? Ask(DutyTimeline timeline, double from, double to) => timeline.LongestKept(Ms(from), Ms(to))?.Session.Id.Text;

    [Theory]
    [InlineData(-40, -30, false)]
    [InlineData(-40, -29.999, true)]
    [InlineData(-30, -29, true)]
    [InlineData(0, 1, true)]
    [InlineData(129.999, 140, true)]
    [InlineData(130, 140, false)]
    [InlineData(-100, 300, true)]
    [InlineData(-100, -90, false)]
    public void LongestKept_SessionWithItsMargins_IsTouchedByAMillisecond(double from, double to, bool touched) =>
        Assert.Equal(touched ? "S1" : null, Ask(Of(RetentionWorld.Session("S1", Nine)), from, to));

    [Fact]
    public void LongestKept_OverSeveralSessions_IsTheLaterOne()
    {
        var timeline = Of(
            RetentionWorld.Session("S1", Nine),
            RetentionWorld.Session("S2", Nine.AddDays(1)),
            RetentionWorld.Session("S3", Nine.AddDays(2))
        );
        Assert.Equal("S1", Ask(timeline, 0, 1));
        Assert.Equal("S2", Ask(timeline, 1440, 1441));
        Assert.Null(Ask(timeline, 600, 1200));
        Assert.Equal("S2", Ask(timeline, 0, 1441));
        Assert.Equal("S3", Ask(timeline, 600, 3000));
        Assert.Null(Ask(timeline, 4000, 5000));
    }

    /// <summary>Of sessions that are kept equally long, the one with the latest end is named.</summary>
    [Fact]
    public void LongestKept_SessionsOfOneDayThatOverlap_NamesTheOneThatEndsLast()
    {
        ExamSession[] sessions =
        [
            RetentionWorld.Session("S1", Nine, hours: 1),
            RetentionWorld.Session("S2", Nine, hours: 3),
            RetentionWorld.Session("S3", Nine, hours: 2),
        ];
        Assert.Equal("S2", Ask(Of(sessions), 0, 1));
        Assert.Equal("S2", Ask(Of([.. sessions.Reverse()]), 0, 1));
    }

    /// <summary>Rules hold for sessions whose time, with the margin before, began under them.</summary>
    [Theory]
    [InlineData(-30, false)]
    [InlineData(-29.999, true)]
    [InlineData(0, true)]
    public void Of_RulesThatWereReplaced_CountForWhatHadBegun(double replaced, bool counts)
    {
        var timelines = DutyTimeline.Of([new(Rules, Nine.AddMinutes(replaced))], [new(RetentionWorld.Session("S1", Nine), null)]);
        Assert.Equal(counts, timelines.ContainsKey(RetentionWorld.Room));
    }

    [Fact]
    public void Span_SessionThatEndsBeforeItBegins_CoversItsMargins()
    {
        var span = DutyTimeline.Span(RetentionWorld.Session("S1", Nine, hours: -2), Rules, new(TimeZoneInfo.Utc));
        Assert.Equal((Ms(-30), Ms(10)), (span.FromMs, span.ToMs));
    }
}
