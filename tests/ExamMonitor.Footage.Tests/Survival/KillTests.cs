using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

public sealed class KillTests
{
    /// <summary>As many as fit into a test run; <c>exam-monitor-benchmarks footage-kill 1000</c> does a thousand.</summary>
    private const int Kills = 16;

    [Fact]
    public async Task Writer_KilledAgainAndAgain_LosesNothingThatWasWritten()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(
            folder["clip.mp4"],
            await new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64").BytesAsync()
        );
        var report = await KillLoop.RunAsync(folder.Path, folder["clip.mp4"], Kills, [Environment.ProcessPath!], seed: 11);
        Assert.Equal(Kills, report.Kills);
        Assert.True(report.Recovered >= Kills / 2, $"{report.Recovered} recovered");
        Assert.True(report.Segments > Kills * 2, $"{report.Segments} segments");
    }
}
