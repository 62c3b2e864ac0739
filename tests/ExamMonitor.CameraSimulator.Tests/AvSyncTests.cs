using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>Sound against picture, as recorded by the real ffmpeg.</summary>
public sealed class AvSyncTests
{
    [Theory]
    [InlineData("pcma", SimulatedAudio.Pcma)]
    [InlineData("pcmu", SimulatedAudio.Pcmu)]
    [InlineData("aac", SimulatedAudio.Clip)]
    public async Task Stream_ClickAndFlash_ComeTogether(string name, SimulatedAudio audio)
    {
        using var folder = new TempFolder();
        await using var server = await Simulator.StartAsync(
            new SimulatedCamera
            {
                Id = "AV",
                Clips = ["av-sync.mp4"],
                Audio = audio,
            }
        );
        var recorded = Path.Combine(folder.Path, name + ".mkv");
        var made = await Tools.RunAsync(
            "ffmpeg",
            TimeSpan.FromSeconds(40),
            "-v",
            "error",
            "-rtsp_transport",
            "tcp",
            "-i",
            server.RtspAddress("AV").ToString(),
            "-t",
            "5",
            "-c",
            "copy",
            recorded
        );
        Assert.Empty(made.Error.Trim());
        var offsets = await AvOffset.MeasureAsync(recorded);
        Assert.True(offsets.Count >= 3, $"{offsets.Count} flashes with a click");
        Assert.All(offsets, o => Assert.InRange(o, -0.012, 0.012));
    }
}
