using ExamMonitor.Contracts;
using ExamMonitor.Evaluation;
using Xunit;

namespace ExamMonitor.Agent.Tests.Evaluation;

public sealed class ReportTextTests
{
    private static readonly DateTimeOffset BeforeClocksGoBack = new(2026, 10, 25, 0, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Span_OverMidnight_SaysTheSecondDay()
    {
        var text = new ReportText(true, SiteZone.Of("Asia/Shanghai"));
        var evening = new DateTimeOffset(2026, 3, 2, 15, 59, 0, TimeSpan.Zero);
        Assert.Equal("2026-03-02 23:59:00 – 2026-03-03 00:01:00", text.Span(evening, evening.AddMinutes(2)));
        Assert.Equal("2026-03-02 23:59:00 – 23:59:30", text.Span(evening, evening.AddSeconds(30)));
    }

    [Fact]
    public void Span_OverTheHourThatIsThereTwice_TellsTheTwoApart()
    {
        var text = new ReportText(false, SiteZone.Of("Europe/Berlin"));
        Assert.Equal("2026-10-25 02:30:00 +02:00 – 02:30:00 +01:00", text.Span(BeforeClocksGoBack, BeforeClocksGoBack.AddHours(1)));
        Assert.Equal("2026-10-25 01:30:00 – 02:30:00 +02:00", text.Span(BeforeClocksGoBack.AddHours(-1), BeforeClocksGoBack));
    }
}
