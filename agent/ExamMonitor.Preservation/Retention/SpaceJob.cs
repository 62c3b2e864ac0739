using ExamMonitor.Recording.Volumes;
using ExamMonitor.Retention;
using Quartz;

namespace ExamMonitor.Preservation.Retention;

/// <summary>
/// Every five minutes: counts what is kept, and lets idle footage give way when space is short. Duty footage never goes for space.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class SpaceJob(RetentionService service, FootageRetention retention, TimeProvider time, ILogger<SpaceJob> log)
    : IJob
{
    private static readonly TimeSpan Enough = TimeSpan.FromHours(1);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(2);
    private static TimeSpan _took;

    /// <inheritdoc/>
    public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            if (
                retention.Space() is { Level: SpaceLevel.IdleGivesWay or SpaceLevel.TooLittle, BytesToFree: > 0 }
                && service.WhyNothing() is null
            )
                service.Sweep("space is short", full: false, cancellationToken);

            // Tens of millions of segments take a minute to count: then once an hour is enough.
            var now = time.GetUtcNow();
            if (service.Sums is { } last && _took > Quick && now >= last.At && now - last.At < Enough)
                return ValueTask.CompletedTask;
            var from = time.GetTimestamp();
            service.Count(now, cancellationToken);
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
