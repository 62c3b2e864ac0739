using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Messages;
using Quartz;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Every minute: what is kept, and how much room is left.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionStatusJob(AgentRuntime runtime, AgentParts parts, TimeProvider time) : IJob
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        runtime.RetentionNow = runtime.Retention.Footage.Now();
        var held = runtime.Rooms.SelectMany(r => r.Cameras.Select(c => runtime.Archive.GetFacts(r.Id, c.Setup.Id, now - Day))).Sum(f => f.SizeBytes);

        // Without a schedule no exam session is known, so all footage counts as idle: it has no window that could be promised here.
        RetentionClass[] classes = [new("idle", null, null, held)];
        runtime.Publisher.SetState(parts.Identity.Topics.RetentionStatus, new RetentionStatus(RetentionStatus.SchemaName, now, 0, classes, runtime.Archive.FreeBytes(), null, 0, null, runtime.Scrub.State.LastFinished));
        return ValueTask.CompletedTask;
    }
}
