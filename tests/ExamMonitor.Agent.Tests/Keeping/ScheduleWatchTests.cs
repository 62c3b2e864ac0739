using ExamMonitor.Agent.Keeping;
using Xunit;

namespace ExamMonitor.Agent.Tests.Keeping;

public sealed class ScheduleWatchTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(60, 59, false)]
    [InlineData(60, 120, false)]
    [InlineData(60, 121, true)]
    [InlineData(60, -5, false)]
    [InlineData(null, 25 * 3600, false)]
    [InlineData(null, 26 * 3600 + 1, true)]
    [InlineData(60, 64L * 365 * 86400, true)]
    public void WaitsTooLong_LongerThanTheInterval_IsPlannedAnew(int? intervalSeconds, long nextSeconds, bool expected) =>
        Assert.Equal(expected, ScheduleWatch.WaitsTooLong(Now.AddSeconds(nextSeconds), intervalSeconds is { } s ? TimeSpan.FromSeconds(s) : null, Now));

    /// <summary>A job that the list does not name would not be planned anew.</summary>
    [Fact]
    public void Jobs_AreAllOfTheAssembly() =>
        Assert.Equal(typeof(Schedule).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(Quartz.IJob)) && t.IsClass).Select(t => t.Name).Order(), Schedule.Jobs.Order());
}
