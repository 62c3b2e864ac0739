using ExamMonitor.Hosting;
using Quartz;

namespace ExamMonitor.Exams.Readiness;

/// <summary>
/// Every few seconds: checks the rooms for which it is time. What is due follows from what was checked last, so that nothing is missed by a
/// machine that slept.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class ReadinessJob(ReadinessService readiness, AgentIdentity identity, TimeProvider time) : IJob
{
    /// <summary>Between two runs.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>A start needs some time until cameras deliver and verdicts settle; before that every answer would be a false No.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(45);

    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        if (now - identity.StartedAt >= Settling)
            readiness.CheckDue(now);
        return ValueTask.CompletedTask;
    }
}
