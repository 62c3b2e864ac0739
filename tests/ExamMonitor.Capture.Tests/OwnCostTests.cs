using System.Diagnostics;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>A measurement, run on demand: <c>ExamMonitor.Capture.Tests -explicit only</c> with EXAM_MONITOR_COST_ADDRESS set.</summary>
public sealed class OwnCostTests
{
    [Fact(Explicit = true)]
    public async Task Capture_FortySeconds_TellsProcessorTimeOfUsAndTheChild()
    {
        var address =
            Environment.GetEnvironmentVariable("EXAM_MONITOR_COST_ADDRESS")
            ?? throw new InvalidOperationException("Set EXAM_MONITOR_COST_ADDRESS.");
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(new(address)));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 3);
        var child = Process
            .GetProcessesByName("ffmpeg")
            .Single(p =>
                CameraCaptureTests.CommandLine(p.Id).Contains("-frag_duration")
                && CameraCaptureTests.ParentOf(p.Id) == Environment.ProcessId
            );
        using var own = Process.GetCurrentProcess();
        var (ownBefore, childBefore, since) = (own.TotalProcessorTime, child.TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(40), TimeProvider.System);
        own.Refresh();
        child.Refresh();
        var seconds = since.Elapsed.TotalSeconds;
        TestContext.Current.TestOutputHelper!.WriteLine(
            FormattableString.Invariant(
                $"us {(own.TotalProcessorTime - ownBefore).TotalSeconds / seconds:P2}, child {(child.TotalProcessorTime - childBefore).TotalSeconds / seconds:P2} of a core"
            )
        );
        Assert.Single(camera.Sink.Starts);
    }
}
