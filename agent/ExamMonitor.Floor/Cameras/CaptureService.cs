using System.Collections.Concurrent;

namespace ExamMonitor.Floor.Cameras;

/// <summary>Runs every camera while it is wanted. Stopping waits until each has ended its run in order.</summary>
/// <param name="cameras">Cameras to begin with, with whether each is to be recorded at an instant.</param>
/// <param name="log">Log.</param>
internal sealed partial class CaptureService(
    IReadOnlyList<(CameraSwitch Switch, Func<DateTimeOffset, bool> IsWanted)> cameras,
    ILogger<CaptureService> log
) : BackgroundService
{
    private readonly ConcurrentDictionary<CameraSwitch, (Task Run, CancellationTokenSource Stop)> _runs = new();
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationToken _stopping;

    /// <summary>Runs one more camera from now on. Call it after the service has started.</summary>
    public void Begin(CameraSwitch camera, Func<DateTimeOffset, bool> isWanted)
    {
#pragma warning disable CA2000 // Disposed when the camera has ended.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
#pragma warning restore CA2000
        var run = Task.Run(() => camera.RunAsync(isWanted, stop.Token), CancellationToken.None);
        _runs[camera] = (run, stop);
        _ = run.ContinueWith(
            r => _failure.TrySetException(r.Exception!.InnerExceptions),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
    }

    /// <summary>Ends one camera's run in order, and lets go of it; nothing when it does not run.</summary>
    public async Task EndAsync(CameraSwitch camera)
    {
        if (!_runs.TryRemove(camera, out var run))
            return;
        await run.Stop.CancelAsync().ConfigureAwait(false);
        await run.Run.ConfigureAwait(false);
        run.Stop.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        LogStarting(log, cameras.Count);
        foreach (var (camera, isWanted) in cameras)
            Begin(camera, isWanted);

        // A camera that fails by a fault of ours ends the service, and with it the process, at once, and is not left unrecorded until the
        // last one stops.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stoppingToken.Register(() => asked.TrySetResult()).ConfigureAwait(false))
        {
            var first = await Task.WhenAny(_failure.Task, asked.Task).ConfigureAwait(false);
            await first.ConfigureAwait(false);
        }

        await Task.WhenAll(_runs.Values.Select(r => r.Run)).ConfigureAwait(false);
        LogStopped(log);
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Capturing {Cameras} cameras")]
    private static partial void LogStarting(ILogger log, int cameras);

    [LoggerMessage(EventId = 301, Level = LogLevel.Information, Message = "All cameras have stopped in order")]
    private static partial void LogStopped(ILogger log);
}
