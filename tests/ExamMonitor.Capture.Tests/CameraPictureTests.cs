using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Pictures for analysis beside the recording, and who waits for whom: real ffmpeg against a real RTSP server.</summary>
public sealed class CameraPictureTests(Clips clips)
{
    [Fact]
    public async Task Pictures_TakerBlocks_RecordingGoesOnAndDropsAreCounted()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")) with { AnalysisSize = new(1280, 960) });
        camera.Sink.PictureGate.Reset();
        // 1.8 MB a picture: a pipe that nobody drains is full after one.
        await Eventually.TrueAsync(() => camera.Vitals.PicturesDropped >= 3 && camera.Sink.Fragments.Count >= 6);
        Assert.Empty(camera.Sink.Pictures);
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task Pictures_OfAKeyFrame_ArriveWithItNotOneGopLater()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.LongGop)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        await Eventually.TrueAsync(() => !camera.Sink.Pictures.IsEmpty, TimeSpan.FromSeconds(5.5));
        Assert.True(camera.Sink.Pictures.First().Seconds < 0.1);
    }

    [Fact]
    public async Task SubStreamFails_RecordingRunsAndPicturesFallBackToTheMainStream()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        var source = Recording.Camera(server.Address("/cam")) with { AnalysisAddress = server.Address("/none"), AnalysisSize = new(320, 240) };
        await using var camera = await RunningCamera.StartAsync(source);
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 4 && camera.Sink.Pictures.Count >= 2);
        Assert.Contains("no stream /none", camera.Vitals.AnalysisFailure!.En);
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task SubStream_GivesThePictures()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.LongGop), GstMount.File("/sub", clips.Normal, audio: false)]);
        var source = Recording.Camera(server.Address("/cam")) with { AnalysisAddress = server.Address("/sub") };
        await using var camera = await RunningCamera.StartAsync(source);
        // The main stream has a key frame every 6 s only.
        await Eventually.TrueAsync(() => camera.Sink.Pictures.Count >= 3 && !camera.Sink.Fragments.IsEmpty, TimeSpan.FromSeconds(9));
        Assert.Null(camera.Vitals.AnalysisFailure);
    }

    [Fact]
    public async Task WriterTooSlow_RunEndsWithCauseDisk()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")), new CaptureOptions { WriterBacklogBytes = 200_000 });
        var release = new TaskCompletionSource();
        camera.Sink.OnFragment = _ => release.Task;
        await Eventually.TrueAsync(() => !camera.Sink.Ends.IsEmpty);
        release.SetResult();
        Assert.Equal(GapCause.Disk, camera.Sink.Ends.First().Cause);
    }
}
