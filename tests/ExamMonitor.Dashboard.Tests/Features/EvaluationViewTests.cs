using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Features.Evaluation;

namespace ExamMonitor.Dashboard.Tests.Features;

public sealed class EvaluationViewTests
{
    private static readonly TimeZoneInfo Shanghai = SiteZone.Of("Asia/Shanghai");

    [Theory]
    [InlineData("09:30", "2026-03-02T01:30:00Z")]
    [InlineData(" 9:05 ", "2026-03-02T01:05:00Z")]
    [InlineData("11:30:15", "2026-03-02T03:30:15Z")]
    [InlineData("00:30", "2026-03-02T16:30:00Z")]
    [InlineData("2026-03-02T02:00:00Z", "2026-03-02T02:00:00Z")]
    [InlineData("2026-03-02T10:00:00+08:00", "2026-03-02T02:00:00Z")]
    [InlineData("24:00", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void OfTyped_ATimeOfDayOrAnInstant_IsTheMomentAtTheSite(string? text, string? expected) =>
        Assert.Equal(
            expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            EvaluationView.OfTyped(text, new(2026, 3, 2, 1, 0, 0, 400, TimeSpan.Zero), Shanghai)
        );

    [Fact]
    public void OfTyped_TheShownStartOfASession_LiesInIt() =>
        Assert.Equal(2, EvaluationView.OfTyped("09:00:00", new(2026, 3, 2, 1, 0, 0, 400, TimeSpan.Zero), Shanghai)!.Value.Day);

    [Fact]
    public void UsualDays_AfterMidnightAtTheSite_EndWithTheSitesToday() =>
        Assert.Equal(
            (new DateTime(2026, 6, 1), new DateTime(2026, 12, 1)),
            EvaluationView.UsualDays(new(2026, 11, 30, 16, 0, 0, TimeSpan.Zero), Shanghai)
        );
}
