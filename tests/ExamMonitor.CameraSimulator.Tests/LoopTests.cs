using System.Globalization;
using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>What a real client sees where a clip begins again.</summary>
public sealed class LoopTests
{
    [Fact]
    public async Task Stream_BFramesAcrossManyLoops_HasNoJumpAndNoError()
    {
        using var folder = new TempFolder();
        var clip = await Tools.MakeClipAsync(folder.Path, "b.mp4", ["-c:v", "libx264", "-bf", "2", "-g", "25"], ["-c:a", "aac"]);
        await using var server = await Simulator.StartAsync(Simulator.Camera(clip));
        Assert.Empty(await Tools.DecodeAsync(server.RtspAddress("C1"), 9));
        var probed = await Tools.RunAsync(
            "ffprobe",
            TimeSpan.FromSeconds(60),
            "-v",
            "error",
            "-rtsp_transport",
            "tcp",
            "-read_intervals",
            "%+9",
            "-show_entries",
            "packet=stream_index,pts_time",
            "-of",
            "csv=p=0",
            server.RtspAddress("C1").ToString()
        );
        var times = Times(probed.Out, 0).Order().ToArray();
        Assert.True(times.Length > 200, $"{times.Length} pictures");
        Assert.All(times.Zip(times.Skip(1)).SkipLast(3), p => Assert.InRange(p.Second - p.First, 0.037, 0.043));
        var sound = Times(probed.Out, 1);
        Assert.All(sound.Zip(sound.Skip(1)), p => Assert.InRange(p.Second - p.First, 0.009, 0.034));
    }

    [Fact]
    public async Task Stream_G711FromAQuickTimeFile_Decodes()
    {
        using var folder = new TempFolder();
        var clip = await Tools.MakeClipAsync(folder.Path, "alaw.mov", ["-c:v", "libx264", "-g", "25"], ["-c:a", "pcm_alaw", "-ar", "8000"]);
        await using var server = await Simulator.StartAsync(Simulator.Camera(clip));
        Assert.Empty(await Tools.DecodeAsync(server.RtspAddress("C1"), 5));
    }

    private static double[] Times(string packets, int stream) =>
        [
            .. packets
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(r => r.Split(','))
                .Where(r => r[0] == stream.ToString(CultureInfo.InvariantCulture) && r[1] != "N/A")
                .Select(r => double.Parse(r[1], CultureInfo.InvariantCulture)),
        ];
}
