using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>Faults as the real ffmpeg meets them.</summary>
public sealed class FaultDecodingTests
{
    [Fact]
    public async Task Play_OtherClip_IsDecodedWithoutErrorAndOkBringsTheOldOneBack()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        var decoded = Tools.DecodeAsync(server.RtspAddress("C1"), 7);
        await Eventually.TrueAsync(() => server.Camera("C1").Clients == 1);
        await server.InjectAsync("C1", CameraFault.Play("C1_lights_off.mp4"));
        await Eventually.TrueAsync(() => server.Camera("C1").Clip == "C1_lights_off.mp4");
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        await Eventually.TrueAsync(() => server.Camera("C1").Clip == Simulator.Normal);
        Assert.Empty(await decoded);
    }

    [Fact]
    public async Task WrongPassword_RefusesTheRightOneUntilOk()
    {
        await using var server = await Simulator.StartAsync(
            new SimulatedCamera
            {
                Id = "C1",
                Clips = ["av-sync.mp4"],
                UserName = "viewer",
                Password = "secret",
            }
        );
        var address = server.RtspAddress("C1").WithLogIn("viewer", "secret");
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.WrongPassword));
        Assert.Contains("401", await Tools.DecodeAsync(address, 1), StringComparison.Ordinal);
        await server.InjectAsync("C1", CameraFault.Of(CameraFaultKind.Ok));
        Assert.Empty(await Tools.DecodeAsync(address, 1));
    }

    [Fact]
    public async Task Corrupt_SpoilsThePicture()
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        await server.InjectAsync("C1", new CameraFault { Kind = CameraFaultKind.Corrupt, Percent = 30 });
        Assert.NotEmpty(await Tools.DecodeAsync(server.RtspAddress("C1"), 4));
    }

    [Theory]
    [InlineData(CameraFaultKind.Loss)]
    [InlineData(CameraFaultKind.Jitter)]
    public async Task UdpFaults_LeaveTcpAlone(CameraFaultKind kind)
    {
        await using var server = await Simulator.StartAsync(Simulator.Camera());
        await server.InjectAsync(
            "C1",
            new CameraFault
            {
                Kind = kind,
                Percent = 30,
                Milliseconds = 300,
            }
        );
        var tcp = Tools.DecodeAsync(server.RtspAddress("C1"), 4);
        var udp = Tools.RunAsync(
            "ffmpeg",
            TimeSpan.FromSeconds(90),
            "-v",
            "warning",
            "-rtsp_transport",
            "udp",
            "-reorder_queue_size",
            "0",
            "-i",
            server.RtspAddress("C1").ToString(),
            "-t",
            "4",
            "-f",
            "null",
            "-"
        );
        Assert.Empty(await tcp);
        Assert.NotEmpty((await udp).Error);
    }
}
