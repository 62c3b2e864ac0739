using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// A clock that is set in an exam, and an agent that dies before it asked for the time again: the next one enters what it recovers, and
/// must know of the step.
/// </summary>
public sealed class KilledClockTests
{
    [Theory]
    [InlineData(-1826)]
    [InlineData(1826)]
    [InlineData(-40)]
    public async Task Clock_SetInAnExamAndTheAgentKilledRightAfter_ItsFootageIsKept(int days)
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        using var disk = SmallDisk.Tmpfs(8);
        using var real = await RealDisk.NewAsync(disk);
        real.Open(cameras: 1);
        var retention = real.Retain();
        retention.RememberSessions(
            [
                new(
                    ExamSessionId.Of("S1"),
                    BatchId.Of("B1"),
                    ArchiveBench.Room,
                    ArchiveBench.Start,
                    ArchiveBench.Start.AddHours(2),
                    "Welding",
                    12,
                    false
                ),
            ],
            "import"
        );
        for (var i = 0; i < 5; i++)
            real.Second();
        _ = retention.Now();
        real.Time.StepWallClock(TimeSpan.FromDays(days));
        for (var i = 0; i < 3; i++)
            real.Second();
        real.Kill();
        real.Time.Advance(TimeSpan.FromMinutes(1));
        real.Time.StepWallClock(TimeSpan.FromDays(-days));
        real.Open(cameras: 1);
        Assert.True(real.Archive!.RecoveredSegments > 0);
        retention = real.Retain();
        RealDisk.Pass(real, retention, 10);
        var plan = retention.PlanSweep(full: true).ToList();
        Assert.All(plan, d => Assert.True(d.Verdict == RetentionVerdict.Keep, $"{d.Footage.Start:O}: {d.Reason.Text.En}"));
        Assert.Equal(0, retention.Sweep("job:sweep", full: true, CancellationToken.None).Destroyed);
        Assert.Contains(plan, d => d.Footage.Start.Year != 2026 || d.Footage.Start.Month != 3);
    }
}
