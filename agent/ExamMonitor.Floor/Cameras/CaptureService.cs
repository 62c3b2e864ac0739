namespace ExamMonitor.Floor.Cameras;

/// <summary>Runs every camera while it is wanted. Stopping waits until each has ended its run in order.</summary>
/// <param name="cameras">Every camera, with whether it is to be recorded at an instant.</param>
/// <param name="log">Log.</param>
internal sealed partial class CaptureService(IReadOnlyList<(CameraSwitch Switch, Func<DateTimeOffset, bool> IsWanted)> cameras, ILogger<CaptureService> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        LogStarting(log, cameras.Count);
        // One after another as they end: a camera that fails by a fault of ours ends the service, and with it the process, at once, and is
        // not left unrecorded until the last one stops.
        var runs = cameras.Select(c => Task.Run(() => c.Switch.RunAsync(c.IsWanted, stoppingToken), CancellationToken.None));
        await foreach (var ended in Task.WhenEach(runs).ConfigureAwait(false)) await ended.ConfigureAwait(false);
        LogStopped(log);
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Information, Message = "Capturing {Cameras} cameras")]
    private static partial void LogStarting(ILogger log, int cameras);

    [LoggerMessage(EventId = 301, Level = LogLevel.Information, Message = "All cameras have stopped in order")]
    private static partial void LogStopped(ILogger log);
}
