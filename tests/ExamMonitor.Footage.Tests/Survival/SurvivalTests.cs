using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

public sealed class SurvivalTests
{
    /// <summary>As many as fit into a test run; <c>exam-monitor-benchmarks survival 1000 200</c> does a thousand.</summary>
    private const int Kills = 12;

    private const int Faults = 12;

    [Fact]
    public async Task Writer_KilledWhileDiskAndClockFail_LosesNothingCommittedAndNothingIsCalledForged()
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["clip.mp4"], await new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64").BytesAsync(), TestContext.Current.CancellationToken);
        var report = await SurvivalLoop.RunAsync(folder["agent"], folder["clip.mp4"], Kills, Faults, [Environment.ProcessPath!], seed: 5, each: 4);
        Assert.True(report.Kills >= Kills && report.Faults == Faults, $"{report.Kills} kills, {report.Faults} faults");
        Assert.True(report.Seen > Kills * 2, $"{report.Seen} segments");
        Assert.True(report is { Verifications: > 2, FullChecks: > 2 }, $"{report.Verifications} verifications");
    }
}
