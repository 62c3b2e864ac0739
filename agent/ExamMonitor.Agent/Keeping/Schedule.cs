using ExamMonitor.Agent.Readiness;
using Quartz;

namespace ExamMonitor.Agent.Keeping;

/// <summary>Work by the clock.</summary>
internal static class Schedule
{
    /// <summary>Names of all jobs, and of their triggers.</summary>
    public static IReadOnlyList<string> Jobs { get; } = [nameof(CheckpointJob), nameof(ReadinessJob), nameof(Plates.PlateJob),
        nameof(ScrubJob), nameof(AnchorJob), nameof(Witnessing.WitnessJob), nameof(SpaceJob), nameof(SweepJob), nameof(RetentionStatusJob)];

    /// <summary>Registers every job. A run that was missed (the machine slept) happens once, not as often as it was missed.</summary>
    public static void AddAgentSchedule(this IServiceCollection services, TimeZoneInfo zone, TimeProvider time)
    {
        var now = time.GetUtcNow();
        services.AddQuartz(q =>
        {
            Every<CheckpointJob>(q, TimeSpan.FromMinutes(1), now.AddSeconds(20));
            Every<ReadinessJob>(q, TimeSpan.FromMinutes(1), now.AddSeconds(50));
            Every<Plates.PlateJob>(q, TimeSpan.FromMinutes(1), now.AddSeconds(65));
            Every<ScrubJob>(q, TimeSpan.FromMinutes(1), now.AddSeconds(40));
            Every<AnchorJob>(q, TimeSpan.FromMinutes(10), now.AddSeconds(50));
            Every<Witnessing.WitnessJob>(q, TimeSpan.FromSeconds(30), now.AddSeconds(25));
            Every<SpaceJob>(q, TimeSpan.FromMinutes(5), now.AddSeconds(30));

            // Half past two in the night of the site: the day is over, and no exam runs. A night that was missed is made up for at once.
            q.ScheduleJob<SweepJob>(t => t.WithIdentity(nameof(SweepJob)).WithCronSchedule("0 30 2 * * ?", c => c.InTimeZone(zone).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
            Every<RetentionStatusJob>(q, TimeSpan.FromMinutes(1), now.AddSeconds(5));
        });
        services.AddQuartzHostedService(o =>
        {
            o.WaitForJobsToComplete = true;
            // The scheduler starts with its service, not in the background once all have started: a stop right after the start would find
            // it in the middle, and it throws.
            o.AwaitApplicationStarted = false;
        });
        // Services stop in the other order: the watch is gone before the scheduler that it asks.
        services.AddHostedService<ScheduleWatch>();
    }

    private static void Every<TJob>(IQuartzBuilder quartz, TimeSpan interval, DateTimeOffset first)
        where TJob : class, IJob =>
        quartz.ScheduleJob<TJob>(t => t
            .WithIdentity(typeof(TJob).Name)
            .StartAt(first)
            .WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever()));
}
