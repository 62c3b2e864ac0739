using ExamMonitor.Preservation.Volume;
using Xunit;

namespace ExamMonitor.Agent.Tests.Hosting;

public sealed class ClockRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void FindFault_PlausibleClock_IsNull() => Assert.Null(ClockRule.FindFault(Now, Now.AddMinutes(-1)));

    [Fact]
    public void FindFault_ClockFiveYearsBack_SaysSoAndHowToMend()
    {
        var fault = ClockRule.FindFault(Now.AddYears(-5), null);
        Assert.Contains("2021-06-01", fault?.En, StringComparison.Ordinal);
        Assert.Contains("timedatectl set-ntp true", fault?.En, StringComparison.Ordinal);
        Assert.Contains("2021-06-01", fault?.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFault_ClockBeforeTheNewestFootage_SaysWhatIsHeld() =>
        Assert.Contains("2026-06-02", ClockRule.FindFault(Now, Now.AddDays(1))?.En, StringComparison.Ordinal);
}
