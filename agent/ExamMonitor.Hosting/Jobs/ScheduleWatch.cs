using Quartz;

namespace ExamMonitor.Hosting.Jobs;

/// <summary>
/// Jobs are planned by the wall clock. One that was set years ahead and is set right again would leave every job waiting for those years:
/// whoever waits longer than his job's interval is planned anew.
/// </summary>
/// <param name="plans">What is planned.</param>
/// <param name="schedulers">Scheduler.</param>
/// <param name="time">Clock; the watch itself goes by the monotonic one.</param>
/// <param name="log">Log.</param>
internal sealed partial class ScheduleWatch(
    IEnumerable<JobPlan> plans,
    ISchedulerFactory schedulers,
    TimeProvider time,
    ILogger<ScheduleWatch> log
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Daily = TimeSpan.FromHours(26);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await LookAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    /// <summary>Whether a job waits for longer than it ever should.</summary>
    /// <param name="next">When it is planned, UTC.</param>
    /// <param name="interval">Between two runs; null for a job of the night.</param>
    /// <param name="now">UTC.</param>
    internal static bool WaitsTooLong(DateTimeOffset next, TimeSpan? interval, DateTimeOffset now) =>
        next - now > (interval is { } i ? i + Slack : Daily);

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
            foreach (var plan in plans)
            {
                var key = new TriggerKey(plan.Name);
                if (await scheduler.GetTrigger(key, cancellationToken).ConfigureAwait(false) is not { NextFireTimeUtc: { } next } trigger)
                    continue;
                var now = time.GetUtcNow();
                if (!WaitsTooLong(next, plan.Interval, now))
                    continue;
                LogPlannedAnew(log, key.Name, next);
                await scheduler
                    .RescheduleJob(key, trigger.GetTriggerBuilder().StartAt(now.AddSeconds(1)).Build(), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        catch (SchedulerException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops, and the scheduler with it.
        }
        catch (SchedulerException e)
        {
            LogFailed(log, e);
        }
    }

    [LoggerMessage(
        EventId = 340,
        Level = LogLevel.Warning,
        Message = "{Job} waited for {Next:O}, which the clock no longer explains: it is planned anew"
    )]
    private static partial void LogPlannedAnew(ILogger log, string job, DateTimeOffset next);

    [LoggerMessage(EventId = 341, Level = LogLevel.Error, Message = "The jobs could not be looked at")]
    private static partial void LogFailed(ILogger log, Exception exception);
}
