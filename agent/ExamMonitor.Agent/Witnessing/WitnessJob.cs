using ExamMonitor.Agent.Hosting;
using Quartz;

namespace ExamMonitor.Agent.Witnessing;

/// <summary>Every half minute: has the newest head cosigned, keeps the cosignatures with it, and publishes it with them.</summary>
[DisallowConcurrentExecution]
internal sealed partial class WitnessJob(AgentRuntime runtime, AgentParts parts, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<WitnessJob> log) : IJob
{
    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (runtime.Witnessing is not { } witnessing) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            foreach (var (head, cosignatures) in await witnessing.RunAsync(runtime.Ledger.Log.CheckpointNote, stop.Token).ConfigureAwait(false))
                runtime.Ledger.Log.KeepCosigned(head, cosignatures, time.GetUtcNow());
            runtime.PublishCosigned(parts.Identity);
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

    [LoggerMessage(EventId = 248, Level = LogLevel.Error, Message = "Cosignatures of the newest head could not be kept; the next head is sent to the witnesses again")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
