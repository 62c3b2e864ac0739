using ExamMonitor.Contracts.Law;
using ExamMonitor.Retention;
using Quartz;

namespace ExamMonitor.Preservation.Retention;

/// <summary>
/// Every day, by the site's clock: statements and batch files of the day before, then the sweep; on Sundays it looks at every day.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class SweepJob(
    RetentionService service,
    FootageRetention retention,
    SiteCalendar calendar,
    TimeProvider time,
    ILogger<SweepJob> log
) : IJob
{
    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var today = calendar.DayOf(time.GetUtcNow());
        try
        {
            // A statement that was missed because the agent was off is written now; what is there is left.
            for (var day = today.AddDays(-7); day < today; day = day.AddDays(1))
                retention.WriteStatements(day);
            retention.RebuildBatches(today.AddDays(-7), today.AddDays(-1), cancellationToken);
            var report = service.Sweep("daily sweep", today.DayOfWeek == DayOfWeek.Sunday, cancellationToken);
            LogSwept(log, report.Destroyed, report.DestroyedBytes, report.Waiting, report.NothingIsDestroyed?.En ?? "none");
        }
        catch (IOException e)
        {
            LogFailed(log, e);
        }

        return ValueTask.CompletedTask;
    }

    [LoggerMessage(
        EventId = 330,
        Level = LogLevel.Information,
        Message = "Sweep: {Destroyed} segments ({Bytes} bytes) destroyed, {Waiting} wait for approval; obstacle: {Why}"
    )]
    private static partial void LogSwept(ILogger log, long destroyed, long bytes, long waiting, string why);

    [LoggerMessage(EventId = 331, Level = LogLevel.Error, Message = "The sweep could not be finished; the next one goes on")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
