using ExamMonitor.Retention;
using Quartz;

namespace ExamMonitor.Preservation.Heads;

/// <summary>
/// Every minute: signs the ledger's head when something changed, and publishes it, so that it leaves the machine; then looks whether what
/// must lie on the volume lies there.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class CheckpointJob(CheckpointPublisher publisher, FootageRetention retention, ILogger<CheckpointJob> log) : IJob
{
    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            publisher.Publish();
            retention.LookAtFiles();
        }
        catch (IOException e)
        {
            LogFailed(log, e);
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(EventId = 342, Level = LogLevel.Error, Message = "The ledger's head could not be signed; the next try is in a minute")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
