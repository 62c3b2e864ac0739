using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Retention;
using Quartz;

namespace ExamMonitor.Preservation.Heads;

/// <summary>
/// Every ten minutes: has the newest head stamped when that is due. An authority that is away is asked again the next time.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class TimeStampJob(
    TimeStampService stamps,
    VolumeLedger ledger,
    FootageRetention retention,
    TimeProvider time,
    IHostApplicationLifetime lifetime
) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            if (await stamps.TryAsync(ledger.Log.CheckpointNote, time.GetUtcNow(), stop.Token).ConfigureAwait(false) is { } facts)
            {
                ledger.Append(LedgerEntry.Anchor, facts);
                retention.NoteFile($"ledger/anchors/{facts["file"]}", chained: false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops; the next start asks.
        }
    }
}
