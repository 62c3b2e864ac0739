using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>Idle footage that gives way because space is short, at a moment when its age would soon have been ground enough.</summary>
public sealed class IdleGroundTests
{
    [Fact]
    public async Task IdleFootage_LetGoForSpaceWhileTheAllowanceOfTheClockStillRuns_VerifiesClean()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        using var disk = SmallDisk.Ext4(12);
        using var real = await RealDisk.NewAsync(disk, 384 << 10);
        real.Open();
        var retention = real.Retain();
        _ = real.RecordUntilFull();
        // Kept to the end of the third; an hour of allowance later the agent counts it as old.
        var moment = new DateTimeOffset(2026, 3, 4, 0, 30, 0, TimeSpan.Zero);
        while (real.Time.GetUtcNow() < moment)
        {
            real.Time.Advance(
                TimeSpan.FromHours(1) < moment - real.Time.GetUtcNow() ? TimeSpan.FromHours(1) : moment - real.Time.GetUtcNow()
            );
            _ = retention.Now();
        }

        Assert.True(retention.Sweep("space is short", full: false, CancellationToken.None).Destroyed > 0);
        Assert.Contains(
            "idle-for-space",
            string.Concat(Directory.GetFiles(disk.Path, "destroyed.jsonl", SearchOption.AllDirectories).Select(File.ReadAllText)),
            StringComparison.Ordinal
        );
        real.Stop();
        Assert.Equal([], real.Verify().Findings);
    }
}
