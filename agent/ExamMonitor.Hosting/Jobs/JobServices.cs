using Quartz;

namespace ExamMonitor.Hosting.Jobs;

/// <summary>Registers work by the clock.</summary>
internal static class JobServices
{
    /// <summary>
    /// Registers a job that runs again and again. A run that was missed (the machine slept) happens once, not as often as it was missed.
    /// </summary>
    /// <param name="services">Services.</param>
    /// <param name="interval">Between two runs.</param>
    /// <param name="first">When it runs first, UTC.</param>
    public static IServiceCollection AddJob<TJob>(this IServiceCollection services, TimeSpan interval, DateTimeOffset first)
        where TJob : class, IJob
    {
        services.AddQuartz(q =>
            q.ScheduleJob<TJob>(t =>
                t.WithIdentity(typeof(TJob).Name).StartAt(first).WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever())
            )
        );
        return services.AddSingleton(new JobPlan(typeof(TJob).Name, interval));
    }

    /// <summary>Registers a job of every night. A night that was missed is made up for at once.</summary>
    /// <param name="services">Services.</param>
    /// <param name="hour">By the site's clock, 0 to 23.</param>
    /// <param name="minute">0 to 59.</param>
    /// <param name="zone">Site time zone.</param>
    public static IServiceCollection AddNightlyJob<TJob>(this IServiceCollection services, int hour, int minute, TimeZoneInfo zone)
        where TJob : class, IJob
    {
        var cron = FormattableString.Invariant($"0 {minute} {hour} * * ?");
        services.AddQuartz(q =>
            q.ScheduleJob<TJob>(t =>
                t.WithIdentity(typeof(TJob).Name)
                    .WithCronSchedule(cron, c => c.InTimeZone(zone).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            )
        );
        return services.AddSingleton(new JobPlan(typeof(TJob).Name, null));
    }

    /// <summary>Registers the scheduler: after the parts that jobs work on, since it stops before them.</summary>
    public static IServiceCollection AddJobScheduler(this IServiceCollection services)
    {
        services.AddQuartz();
        services.AddQuartzHostedService(o =>
        {
            o.WaitForJobsToComplete = true;
            // The scheduler starts with its service, not in the background once all have started: a stop right after the start would find
            // it in the middle, and it throws.
            o.AwaitApplicationStarted = false;
        });
        // Services stop in the other order: the watch is gone before the scheduler that it asks.
        return services.AddHostedService<ScheduleWatch>();
    }
}
