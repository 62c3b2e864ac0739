using ExamMonitor.Hosting.Parts;
using ExamMonitor.Recording;

namespace ExamMonitor.Preservation.Volume;

/// <summary>Watches the open archive, and closes it: every run ends and is committed.</summary>
/// <param name="archive">Archive.</param>
/// <param name="failures">Where a failure is noted.</param>
/// <param name="log">Log.</param>
internal sealed partial class ArchivePart(FootageArchive archive, PartFailures failures, ILogger<ArchivePart> log) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = archive.Failure.ContinueWith(Fail, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => archive.DisposeAsync().AsTask();

    private void Fail(Task failure)
    {
        LogArchiveFailed(log, failure.Exception);
        failures.Note(stop: true);
    }

    [LoggerMessage(
        EventId = 312,
        Level = LogLevel.Critical,
        Message = "The archive must be opened anew; the agent stops so that its service manager starts it again"
    )]
    private static partial void LogArchiveFailed(ILogger log, Exception? exception);
}
