using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>Cameras record onto a small real disk until it is full; what was whole stays whole, and nothing is called changed.</summary>
public sealed class FullDiskTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RealDisk_RecordedUntilFullAndStopped_VerifyFindsEverythingIntact(bool ext4)
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        using var disk = ext4 ? SmallDisk.Ext4(12) : SmallDisk.Tmpfs(6);
        using var real = await RealDisk.NewAsync(disk);
        real.Open();
        var seconds = real.RecordUntilFull();
        for (var i = 0; i < 30; i++) real.Second();
        real.Stop();
        var report = real.Verify();
        Assert.True(report.ContentIntact && report.OrderProved, string.Join('\n', report.Findings));
        Assert.InRange(report.Segments, seconds / 6, seconds);
        // A torn fragment of each camera is all that is lost before the first failure.
        Assert.True(real.HeldSeconds() >= 2 * (seconds - 2), $"{seconds} s of two cameras, {real.HeldSeconds()} s held");
    }
}
