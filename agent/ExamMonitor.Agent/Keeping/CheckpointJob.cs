using ExamMonitor.Agent.Hosting;
using Quartz;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Every minute: signs the ledger's head when something changed, and publishes it, so that it leaves the machine.</summary>
[DisallowConcurrentExecution]
internal sealed class CheckpointJob(AgentRuntime runtime, AgentParts parts) : IJob
{
    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        runtime.PublishCheckpoint(parts.Identity);
        return ValueTask.CompletedTask;
    }
}
