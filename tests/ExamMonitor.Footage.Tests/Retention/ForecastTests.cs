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

    [Fact]
    public void Warns_AsManyDaysAheadAsWasAsked_DoesAndNoEarlier()
    {
        var answer = new ForecastAnswer(true, Today.AddDays(14), 1, []);
        Assert.True(answer.Warns(Today, 14));
        Assert.False(answer.Warns(Today, 13));
        Assert.False((answer with { BreachOn = null }).Warns(Today, 14));
    }

    [Fact]
    public void Calculate_AtItsLimits_IsTakenAndBeyondThemRefused()
    {
        Assert.Equal(0, Forecast.Calculate(1, 4, 0, []).BytesPerWeek);
        Assert.Equal(4e6 / 8 * 3600 * 168, Forecast.Calculate(1, 4, 168, []).BytesPerWeek, 1.0);
        Assert.Equal("P5Y", Assert.Single(Forecast.Calculate(1, 4, 16, []).Windows).Window.ToString());
        foreach (var mbps in (double[])[0, -1, double.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => Forecast.Calculate(1, mbps, 16, []));
        foreach (var hours in (double[])[-0.1, 168.1, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>(() => Forecast.Calculate(1, 4, hours, []));
    }

    /// <summary>Two hours, half an hour before and an hour after, of two cameras; a camera of another room counts nothing.</summary>
    [Fact]
    public void BytesOf_Session_AreThoseOfItsRoomsCamerasWithTheMargins()
    {
        var rules = Rules with { MarginBefore = TimeSpan.FromMinutes(30), MarginAfter = TimeSpan.FromHours(1) };
        MeasuredCamera[] cameras = [Camera(1e9), Camera(2e9), new(RoomId.Of("R2"), CameraId.Of("C9"), null)];
        Assert.Equal(10.5e9, Forecast.BytesOf(Session(1), cameras, rules)!.Value, 1.0);
        Assert.Null(Forecast.BytesOf(Session(1), [.. cameras, Camera(null)], rules));
        Assert.Null(Forecast.BytesOf(Session(1), cameras[2..], rules));
    }

    /// <summary>A point every eleven days over the whole horizon; what is kept on a day counts from that day to its last.</summary>
    [Fact]
    public void Points_OverTheHorizon_AreTheDutyOfTheirDay()
    {
        var ends = Today.AddMonths(6);
        var points = Forecast.Of(new(Today, 1_000_000_000_000, 0, [Camera(1e9)], [Session(0)], Rules)).Points;
        Assert.InRange(points.Count, 300, 400);
        Assert.Equal(Enumerable.Range(0, points.Count).Select(i => Today.AddDays(11 * i)), points.Select(p => p.Day));
        Assert.InRange(points[^1].Day.DayNumber - Today.DayNumber, Forecast.HorizonDays - 11, Forecast.HorizonDays);
        // The session of today, and as many bytes again a week: what a young site's schedule says.
        Assert.Equal(2e9, points[0].DutyBytes, 1.0);
        Assert.Equal(2e9 + (11 * 2e9 / 7), points[1].DutyBytes, 1.0);
        var most = points.Last(p => p.Day <= ends);
        Assert.Equal(2e9 + ((most.Day.DayNumber - Today.DayNumber) * 2e9 / 7), most.DutyBytes, 10.0);
        Assert.True(points[^1].DutyBytes < most.DutyBytes * 1.1);
    }

    [Fact]
    public void Points_OfWhatIsKeptNoMore_AreNone()
    {
        var points = Forecast.Of(new(Today, 1_000_000_000_000, 0, [Camera(1e9)], [Session(-2000)], Rules)).Points;
        Assert.All(points, p => Assert.InRange(p.DutyBytes, 0, 2e9));
        Assert.Equal(0, points[0].DutyBytes);
    }

    [Fact]
    public void Forecast_NeedThatComesOnTheLastDayOfTheHorizon_BreaksThen()
    {
        var sessions = new[] { Session(Forecast.HorizonDays) };
        Assert.Equal(
            Today.AddDays(Forecast.HorizonDays),
            Forecast.Of(new(Today, 1_999_999_999, 0, [Camera(1e9)], sessions, Rules)).BreachOn
        );
        Assert.Null(Forecast.Of(new(Today, 2_000_000_000, 0, [Camera(1e9)], sessions, Rules)).BreachOn);
    }

    /// <summary>What one room needs is too much already; of another nothing was measured, so that no date is given.</summary>
    [Fact]
    public void Forecast_OneRoomUnmeasured_GivesNoDate()
    {
        var other = RetentionWorld.Session("S9", new DateTimeOffset(Today, new TimeOnly(9, 0), TimeSpan.Zero), room: RoomId.Of("R2"));
        var answer = Forecast.Of(new(Today, 1, 0, [Camera(1e9)], [Session(1), other], Rules));
        Assert.Equal((false, null), (answer.IsKnown, answer.BreachOn));
        Assert.Contains(answer.Points, p => p.DutyBytes > 1);
    }

    private static MeasuredCamera Camera(double? rate) => new(RoomId.Of("R1"), CameraId.Of("C1"), rate);

    private static ExamSession Session(int day) =>
        RetentionWorld.Session($"S{day + 1000}", new DateTimeOffset(Today.AddDays(day), new TimeOnly(9, 0), TimeSpan.Zero));
}
