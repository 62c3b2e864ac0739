using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Messages;
using Quartz;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Every minute: what is kept, and how much room is left.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionStatusJob(AgentRuntime runtime, AgentParts parts, TimeProvider time) : IJob
{
    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var status = runtime.Keeping.Status(now);
        runtime.Publisher.SetState(parts.Identity.Topics.AgentRetention(parts.Identity.Agent), status);
        runtime.Publisher.SetState(parts.Identity.Topics.RetentionStatus, new RetentionStatus(
            RetentionStatus.SchemaName, now, 0, status.Classes, status.FreeBytes, status.BreachForecast, status.Holds, status.LastSweep, status.LastScrub));
        return ValueTask.CompletedTask;
    }
}
