using System.Net.Sockets;
using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>Each fault does what it says, and ends.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Play_ClipOfAnotherCodecOrMissing_IsRefused()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        await Assert.ThrowsAsync<InvalidConfigurationException>(() => server.InjectAsync("C1", CameraFault.Play("C1_normal_h265.mp4")));
        await Assert.ThrowsAsync<Clips.InvalidClipException>(() => server.InjectAsync("C1", CameraFault.Play("nothing.mp4")));
        Assert.Empty(server.Camera("C1").Faults);
    }

    [Fact]
    public async Task Stall_KeepsTheConnectionAndSendsNothingUntilOk()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        using var client = await PlayingAsync(server);
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Stall));
        Assert.StartsWith(
            "RTSP/1.0 200",
            await client.AskAsync("GET_PARAMETER", server.RtspAddress("C1").ToString()),
            StringComparison.Ordinal
        );
        var sent = server.Camera("C1").SentBytes;
        Assert.Equal("open", await client.EndAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal(sent, server.Camera("C1").SentBytes);
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        await Eventually.TrueAsync(() => server.Camera("C1").SentBytes > sent);
    }

    [Fact]
    public async Task Hang_AcceptsButAnswersNothing()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Hang));
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        var answer = client.AskAsync("OPTIONS", server.RtspAddress("C1").ToString());
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        Assert.False(answer.IsCompleted);
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        Assert.StartsWith("RTSP/1.0 200", await answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "closed")]
    [InlineData(true, "reset")]
    public async Task Drop_EndsConnectionsOnceWithByeOrReset(bool reset, string expected)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        using var client = await PlayingAsync(server);
        await server.InjectAsync("C1", new CameraFault { Kind = CameraFaultKind.Drop, Reset = reset });
        Assert.Equal(expected, await client.EndAsync(Soon));
        Assert.Equal(!reset, client.SaidBye());
        (await PlayingAsync(server)).Dispose();
    }

    [Theory]
    [InlineData(0, 503)]
    [InlineData(453, 453)]
    [InlineData(404, 404)]
    public async Task Refuse_AnswersWithTheStatus(int status, int expected)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", new CameraFault { Kind = CameraFaultKind.Refuse, Status = status });
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        Assert.StartsWith(
            $"RTSP/1.0 {expected} ",
            await client.AskAsync("DESCRIBE", server.RtspAddress("C1").ToString()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Unreachable_ClosesThePortAndOkOpensTheSameOne()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"), Simulator.Camera("av-sync.mp4", "C2"));
        using var client = await PlayingAsync(server);
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Unreachable));
        Assert.Equal("reset", await client.EndAsync(Soon));
        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(server.RtspAddress("C1")));
        (await PlayingAsync(server, "C2")).Dispose();
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        (await PlayingAsync(server)).Dispose();
    }

    [Fact]
    public async Task Unreachable_OnASharedPort_ResetsOnlyWhoAsksForThatCamera()
    {
        var port = 0;
        using (var free = new TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        }

        await using var server = await Simulator.StartAsync(
            new SimulatedCamera
            {
                Id = "C1",
                Port = port,
                Clips = ["av-sync.mp4"],
            },
            new SimulatedCamera
            {
                Id = "C2",
                Port = port,
                Clips = ["av-sync.mp4"],
            }
        );
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Unreachable));
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes($"DESCRIBE {server.RtspAddress("C1")} RTSP/1.0\r\nCSeq: 1\r\n\r\n"));
        Assert.Equal("reset", await client.EndAsync(Soon));
        (await PlayingAsync(server, "C2")).Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-90_000)]
    [InlineData(3_600_000)]
    public async Task Clock_OffsetShowsInTheSenderReports(double milliseconds)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", new CameraFault { Kind = CameraFaultKind.Clock, Milliseconds = milliseconds });
        using var client = await PlayingAsync(server);
        var first = await client.ReportAsync();
        var second = await client.ReportAsync();
        Assert.InRange((second.Clock - TimeProvider.System.GetUtcNow()).TotalMilliseconds - milliseconds, -500, 100);
        Assert.InRange(((second.Rtp - first.Rtp) / 90_000.0) - (second.Clock - first.Clock).TotalSeconds, -0.005, 0.005);
    }

    [Fact]
    public async Task NoSenderReports_SendsNone()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.NoSenderReports));
        using var client = await PlayingAsync(server);
        for (var i = 0; i < 80; i++)
        {
            Assert.Equal(0, (await client.PacketAsync()).Channel % 2);
        }
    }

    [Fact]
    public async Task Lag_DelaysPicturesAndReportsAlike()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", new CameraFault { Kind = CameraFaultKind.Lag, Milliseconds = 1500 });
        using var client = await PlayingAsync(server);
        await client.ReportAsync();
        var report = await client.ReportAsync();
        Assert.InRange((TimeProvider.System.GetUtcNow() - report.Clock).TotalMilliseconds, 1490, 2200);
    }

    [Fact]
    public async Task Declare_ShowsInTheSessionDescription()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        using var client = await RawClient.ConnectAsync(server.RtspAddress("C1"));
        Assert.Contains(
            "a=framerate:12.5\r\n",
            await client.AskAsync("DESCRIBE", server.RtspAddress("C1").ToString()),
            StringComparison.Ordinal
        );
        await server.InjectAsync(
            "C1",
            new CameraFault
            {
                Kind = CameraFaultKind.Declare,
                FramesPerSecond = 50,
                KilobitsPerSecond = 64,
            }
        );
        var wrong = await client.AskAsync("DESCRIBE", server.RtspAddress("C1").ToString());
        Assert.Contains("a=framerate:50\r\n", wrong, StringComparison.Ordinal);
        Assert.Contains("b=AS:64\r\n", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MidGroup_BeginsWithAPictureThatIsNoKeyFrame()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.MidGroup));
        var firsts = new HashSet<int>();
        for (var i = 0; i < 5; i++)
        {
            using var client = await PlayingAsync(server);
            (int Channel, byte[] Bytes) packet;
            do
            {
                packet = await client.PacketAsync();
            } while (packet.Channel != 0);
            firsts.Add(packet.Bytes[12] & 0x1F);
        }

        Assert.Contains(1, firsts);
    }

    [Fact]
    public async Task Restart_CutsEachClientOffAgainAndAgain()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", new CameraFault { Kind = CameraFaultKind.Restart, Seconds = 1 });
        for (var i = 0; i < 2; i++)
        {
            using var client = await PlayingAsync(server);
            Assert.Equal("closed", await client.EndAsync(Soon));
            Assert.True(client.SaidBye());
        }
    }

    [Fact]
    public async Task Faults_OfDifferentKinds_AddUpAndOkEndsAll()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera("av-sync.mp4"));
        await server.InjectAsync("C1", new CameraFault { Kind = CameraFaultKind.Lag, Milliseconds = 100 });
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Stall));
        Assert.Equal(2, server.Camera("C1").Faults.Count);
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        Assert.Empty(server.Camera("C1").Faults);
    }

    private static async Task<RawClient> PlayingAsync(CameraSimulatorServer server, string camera = "C1")
    {
        var client = await RawClient.ConnectAsync(server.RtspAddress(camera));
        await client.PlayAsync(server.RtspAddress(camera));
        return client;
    }
}
