using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class ForecastTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly RetentionRules Rules = RetentionRulesReader
        .Combine(
            new()
            {
                Profiles = ["shandong-rules"],
                MarginBefore = TimeSpan.Zero,
                MarginAfter = TimeSpan.Zero,
                TimeZone = "UTC",
            }
        )
        .Rules;

    [Fact]
    public void Calculate_SixteenCameras_IsTheProduct()
    {
        var need = Forecast.Calculate(16, 4, 16, [CalendarPeriod.Parse("P6M"), CalendarPeriod.Parse("P5Y")]);
        Assert.Equal(16 * 4e6 / 8 * 3600 * 16, need.BytesPerWeek, 1.0);
        Assert.Equal(["P5Y", "P6M"], need.Windows.Select(w => w.Window.ToString()));
        Assert.Equal(need.BytesPerWeek / 7 * 185, need.Windows[1].Bytes, 1.0);
        Assert.Throws<ArgumentOutOfRangeException>(() => Forecast.Calculate(0, 4, 16, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Forecast.Calculate(1, double.NaN, 16, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Forecast.Calculate(1, 4, 169, []));
    }

    [Fact]
    public void Forecast_SessionsEveryDay_BreaksOnTheDayThatAnAdditionGives()
    {
        // 1 GB an hour, 2 h a day from tomorrow on: 20 GB last ten days.
        var sessions = Enumerable.Range(1, 30).Select(i => Session(i)).ToList();
        var answer = Forecast.Of(new(Today, 15_000_000_000, 5_000_000_000, [Camera(1e9)], sessions, Rules));
        Assert.True(answer.IsKnown);
        Assert.Equal(Today.AddDays(11), answer.BreachOn);
        Assert.True(answer.Warns(Today, 14));
        Assert.False(answer.Warns(Today.AddDays(-4), 14));
    }

    [Fact]
    public void Forecast_WindowShorterThanTheGrowth_NeverBreaks()
    {
        var sessions = Enumerable.Range(-400, 401).Select(Session).ToList();
        // Half a year of 2 GB a day is some 370 GB.
        Assert.Null(Forecast.Of(new(Today, 390_000_000_000, 0, [Camera(1e9)], sessions, Rules)).BreachOn);
        Assert.NotNull(Forecast.Of(new(Today, 360_000_000_000, 0, [Camera(1e9)], sessions, Rules)).BreachOn);
    }

    [Fact]
    public void Forecast_TooLittleMeasuredOrNoProbe_IsUnknown()
    {
        var sessions = new[] { Session(1) };
        Assert.False(Forecast.Of(new(Today, 1, 0, [Camera(null)], sessions, Rules)).IsKnown);
        Assert.False(Forecast.Of(new(Today, null, 0, [Camera(1e9)], sessions, Rules)).IsKnown);
        Assert.False(Forecast.Of(new(Today, 1, 0, [], sessions, Rules)).IsKnown);
        Assert.Null(Forecast.Of(new(Today, 1, 0, [Camera(null)], sessions, Rules)).BreachOn);
    }

    private static MeasuredCamera Camera(double? rate) => new(RoomId.Of("R1"), CameraId.Of("C1"), rate);

    private static ExamSession Session(int day) =>
        RetentionWorld.Session($"S{day + 1000}", new DateTimeOffset(Today.AddDays(day), new TimeOnly(9, 0), TimeSpan.Zero));
}
