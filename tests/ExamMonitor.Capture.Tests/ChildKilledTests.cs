using System.Diagnostics;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Contracts.Messages;
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
        var first = Stopwatch.StartNew();
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        await Eventually.TrueAsync(() => !camera.Sink.Starts.IsEmpty);
        // On a busy computer the promise is kept in multiples of what a start takes there.
        var limit = TimeSpan.FromSeconds(Math.Max(5, 2 * first.Elapsed.TotalSeconds));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2);
        var child = Process
            .GetProcessesByName("ffmpeg")
            .Single(p =>
                CameraCaptureTests.CommandLine(p.Id).Contains("-frag_duration")
                && CameraCaptureTests.ParentOf(p.Id) == Environment.ProcessId
            );
        child.Kill();
        var since = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => camera.Sink.Starts.Count == 2);
        Assert.True(since.Elapsed < limit, $"{since.Elapsed}, {limit} allowed");
        Assert.Single(camera.Sink.Ends);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(15)]
    [InlineData(19)]
    public async Task RecordingChild_KilledOrStopped_GapIsOurOwnAndRecordingGoesOn(int signal)
    {
        await using var server = await CameraSimulatorServer.StartAsync(
            new() { Cameras = [new() { Id = "C1", Clips = [clips.Normal] }] },
            TimeProvider.System
        );
        await using var camera = await RunningCamera.StartAsync(
            Recording.Camera(server.RtspAddress("C1")),
            new() { StallTimeout = TimeSpan.FromSeconds(3) }
        );
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2);
        var child = Process
            .GetProcessesByName("ffmpeg")
            .Single(p =>
                CameraCaptureTests.CommandLine(p.Id).Contains("-frag_duration")
                && CameraCaptureTests.ParentOf(p.Id) == Environment.ProcessId
            );
        using (var kill = Process.Start("kill", [FormattableString.Invariant($"-{signal}"), FormattableString.Invariant($"{child.Id}")]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => camera.Sink.Starts.Count == 2, TimeSpan.FromSeconds(60));
        Assert.Equal(GapCause.Agent, Assert.Single(camera.Sink.Ends).Cause);
    }

    [Theory]
    [InlineData(CameraFaultKind.Stall)]
    [InlineData(CameraFaultKind.Drop)]
    public async Task Camera_ThatFallsSilentOrHangsUp_IsNoFaultOfOurs(CameraFaultKind fault)
    {
        await using var server = await CameraSimulatorServer.StartAsync(
            new() { Cameras = [new() { Id = "C1", Clips = [clips.Normal] }] },
            TimeProvider.System
        );
        await using var camera = await RunningCamera.StartAsync(
            Recording.Camera(server.RtspAddress("C1")),
            new() { StallTimeout = TimeSpan.FromSeconds(3) }
        );
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2);
        await server.InjectAsync("C1", CameraFault.Of(fault));
        await Eventually.TrueAsync(() => !camera.Sink.Ends.IsEmpty, TimeSpan.FromSeconds(60));
        Assert.Equal(GapCause.Network, camera.Sink.Ends.First().Cause);
    }
}
