using ExamMonitor.Contracts.Law;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Law;

public sealed class CalendarTests
{
    [Theory]
    [InlineData("2026-08-31", "P6M", "2027-02-28")]
    [InlineData("2027-08-31", "P6M", "2028-02-29")]
    [InlineData("2026-08-31", "P180D", "2027-02-27")]
    [InlineData("2026-03-02", "P6M", "2026-09-02")]
    [InlineData("2024-02-29", "P1Y", "2025-02-28")]
    [InlineData("2024-02-29", "P5Y", "2029-02-28")]
    [InlineData("2024-02-29", "P4Y", "2028-02-29")]
    [InlineData("2026-12-31", "P1M1D", "2027-02-01")]
    [InlineData("2026-01-30", "P1M", "2026-02-28")]
    [InlineData("2026-01-01", "P2W", "2026-01-15")]
    [InlineData("9998-01-01", "P5Y", "9999-12-31")]
    public void Period_AddedToADay_IsTheCalendars(string day, string period, string end) =>
        Assert.Equal(DateOnly.Parse(end, null), CalendarPeriod.Parse(period).AddTo(DateOnly.Parse(day, null)));

    [Theory]
    [InlineData("P5Y", "P5Y")]
    [InlineData("P60M", "P5Y")]
    [InlineData("P1Y6M", "P1Y6M")]
    [InlineData("P2W", "P14D")]
    [InlineData("P0D", "P0D")]
    public void Period_Parsed_IsWrittenTheShortestWay(string text, string written) =>
        Assert.Equal(written, CalendarPeriod.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("5Y")]
    [InlineData("P5")]
    [InlineData("P-5Y")]
    [InlineData("P1.5Y")]
    [InlineData("PT5H")]
    [InlineData("P5YT1H")]
    [InlineData("P1M1Y")]
    [InlineData("P5Y5Y")]
    [InlineData("P99999Y")]
    [InlineData("p5y")]
    [InlineData("P５Y")]
    public void Period_AnythingElse_IsRefused(string text) => Assert.False(CalendarPeriod.TryParse(text, out _));

    [Theory]
    [InlineData("P6M", "P180D", true)]
    [InlineData("P180D", "P6M", false)]
    [InlineData("P183D", "P6M", false)]
    [InlineData("P184D", "P6M", true)]
    [InlineData("P6M", "P182D", false)]
    [InlineData("P6M", "P181D", true)]
    [InlineData("P1826D", "P5Y", false)]
    [InlineData("P1827D", "P5Y", true)]
    public void Periods_Mixed_AreComparedByTheDaysTheyLeadTo(string one, string other, bool never) =>
        Assert.Equal(never, CalendarPeriod.Parse(one).IsNeverShorterThan(CalendarPeriod.Parse(other)));

    [Theory]
    [InlineData("Asia/Shanghai", "2026-09-03", "2026-09-02T16:00:00Z")]
    [InlineData("UTC", "2026-09-03", "2026-09-03T00:00:00Z")]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z")]
    [InlineData("America/New_York", "2026-03-09", "2026-03-09T04:00:00Z")]
    [InlineData("America/New_York", "2026-11-02", "2026-11-02T05:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z")]
    [InlineData("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z")]
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")]
    [InlineData("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z")]
    [InlineData("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z")]
    [InlineData("America/St_Johns", "2010-11-07", "2010-11-07T03:30:00Z")]
    public void Day_Start_IsTheFirstInstantFromWhichItStays(string zone, string day, string utc) =>
        Assert.Equal(DateTimeOffset.Parse(utc, null), new SiteCalendar(SiteZone.Of(zone)).StartOf(DateOnly.Parse(day, null)));

    [Fact]
    public void Day_EveryStartOfFourYears_IsAtThatDaysBeginning()
    {
        foreach (var zone in new[] { "Asia/Shanghai", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe" })
        {
            var calendar = new SiteCalendar(SiteZone.Of(zone));
            for (var day = new DateOnly(2025, 1, 1); day.Year < 2026; day = day.AddDays(1))
            {
                var start = calendar.StartOf(day);
                Assert.Equal((day, day.AddDays(-1)), (calendar.DayOf(start), calendar.DayOf(start.AddTicks(-1))));
            }
        }
    }

    [Fact]
    public void BatchDay_OfASessionEndingAtMidnight_IsTheDayThatBegins() =>
        Assert.Equal(new DateOnly(2026, 3, 3), new SiteCalendar(TimeZoneInfo.Utc).BatchDayOf(new(2026, 3, 3, 0, 0, 0, TimeSpan.Zero)));
}
