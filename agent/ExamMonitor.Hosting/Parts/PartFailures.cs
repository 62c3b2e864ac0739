namespace ExamMonitor.Hosting.Parts;

/// <summary>
/// Stops the agent when a part of it fails by a fault of ours, so that its service manager starts it again: a part that is gone in silence
/// would be missed only by whoever looks for its work. Thread-safe.
/// </summary>
/// <param name="lifetime">Stops the agent.</param>
/// <param name="log">Log.</param>
internal sealed partial class PartFailures(IHostApplicationLifetime lifetime, ILogger<PartFailures> log)
{
    private volatile bool _any;

    /// <summary>Whether a part has failed: then the process ends with a code that says so.</summary>
    public bool Any => _any;

    /// <summary>Watches a part that was started.</summary>
    /// <param name="name">For the log.</param>
    /// <param name="part">Part.</param>
    public void Watch(string name, BackgroundService part)
    {
        if (part.ExecuteTask is { } work)
            _ = work.ContinueWith(
                w => Fail(name, w.Exception),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
    }

    /// <summary>Takes note of a failure that was told already.</summary>
    /// <param name="stop">Whether the agent must stop for it.</param>
    public void Note(bool stop)
    {
        _any = true;
        if (stop)
            lifetime.StopApplication();
    }

    private void Fail(string name, Exception? exception)
    {
        LogPartFailed(log, exception, name);
        Note(stop: true);
    }

    [LoggerMessage(
        EventId = 314,
        Level = LogLevel.Critical,
        Message = "{Part}: a fault of the program ended it; the agent stops so that its service manager starts it again"
    )]
    private static partial void LogPartFailed(ILogger log, Exception? exception, string part);
}
