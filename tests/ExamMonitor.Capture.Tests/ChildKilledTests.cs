using System.Diagnostics;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Tests that look for their child among this process's: no other camera may run beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class ChildKilledTests(Clips clips)
{
    [Fact]
    public async Task ChildKilled_RunEndsAndTheNextBeginsWithinFiveSeconds()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2);
        var child = Process.GetProcessesByName("ffmpeg").Single(p => CameraCaptureTests.CommandLine(p.Id).Contains("-frag_duration") && CameraCaptureTests.ParentOf(p.Id) == Environment.ProcessId);
        child.Kill();
        var since = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => camera.Sink.Starts.Count == 2);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), since.Elapsed.ToString());
        Assert.Single(camera.Sink.Ends);
    }
}
