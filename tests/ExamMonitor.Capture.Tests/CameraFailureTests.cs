using System.Net;
using System.Net.Sockets;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Every way in which a camera refuses, as a sentence and a cause.</summary>
public sealed class CameraFailureTests(Clips clips)
{
    private static async Task<RunEnd> FailureOfAsync(CameraSource source, TimeSpan? timeout = null)
    {
        var probe = new CameraProbe(await RunningCamera.ToolsAsync(), TimeProvider.System);
        var result = await probe.AskAsync(source, null, timeout ?? TimeSpan.FromSeconds(15), CancellationToken.None);
        Assert.Null(result.Facts);
        Assert.NotEmpty(result.Failure!.Text.Zh);
        return result.Failure;
    }

    [Fact]
    public async Task Probe_WrongPassword_SaysAuthentication()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)], "viewer", "right");
        var failure = await FailureOfAsync(Recording.Camera(server.Address("/cam"), "viewer", "wr0ng-secret"));
        Assert.Equal(GapCause.Authentication, failure.Cause);
        Assert.Contains("refused user or password", failure.Text.En);
        Assert.DoesNotContain("wr0ng-secret", failure.Text.En);
    }

    [Fact]
    public async Task Probe_UnknownPath_SaysNotFound()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        var failure = await FailureOfAsync(Recording.Camera(server.Address("/elsewhere")));
        Assert.Equal((GapCause.Camera, true), (failure.Cause, failure.Text.En.Contains("no stream /elsewhere")));
    }

    [Fact]
    public async Task Probe_NobodyListens_SaysRefused()
    {
        var failure = await FailureOfAsync(Recording.Camera(new($"rtsp://127.0.0.1:{Loopback.FreePort()}/x")));
        Assert.Equal((GapCause.Network, true), (failure.Cause, failure.Text.En.Contains("connection refused")));
    }

    [Fact]
    public async Task Probe_UnknownName_SaysCannotBeResolved()
    {
        var failure = await FailureOfAsync(Recording.Camera(new("rtsp://no-such-camera.invalid/x")));
        Assert.Equal((GapCause.Network, true), (failure.Cause, failure.Text.En.Contains("cannot be resolved")));
    }

    [Fact]
    public async Task Probe_HostThatNeverAnswers_SaysSo()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var failure = await FailureOfAsync(
            Recording.Camera(new($"rtsp://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}/x")),
            TimeSpan.FromSeconds(3)
        );
        Assert.Equal((GapCause.Network, true), (failure.Cause, failure.Text.En.Contains("does not answer")));
    }

    [Fact]
    public async Task Probe_MotionJpegOnly_SaysWhatToSet()
    {
        await using var server = await GstRtspServer.StartAsync([
            new(
                "/cam",
                "( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=10/1 ! jpegenc ! rtpjpegpay name=pay0 pt=26 )"
            ),
        ]);
        var failure = await FailureOfAsync(Recording.Camera(server.Address("/cam")));
        Assert.Equal(GapCause.Camera, failure.Cause);
        Assert.Contains("mjpeg", failure.Text.En);
        Assert.Contains("H.264 or H.265", failure.Text.En);
    }

    [Fact]
    public async Task Probe_AudioOnly_SaysNoVideo()
    {
        await using var server = await GstRtspServer.StartAsync([
            new("/cam", "( audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay0 pt=8 )"),
        ]);
        var failure = await FailureOfAsync(Recording.Camera(server.Address("/cam")));
        Assert.Contains("no video", failure.Text.En);
    }

    [Fact]
    public async Task Probe_HttpServerInstead_SaysThatItIsNoRtsp()
    {
        using var web = new TcpListener(IPAddress.Loopback, 0);
        web.Start();
        _ = Task.Run(async () =>
        {
            using var client = await web.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        });
        var failure = await FailureOfAsync(
            Recording.Camera(new($"rtsp://127.0.0.1:{((IPEndPoint)web.LocalEndpoint).Port}/x")),
            TimeSpan.FromSeconds(5)
        );
        Assert.Equal((GapCause.Camera, true), (failure.Cause, failure.Text.En.Contains("does not speak RTSP")));
    }

    [Fact]
    public async Task Supervisor_RefusedPassword_IsSaidOnceAndTriedSlowly()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)], "viewer", "right");
        await using var camera = await RunningCamera.StartAsync(
            Recording.Camera(server.Address("/cam"), "viewer", "wrong"),
            new CaptureOptions { RefusedRetryDelay = TimeSpan.FromSeconds(1) }
        );
        await Eventually.TrueAsync(() => camera.Sink.Failures.Count >= 3);
        Assert.Single(camera.Sink.Log, l => l.Contains("refused user or password"));
        Assert.Equal(GapCause.Authentication, camera.Vitals.Failure!.Cause);
        // Two clocks are compared: the delay's runs steadily, that of the times may be slewed.
        Assert.InRange((camera.Sink.Failures.ElementAt(1).AtUtc - camera.Sink.Failures.First().AtUtc).TotalSeconds, 0.9, 60);
    }

    [Fact]
    public async Task Supervisor_CameraComesBack_RecordsWithinFiveSeconds()
    {
        var port = Loopback.FreePort();
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(new($"rtsp://127.0.0.1:{port}/cam")));
        await Eventually.TrueAsync(() => camera.Sink.Failures.Count >= 3);
        using var relay = new PlainRelay(port, server.Port);
        var since = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(() => !camera.Sink.Starts.IsEmpty);
        Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Supervisor_StreamFallsSilent_RunEndsWithCauseNetworkAndANewOneBegins()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        var port = Loopback.FreePort();
        using var relay = new PlainRelay(port, server.Port);
        await using var camera = await RunningCamera.StartAsync(
            Recording.Camera(new($"rtsp://127.0.0.1:{port}/cam")),
            new CaptureOptions { StallTimeout = TimeSpan.FromSeconds(3) }
        );
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2);
        relay.Stall();
        await Eventually.TrueAsync(() => !camera.Sink.Ends.IsEmpty, TimeSpan.FromSeconds(8));
        Assert.Equal(GapCause.Network, camera.Sink.Ends.First().Cause);
        relay.Resume();
        await Eventually.TrueAsync(() => camera.Sink.Starts.Count == 2);
    }
}
