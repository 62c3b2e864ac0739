using ExamMonitor.Agent.Hosting;
using ExamMonitor.Footage.Ledger;
using Quartz;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Every ten minutes: has the newest head stamped when that is due. An authority that is away is asked again the next time.</summary>
[DisallowConcurrentExecution]
internal sealed class AnchorJob(AgentRuntime runtime, TimeProvider time, IHostApplicationLifetime lifetime) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (runtime.Anchor is not { } anchor) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            if (await anchor.TryAsync(runtime.Ledger.Log.CheckpointNote, time.GetUtcNow(), stop.Token).ConfigureAwait(false) is { } facts)
            {
                runtime.Ledger.Append(LedgerEntry.Anchor, facts);
                runtime.Retention.Footage.NoteFile($"ledger/anchors/{facts["file"]}", chained: false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The agent stops; the next start asks.
        }
    }
}
