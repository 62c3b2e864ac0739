using ExamMonitor.CameraSimulator;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>What goes wrong while a stream runs, by the simulator.</summary>
public sealed class SimulatedStreamTests(Clips clips)
{
    private const string Id = SimulatedCamera.Id;

    [Fact]
    public async Task CorruptPayload_RecordingGoesOn()
    {
        await using var server = await SimulatedCamera.StartAsync(clips.Normal);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Corrupt, Percent = 20 });
        await using var camera = await RunningCamera.StartAsync(SimulatedCamera.Source(server));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 6, TimeSpan.FromSeconds(40));
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task UdpWithLossAndJitter_RecordsOn()
    {
        await using var server = await SimulatedCamera.StartAsync(clips.Normal);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Loss, Percent = 1 });
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Jitter, Milliseconds = 20 });
        await using var camera = await RunningCamera.StartAsync(SimulatedCamera.Source(server, RtspTransport.Udp));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 4);
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task WrongDeclaredRate_MeasuredRateIsTold()
    {
        await using var server = await SimulatedCamera.StartAsync(clips.Normal);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Declare, FramesPerSecond = 5, KilobitsPerSecond = 1 });
        await using var camera = await RunningCamera.StartAsync(SimulatedCamera.Source(server));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 5);
        Assert.InRange(camera.Vitals.FramesPerSecond!.Value, 23, 27);
    }

    [Fact]
    public async Task PasswordChangedWhileRunning_CauseBecomesAuthentication()
    {
        await using var server = await SimulatedCamera.StartAsync(clips.Normal);
        await using var camera = await RunningCamera.StartAsync(SimulatedCamera.Source(server), new() { RefusedRetryDelay = TimeSpan.FromSeconds(1) });
        await Eventually.TrueAsync(() => !camera.Sink.Fragments.IsEmpty);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.WrongPassword));
        await Eventually.TrueAsync(() => camera.Vitals.Failure?.Cause == GapCause.Authentication);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.Ok));
        await Eventually.TrueAsync(() => camera.Sink.Starts.Count == 2);
    }
}
