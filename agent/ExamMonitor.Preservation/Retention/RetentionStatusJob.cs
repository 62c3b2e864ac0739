using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;
using Quartz;

namespace ExamMonitor.Preservation.Retention;

/// <summary>Every minute: what is kept, and how much room is left.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionStatusJob(RetentionService retention, Publisher publisher, AgentIdentity identity, TimeProvider time) : IJob
{
    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var status = retention.Status(now);
        publisher.SetState(identity.Topics.AgentRetention(identity.Agent), status);
        publisher.SetState(
            identity.Topics.RetentionStatus,
            new RetentionStatus(
                RetentionStatus.SchemaName,
                now,
                0,
                status.Classes,
                status.FreeBytes,
                status.BreachForecast,
                status.Holds,
                status.LastSweep,
                status.LastScrub
            )
        );
        return ValueTask.CompletedTask;
    }
}
