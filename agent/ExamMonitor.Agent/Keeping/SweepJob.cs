using ExamMonitor.Agent.Hosting;
using ExamMonitor.Footage.Retention;
using Quartz;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Every day, by the site's clock: statements and batch files of the day before, then the sweep; on Sundays it looks at every day.</summary>
[DisallowConcurrentExecution]
internal sealed partial class SweepJob(AgentRuntime runtime, TimeProvider time, ILogger<SweepJob> log) : IJob
{
    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var today = Sessions.Reading.SiteTime.DateOf(time.GetUtcNow(), runtime.Sessions.Context.Zone);
        var retention = runtime.Retention.Footage;
        try
        {
            // A statement that was missed because the agent was off is written now; what is there is left.
            for (var day = today.AddDays(-7); day < today; day = day.AddDays(1)) retention.WriteStatements(day);
            retention.RebuildBatches(today.AddDays(-7), today.AddDays(-1), cancellationToken);
            var report = runtime.Keeping.Sweep("daily sweep", today.DayOfWeek == DayOfWeek.Sunday, cancellationToken);
            LogSwept(log, report.Destroyed, report.DestroyedBytes, report.Waiting, report.NothingIsDestroyed?.En ?? "none");
        }
        catch (IOException e)
        {
            LogFailed(log, e);
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(EventId = 330, Level = LogLevel.Information, Message = "Sweep: {Destroyed} segments ({Bytes} bytes) destroyed, {Waiting} wait for approval; obstacle: {Why}")]
    private static partial void LogSwept(ILogger log, long destroyed, long bytes, long waiting, string why);

    [LoggerMessage(EventId = 331, Level = LogLevel.Error, Message = "The sweep could not be finished; the next one goes on")]
    private static partial void LogFailed(ILogger log, Exception exception);
}

/// <summary>Every five minutes: counts what is kept, and lets idle footage give way when space is short. Duty footage never goes for space.</summary>
[DisallowConcurrentExecution]
internal sealed partial class SpaceJob(AgentRuntime runtime, TimeProvider time, ILogger<SpaceJob> log) : IJob
{
    private static readonly TimeSpan Enough = TimeSpan.FromHours(1);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(2);
    private static TimeSpan _took;

    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (runtime.Retention.Footage.Space() is { Level: SpaceLevel.IdleGivesWay or SpaceLevel.TooLittle, BytesToFree: > 0 } && runtime.Keeping.WhyNothing() is null)
                runtime.Keeping.Sweep("space is short", full: false, cancellationToken);

            // Tens of millions of segments take a minute to count: then once an hour is enough.
            var now = time.GetUtcNow();
            if (runtime.Keeping.Sums is { } last && _took > Quick && now >= last.At && now - last.At < Enough) return ValueTask.CompletedTask;
            var from = time.GetTimestamp();
            runtime.Keeping.Count(now, cancellationToken);
            _took = time.GetElapsedTime(from);
        }
        catch (IOException e)
        {
            LogFailed(log, e);
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(EventId = 332, Level = LogLevel.Error, Message = "What is kept could not be counted, or idle footage not be cleared")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
