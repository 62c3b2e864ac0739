using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>Steps of trusted time at their edges; <see cref="ClockCase"/> walks many of them.</summary>
public sealed class TrustedTimeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Allowance = TimeSpan.FromDays(3);

    /// <summary>Trust follows the wall clock, never backwards, and never further than was measured.</summary>
    [Theory]
    [InlineData(-5, 10, 0)]
    [InlineData(0, 10, 0)]
    [InlineData(4, 10, 4)]
    [InlineData(10, 10, 10)]
    [InlineData(11, 10, 10)]
    public void AfterRunning_WallClock_IsFollowedAsFarAsWasMeasured(int wall, int measured, int trusted) =>
        Assert.Equal(
            Noon.AddMinutes(trusted),
            new TrustedTime(Noon, Allowance).AfterRunning(Noon.AddMinutes(wall), TimeSpan.FromMinutes(measured), Allowance).At
        );

    /// <summary>An hour that runs gives four hours of pause back, up to the allowance.</summary>
    [Theory]
    [InlineData(10, 1, 14)]
    [InlineData(10, 100, 72)]
    [InlineData(72, 0, 72)]
    public void AfterRunning_Pauses_AreMadeUpForFourfold(int left, int measured, int then) =>
        Assert.Equal(
            TimeSpan.FromHours(then),
            new TrustedTime(Noon, TimeSpan.FromHours(left))
                .AfterRunning(Noon.AddHours(measured), TimeSpan.FromHours(measured), Allowance)
                .UnseenLeft
        );

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void AfterPause_IsAcceptedAsAWholeOrNotAtAll(int pause, bool accepted)
    {
        var before = new TrustedTime(Noon, TimeSpan.FromHours(10));
        Assert.Equal(
            accepted ? new(Noon.AddHours(pause), TimeSpan.FromHours(10 - pause)) : before,
            before.AfterPause(Noon.AddHours(pause))
        );
    }

    [Fact]
    public void AfterRunning_AtTheEndOfTheCalendar_StaysThere()
    {
        var last = new TrustedTime(DateTimeOffset.MaxValue - TimeSpan.FromHours(1), Allowance);
        Assert.Equal(
            DateTimeOffset.MaxValue - TimeSpan.FromMinutes(1),
            last.AfterRunning(DateTimeOffset.MaxValue - TimeSpan.FromMinutes(1), TimeSpan.FromHours(2), Allowance).At
        );
        Assert.Equal(DateTimeOffset.MaxValue, last.AfterRunning(DateTimeOffset.MaxValue, TimeSpan.FromHours(2), Allowance).At);
    }

    [Fact]
    public void IsBelieved_OnlyAClockThatIsNeitherAheadNorBehind()
    {
        var now = new RetentionNow(Noon, Noon, Noon, null);
        Assert.True(now.IsBelieved);
        Assert.False((now with { Trusted = null }).IsBelieved);
        Assert.False((now with { Refused = TimeSpan.FromHours(1) }).IsBelieved);
        Assert.False((now with { Behind = TimeSpan.FromHours(1) }).IsBelieved);
    }
}
