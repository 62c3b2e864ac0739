using System.Text;
using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

public sealed class HostileClientTests
{
    public static TheoryData<string> Nonsense =>
        [
            "\0\u0001\u0002\u0003 garbage\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "DESCRIBE rtsp://127.0.0.1/C1/main RTSP/1.0\r\nno colon here\r\n\r\n",
            "DESCRIBE rtsp://127.0.0.1/C1/main RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 99999999999\r\n\r\n",
            "DESCRIBE rtsp://127.0.0.1/C1/main RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -1\r\n\r\n",
            "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nX: " + new string('a', 200_000) + "\r\n\r\n",
            "OPTIONS * RTSP/1.0\r\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"X{i}: 1\r\n")) + "\r\n",
        ];

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Nonsense_IsRefusedAndTheNextClientIsServed(string request)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        await client.SendAsync(Encoding.Latin1.GetBytes(request));
        Assert.NotEqual("open", await client.EndAsync(TimeSpan.FromSeconds(10)));
        Assert.Empty(await Tools.DecodeAsync(server.RtspAddress("C1"), 1));
    }

    [Theory]
    [InlineData("DESCRIBE", "rtsp://127.0.0.1/../../etc/passwd", "404")]
    [InlineData("DESCRIBE", "not an address", "400")]
    [InlineData("PLAY", "rtsp://127.0.0.1/C1/main", "454")]
    [InlineData("SETUP", "rtsp://127.0.0.1/C1/main/trackID=99999", "404")]
    [InlineData("SETUP", "rtsp://127.0.0.1/C1/main/trackID=0", "461")]
    [InlineData("ANNOUNCE", "rtsp://127.0.0.1/C1/main", "501")]
    public async Task WrongRequest_GetsAStatus(string method, string target, string status)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        Assert.StartsWith($"RTSP/1.0 {status}", await client.AskAsync(method, target), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HalfARequest_IsCutOffAfterTenSeconds()
    {
        var time = new ManualTimeProvider();
        await using var server = await CameraSimulatorServer.StartAsync(
            new CameraSimulatorOptions { Cameras = [Simulator.Camera(Tools.Video("av-sync.mp4"))] },
            time,
            TestContext.Current.CancellationToken
        );
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        await client.AskAsync("OPTIONS", "*");
        await client.SendAsync(Encoding.ASCII.GetBytes("GET_PARAMETER rtsp://127.0.0.1/C1/main RTSP/1.0\r\nCS"));
        var end = client.EndAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return end.IsCompleted;
        });
        Assert.Equal("closed", await end);
    }

    [Fact]
    public async Task ClientThatNeverReads_LosesFramesInsteadOfFillingTheMemory()
    {
        var time = new ManualTimeProvider();
        await using var server = await CameraSimulatorServer.StartAsync(
            new CameraSimulatorOptions { Cameras = [Simulator.Camera(Tools.Video("C1_lights_off.mp4"))] },
            time,
            TestContext.Current.CancellationToken
        );
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        await client.PlayAsync(server.RtspAddress("C1"));
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
            return server.Camera("C1").DroppedFrames > 100;
        });
        var sent = server.Camera("C1").SentBytes;
        for (var i = 0; i < 100; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(500));
        }

        // What little sound fits in after the pictures were left out is all that may still come.
        Assert.InRange(server.Camera("C1").SentBytes - sent, 0, 1024 * 1024);
    }

    [Theory]
    [InlineData(59, "open")]
    [InlineData(70, "closed")]
    public async Task UdpClientThatIsSilent_IsEndedAfterTheSessionTimeout(int seconds, string expected)
    {
        var time = new ManualTimeProvider();
        await using var server = await CameraSimulatorServer.StartAsync(
            new CameraSimulatorOptions { Cameras = [Simulator.Camera(Tools.Video("av-sync.mp4"))] },
            time,
            TestContext.Current.CancellationToken
        );
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        var target = server.RtspAddress("C1").ToString();
        Assert.StartsWith(
            "RTSP/1.0 200",
            await client.AskAsync("SETUP", target + "/trackID=0", "Transport: RTP/AVP;unicast;client_port=9-10"),
            StringComparison.Ordinal
        );
        Assert.StartsWith("RTSP/1.0 200", await client.AskAsync("PLAY", target), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, await client.EndAsync(expected == "open" ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromSeconds(10)));
    }
}
