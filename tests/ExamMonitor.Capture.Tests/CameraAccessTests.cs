using ExamMonitor.CameraSimulator;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Passwords never go in clear and never to another address; why there is no stream is the newest that is certain.</summary>
public sealed class CameraAccessTests(Clips clips)
{
    private const string Id = "C1";

    private async Task<CameraSimulatorServer> CameraAsync(CameraFault? fault = null)
    {
        var server = await CameraSimulatorServer.StartAsync(
            new()
            {
                Cameras =
                [
                    new()
                    {
                        Id = Id,
                        Clips = [clips.Normal],
                        UserName = "viewer",
                        Password = "secret-word",
                    },
                ],
            },
            TimeProvider.System
        );
        if (fault is not null)
            await server.InjectAsync(Id, fault);
        return server;
    }

    private static CameraSource Source(CameraSimulatorServer server) =>
        Recording.Camera(server.RtspAddress(Id), "viewer", "secret-word") with
        {
            AnalysisSize = new(320, 240),
        };

    private static async Task<ProbeResult> AskAsync(CameraSource source, int seconds = 8) =>
        await new CameraProbe(await RunningCamera.ToolsAsync(), TimeProvider.System).AskAsync(
            source,
            null,
            TimeSpan.FromSeconds(seconds),
            CancellationToken.None
        );

    [Fact]
    public async Task BasicCamera_GetsNoPasswordUnlessThatIsAllowed()
    {
        await using var server = await CameraAsync(CameraFault.Of(CameraFaultKind.Basic));
        var refused = await AskAsync(Source(server));
        Assert.Equal(GapCause.Authentication, refused.Failure!.Cause);
        Assert.Contains("in clear", refused.Failure.Text.En);
        Assert.Empty(server.Overheard(Id));
        var allowed = await AskAsync(Source(server) with { AllowPasswordInClear = true });
        Assert.Equal("h264", allowed.Facts!.VideoCodec);
        Assert.NotEmpty(server.Overheard(Id));
    }

    [Fact]
    public async Task RedirectToAnotherAddress_TakesNoPasswordAlong()
    {
        await using var other = await CameraAsync(CameraFault.Of(CameraFaultKind.Basic));
        await using var camera = await CameraAsync(new() { Kind = CameraFaultKind.Redirect, Address = other.RtspAddress(Id) });
        var answer = await AskAsync(Source(camera) with { AllowPasswordInClear = true });
        Assert.Equal(GapCause.Authentication, answer.Failure!.Cause);
        Assert.Contains("was not sent there", answer.Failure.Text.En);
        Assert.Empty(other.Overheard(Id));
    }

    [Fact]
    public async Task RedirectsInACircle_EndAfterThree()
    {
        await using var camera = await CameraAsync();
        await camera.InjectAsync(Id, new() { Kind = CameraFaultKind.Redirect, Address = camera.RtspAddress(Id) });
        var answer = await AskAsync(Source(camera));
        Assert.Equal(GapCause.Camera, answer.Failure!.Cause);
        Assert.Contains("more than 3 times", answer.Failure.Text.En);
    }

    [Theory]
    [InlineData(CameraFaultKind.Garbage, GapCause.Camera, "does not speak RTSP")]
    [InlineData(CameraFaultKind.Unreachable, GapCause.Network, "connection refused")]
    [InlineData(CameraFaultKind.WrongPassword, GapCause.Authentication, "refused user or password")]
    [InlineData(CameraFaultKind.Refuse, GapCause.Camera, "no further session")]
    [InlineData(CameraFaultKind.Stall, GapCause.Camera, "sends nothing")]
    [InlineData(CameraFaultKind.Hang, GapCause.Network, "does not answer")]
    public async Task CameraThatRefuses_IsToldByTheNewestCertainReason(CameraFaultKind fault, GapCause cause, string words)
    {
        await using var server = await CameraAsync(CameraFault.Of(fault));
        await using var camera = await RunningCamera.StartAsync(
            Source(server),
            new() { ConnectTimeout = TimeSpan.FromSeconds(5), StallTimeout = TimeSpan.FromSeconds(3) }
        );
        await Eventually.TrueAsync(
            () => camera.Vitals.Failure?.Text.En.Contains(words, StringComparison.Ordinal) == true,
            TimeSpan.FromSeconds(20)
        );
        Assert.Equal(cause, camera.Vitals.Failure!.Cause);
    }

    [Fact]
    public async Task CameraWithoutKeyFrame_IsNotUnreachableAndIsRecordedOnceOneComes()
    {
        await using var server = await CameraAsync(CameraFault.Of(CameraFaultKind.MidGroup));
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.NoKeyFrame));
        await using var camera = await RunningCamera.StartAsync(
            Source(server),
            new() { ConnectTimeout = TimeSpan.FromSeconds(5), StallTimeout = TimeSpan.FromSeconds(3) }
        );
        await Eventually.TrueAsync(() => camera.Vitals.Failure is not null, TimeSpan.FromSeconds(20));
        Assert.Contains("no key frame yet", camera.Vitals.Failure!.Text.En);
        await Task.Delay(TimeSpan.FromSeconds(6), TimeProvider.System, TestContext.Current.CancellationToken);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.Ok));
        await Eventually.TrueAsync(() => !camera.Sink.Fragments.IsEmpty, TimeSpan.FromSeconds(20));
        Assert.Single(camera.Sink.Starts);
        Assert.All(camera.Sink.Failures, f => Assert.Contains("no key frame yet", f.Text.En));
    }
}
