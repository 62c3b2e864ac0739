using ExamMonitor.Hosting;
using Quartz;

namespace ExamMonitor.Exams.Plates;

/// <summary>
/// Every minute: looks at the plates of the rooms whose daily check is due. What is due follows from what was checked last, so that nothing
/// is missed by a machine that slept.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class PlateJob(PlateService plates, AgentIdentity identity, TimeProvider time, IHostApplicationLifetime lifetime) : IJob
{
    /// <summary>A start needs some time until cameras deliver and verdicts settle; before that nobody knows where cameras look.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (time.GetUtcNow() - identity.StartedAt < Settling)
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        try
        {
            await plates.CheckDueAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Made up for by the next start.
        }
    }
}
