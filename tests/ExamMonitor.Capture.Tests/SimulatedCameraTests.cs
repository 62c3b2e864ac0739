using System.Diagnostics;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>What cameras do wrong, by the simulator.</summary>
public sealed class SimulatedCameraTests(Clips clips)
{
    private const string Id = "C1";

    private async Task<CameraSimulatorServer> CameraAsync(string clip, SimulatedTransport transport = SimulatedTransport.Any) =>
        await CameraSimulatorServer.StartAsync(
            new()
            {
                Cameras =
                [
                    new()
                    {
                        Id = Id,
                        Clips = [clip],
                        Transport = transport,
                        UserName = "viewer",
                        Password = "secret-word",
                    },
                ],
                SenderReportSeconds = 0.5,
            },
            TimeProvider.System
        );

    private static CameraSource Source(CameraSimulatorServer server, RtspTransport transport = RtspTransport.Tcp) =>
        Recording.Camera(server.RtspAddress(Id), "viewer", "secret-word") with
        {
            Transport = transport,
            AnalysisSize = new(320, 240),
        };

    [Fact]
    public async Task JoinedMidGroup_BeginsWithTheNextKeyFrame()
    {
        await using var server = await CameraAsync(clips.LongGop);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.MidGroup));
        await using var camera = await RunningCamera.StartAsync(Source(server));
        await Eventually.TrueAsync(() => !camera.Sink.Fragments.IsEmpty);
        Assert.True(camera.Sink.Fragments.First().Fragment.StartsWithSync);
        Assert.Empty(camera.Sink.Failures);
    }

    [Fact]
    public async Task CameraUnreachableForAWhile_IsBackWithinFiveSecondsOfItsReturn()
    {
        await using var server = await CameraAsync(clips.Normal);
        await using var camera = await RunningCamera.StartAsync(Source(server));
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
        await using var server = await CameraAsync(clips.Normal);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Clock, Milliseconds = 7000 });
        await using (var camera = await RunningCamera.StartAsync(Source(server)))
        {
            await Eventually.TrueAsync(() => camera.Vitals.ClockOffsetMs is not null);
            Assert.InRange(camera.Vitals.ClockOffsetMs!.Value, 6700, 7200);
        }

        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.NoSenderReports));
        await using var silent = await RunningCamera.StartAsync(Source(server));
        await Eventually.TrueAsync(() => silent.Sink.Fragments.Count >= 5);
        Assert.Null(silent.Vitals.ClockOffsetMs);
    }

    [Fact]
    public async Task CorruptPayload_RecordingGoesOn()
    {
        await using var server = await CameraAsync(clips.Normal);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Corrupt, Percent = 20 });
        await using var camera = await RunningCamera.StartAsync(Source(server));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 6 && camera.Vitals.DecodeErrors > 0);
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task PasswordChangedWhileRunning_CauseBecomesAuthentication()
    {
        await using var server = await CameraAsync(clips.Normal);
        await using var camera = await RunningCamera.StartAsync(Source(server), new() { RefusedRetryDelay = TimeSpan.FromSeconds(1) });
        await Eventually.TrueAsync(() => !camera.Sink.Fragments.IsEmpty);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.WrongPassword));
        await Eventually.TrueAsync(() => camera.Vitals.Failure?.Cause == GapCause.Authentication);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.Ok));
        await Eventually.TrueAsync(() => camera.Sink.Starts.Count == 2);
    }

    [Fact]
    public async Task UdpWithLossAndJitter_RecordsOn()
    {
        await using var server = await CameraAsync(clips.Normal);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Loss, Percent = 5 });
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Jitter, Milliseconds = 20 });
        await using var camera = await RunningCamera.StartAsync(Source(server, RtspTransport.Udp));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 4 && camera.Vitals.PacketsLost > 0);
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task WrongDeclaredRate_MeasuredRateIsTold()
    {
        await using var server = await CameraAsync(clips.Normal);
        await server.InjectAsync(
            Id,
            new()
            {
                Kind = CameraFaultKind.Declare,
                FramesPerSecond = 5,
                KilobitsPerSecond = 1,
            }
        );
        await using var camera = await RunningCamera.StartAsync(Source(server));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 5);
        Assert.InRange(camera.Vitals.FramesPerSecond!.Value, 23, 27);
    }
}
