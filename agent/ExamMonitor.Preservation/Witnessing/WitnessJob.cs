using ExamMonitor.Preservation.Heads;
using ExamMonitor.Preservation.Volume;
using Quartz;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>Every half minute: has the newest head cosigned, keeps the cosignatures with it, and publishes it with them.</summary>
[DisallowConcurrentExecution]
internal sealed partial class WitnessJob(
    WitnessingService witnessing,
    VolumeLedger ledger,
    CheckpointPublisher publisher,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<WitnessJob> log
) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            foreach (var (head, cosignatures) in await witnessing.RunAsync(ledger.Log.CheckpointNote, stop.Token).ConfigureAwait(false))
                ledger.Log.KeepCosigned(head, cosignatures, time.GetUtcNow());
            publisher.PublishCosigned();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops; the next start asks.
        }
        catch (IOException e)
        {
            LogFailed(log, e);
        }
    }

    [LoggerMessage(
        EventId = 248,
        Level = LogLevel.Error,
        Message = "Cosignatures of the newest head could not be kept; the next head is sent to the witnesses again"
    )]
    private static partial void LogFailed(ILogger log, Exception exception);
}
