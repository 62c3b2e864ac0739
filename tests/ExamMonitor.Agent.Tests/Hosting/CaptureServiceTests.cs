using ExamMonitor.Capture;
using ExamMonitor.Contracts;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Hosting.Parts;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Hosting;

public sealed class CaptureServiceTests
{
    [Fact]
    public async Task Camera_WhoseSwitchFails_IsNotLeftUnrecordedInSilence()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["volume"]);
        var options = new FootageOptions
        {
            VolumePath = folder["volume"],
            IndexPath = folder["footage.db"],
            Site = SiteId.Of("S1"),
        };
        await using var archive = await FootageArchive.OpenAsync(
            options,
            null,
            TimeProvider.System,
            NullLogger<FootageArchive>.Instance,
            CancellationToken.None
        );
        var broken = (Switch(archive, "C1"), (Func<DateTimeOffset, bool>)(_ => throw new InvalidOperationException("Our own fault.")));
        var resting = (Switch(archive, "C2"), (Func<DateTimeOffset, bool>)(_ => false));
        using var service = new CaptureService([broken, resting], NullLogger<CaptureService>.Instance);
        using var host = new StoppingHost();
        var failures = new PartFailures(host, NullLogger<PartFailures>.Instance);
        await service.StartAsync(CancellationToken.None);
        failures.Watch("cameras", service);
        // By the failure, and not only when the last camera has ended: the host stops, and is started again.
        await Eventually.TrueAsync(() => failures.Any && host.ApplicationStopping.IsCancellationRequested);
        await service.StopAsync(CancellationToken.None);
    }

    private sealed class StoppingHost : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }

    private static CameraSwitch Switch(FootageArchive archive, string id)
    {
        var (room, camera) = (RoomId.Of("R1"), CameraId.Of(id));
        var pipeline = new CameraPipeline(archive.Recorder(room, camera), NoPictures.Instance, TimeProvider.System);
        var context = new CaptureContext(new("ffmpeg", "ffprobe", "0"), new(), TimeProvider.System, NullLogger.Instance);
        return new(
            () => new CameraSupervisor(context, new CameraSource(room, camera, new("rtsp://127.0.0.1:1/none")), pipeline),
            pipeline,
            TimeProvider.System
        );
    }
}
