using ExamMonitor.Retention.Tiers;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

public sealed class BandwidthLimitTests
{
    [Fact]
    public async Task Take_MoreThanASecondsWorth_WaitsForTheRest()
    {
        var time = new ManualTimeProvider();
        var limit = new BandwidthLimit(1_000_000, time);
        await limit.TakeAsync(1_000_000, CancellationToken.None);
        var waiting = limit.TakeAsync(500_000, CancellationToken.None).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(2));
        await waiting;
        Assert.Equal(1_500_000, limit.Bytes);
    }

    [Fact]
    public async Task Take_AfterALongPause_GetsOneSecondsWorthAtOnce_NotMore()
    {
        var time = new ManualTimeProvider();
        var limit = new BandwidthLimit(1_000_000, time);
        time.Advance(TimeSpan.FromHours(1));
        await limit.TakeAsync(1_000_000, CancellationToken.None);
        Assert.False(limit.TakeAsync(10_000, CancellationToken.None).AsTask().IsCompleted);
    }

    [Fact]
    public void Take_WithoutALimit_NeverWaits() =>
        Assert.True(
            new BandwidthLimit(null, new ManualTimeProvider()).TakeAsync(int.MaxValue, CancellationToken.None).AsTask().IsCompleted
        );
}
