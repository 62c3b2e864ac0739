using ExamMonitor.CameraSimulator;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

public sealed class SubStreamTests(Clips clips)
{
    [Fact]
    public async Task Taker_ThatThrowsOnce_CostsAPictureAndNotTheCamerasAnalysis()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var folder = new TempFolder();
        var script = folder["ffmpeg"];
        await File.WriteAllTextAsync(
            script,
            "#!/bin/sh\nexec ffmpeg -v error -nostdin -f lavfi -i testsrc2=s=64x64:r=5:d=1 -pix_fmt yuv420p -c:v rawvideo -f nut pipe:1\n"
        );
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var log = new Recording();
        var context = new CaptureContext(new(script, "ffprobe", "0"), new(), TimeProvider.System, log);
        await using var server = await CameraSimulatorServer.StartAsync(
            new() { Cameras = [new() { Id = "C1", Clips = [clips.Normal] }] },
            TimeProvider.System
        );
        var source = Recording.Camera(new("rtsp://cam/main")) with
        {
            AnalysisAddress = server.RtspAddress("C1"),
            AnalysisSize = new(64, 64),
        };
        using var snapshots = new KeyFrameSnapshot(context.Tools, context.Time);
        var sink = new ThrowingOnce();
        using var stop = new CancellationTokenSource();
        var loop = new SubStreamLoop(context, source, new PictureTaker(context, source, sink, new(context.Time), snapshots)).RunAsync(
            source.AnalysisAddress,
            stop.Token
        );
        await Eventually.TrueAsync(() => sink.Pictures > 3 || loop.IsCompleted);
        Assert.False(loop.IsCompleted, loop.Exception?.ToString());
        await stop.CancelAsync();
        await loop;
    }

    /// <summary>Breaks its word not to throw, once.</summary>
    private sealed class ThrowingOnce : ICameraSink
    {
        public int Pictures { get; private set; }

        public void Picture(AnalysisPicture picture)
        {
            picture.Dispose();
            if (Pictures++ == 0)
                throw new InvalidOperationException("The measuring has a fault.");
        }

        public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
