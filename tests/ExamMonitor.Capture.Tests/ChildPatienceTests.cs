using System.Diagnostics;
using ExamMonitor.Capture.Children;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Time limits of children in what the machine gives them.</summary>
public sealed class ChildPatienceTests
{
    [Fact]
    public async Task Answer_OfAChildThatGotNoProcessorForMinutes_IsWaitedFor()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var answer = new TaskCompletionSource<int>();
        var looks = 0;
        var waiting = ChildPatience
            .Usual()
            .WaitAsync(
                answer.Task,
                () =>
                {
                    looks++;
                    return TimeSpan.FromSeconds(0.95);
                },
                time,
                CancellationToken.None
            );
        await PassAsync(time, () => looks, 120);
        Assert.False(waiting.IsCompleted);
        answer.SetResult(7);
        Assert.Equal(7, await waiting);
    }

    [Fact]
    public async Task Answer_OfAChildThatSleeps_IsGivenUpAfterItsTime()
    {
        var time = new ManualTimeProvider(DateTimeOffset.UnixEpoch);
        var looks = 0;
        var waiting = ChildPatience
            .Usual()
            .WaitAsync(
                new TaskCompletionSource<int>().Task,
                () =>
                {
                    looks++;
                    return TimeSpan.Zero;
                },
                time,
                CancellationToken.None
            );
        await PassAsync(time, () => looks, 19);
        Assert.False(waiting.IsCompleted);
        await PassAsync(time, () => looks, 1);
        await Assert.ThrowsAsync<TimeoutException>(() => waiting);
    }

    [Fact]
    public async Task ProcessorWait_OfAChildBesideOthersOnOneProcessor_GrowsAndOfASleepingOneDoesNot()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var children = Enumerable
            .Range(0, 4)
            .Select(_ => Process.Start("taskset", ["-c", "0", "sh", "-c", "while :; do :; done"]))
            .ToList();
        using var sleeping = Process.Start("sleep", ["60"]);
        try
        {
            var busy = new ProcessorWait(children[3].Id);
            var waited = TimeSpan.Zero;
            await Eventually.TrueAsync(() => (waited += busy.Next()) > TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
            var idle = new ProcessorWait(sleeping.Id);
            idle.Next();
            waited = TimeSpan.Zero;
            await Eventually.TrueAsync(() => (waited += busy.Next()) > TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
            Assert.InRange(idle.Next(), TimeSpan.Zero, TimeSpan.FromSeconds(0.2));
        }
        finally
        {
            foreach (var child in children.Append(sleeping))
                child.Kill();
            foreach (var child in children)
                child.Dispose();
        }
    }

    private static async Task PassAsync(ManualTimeProvider time, Func<int> looks, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            var before = looks();
            await Eventually.TrueAsync(() => time.ArmedTimers > 0);
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => looks() > before);
        }
    }
}
