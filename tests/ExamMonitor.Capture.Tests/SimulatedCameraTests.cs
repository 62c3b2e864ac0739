using System.Diagnostics;
using ExamMonitor.CameraSimulator;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>What cameras do wrong, by the simulator.</summary>
public sealed class SimulatedCameraTests(Clips clips)
{
    private const string Id = SimulatedCamera.Id;

    [Fact]
    public async Task JoinedMidGroup_BeginsWithTheNextKeyFrame()
    {
        await using var server = await SimulatedCamera.StartAsync(clips.LongGop);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.MidGroup));
        await using var camera = await RunningCamera.StartAsync(SimulatedCamera.Source(server));
        await Eventually.TrueAsync(() => !camera.Sink.Fragments.IsEmpty);
        Assert.True(camera.Sink.Fragments.First().Fragment.StartsWithSync);
        Assert.Empty(camera.Sink.Failures);
    }

    [Fact]
    public async Task CameraUnreachableForAWhile_IsBackWithinFiveSecondsOfItsReturn()
    {
        await using var server = await SimulatedCamera.StartAsync(clips.Normal);
        await using var camera = await RunningCamera.StartAsync(SimulatedCamera.Source(server));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.Unreachable));
        await Eventually.TrueAsync(() => camera.Vitals.FailuresInARow >= 4);
        Assert.Contains("connection refused", camera.Vitals.Failure!.Text.En);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.Ok));
        var since = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => camera.Vitals.State == CaptureState.Running);
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(5), since.Elapsed.ToString());
        TestContext.Current.TestOutputHelper?.WriteLine($"back after {since.Elapsed.TotalSeconds:0.00} s");
    }

    [Fact]
    public async Task CameraClockAhead_IsMeasuredAndWithoutReportsUnknown()
    {
        await using var server = await SimulatedCamera.StartAsync(clips.Normal);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Clock, Milliseconds = 7000 });
        await using (var camera = await RunningCamera.StartAsync(SimulatedCamera.Source(server)))
        {
            await Eventually.TrueAsync(() => camera.Vitals.ClockOffsetMs is not null);
            Assert.InRange(camera.Vitals.ClockOffsetMs!.Value, 6700, 7200);
        }

        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.NoSenderReports));
        await using var silent = await RunningCamera.StartAsync(SimulatedCamera.Source(server));
        await Eventually.TrueAsync(() => silent.Sink.Fragments.Count >= 5);
        Assert.Null(silent.Vitals.ClockOffsetMs);
    }
}
