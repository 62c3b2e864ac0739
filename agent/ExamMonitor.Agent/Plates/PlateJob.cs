using ExamMonitor.Agent.Hosting;
using Quartz;

namespace ExamMonitor.Agent.Plates;

/// <summary>Every minute: looks at the plates of the rooms whose daily check is due. What is due follows from what was checked last, so that nothing is missed by a machine that slept.</summary>
[DisallowConcurrentExecution]
internal sealed class PlateJob(AgentRuntime runtime, AgentParts parts, TimeProvider time, IHostApplicationLifetime lifetime) : IJob
{
    /// <summary>A start needs some time until cameras deliver and verdicts settle; before that nobody knows where cameras look.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (time.GetUtcNow() - parts.Identity.StartedAt < Settling) return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await runtime.Plates.CheckDueAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Made up for by the next start.
        }
    }
}
