using ExamMonitor.Capture;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Exams.Proofs;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Exams.Schedule.Reading;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Publishing;
using ExamMonitor.Floor.Views;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Jobs;
using ExamMonitor.Hosting.Parts;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Problems;
using ExamMonitor.Retention;

namespace ExamMonitor.Exams;

/// <summary>Registers what knows of exams: schedule, readiness, number plates, proofs of sessions.</summary>
internal static class ExamServices
{
    /// <summary>Registers it: before the floor, so that the schedule is read before a camera starts.</summary>
    /// <param name="services">Services.</param>
    /// <param name="options">Configuration.</param>
    /// <param name="folder">Where everything lies.</param>
    public static IServiceCollection AddExams(this IServiceCollection services, AgentOptions options, AgentFolder folder) =>
        services
            .AddSchedule(options, folder)
            .AddReadiness(options, folder)
            .AddPlates(options, folder)
            .AddSingleton<IExamOutlook, ExamOutlook>()
            .AddSingleton<IRecordingDemand, RecordingDemand>()
            .AddSingleton<HeldFootageReader>()
            .AddSingleton<SessionFootage>();

    /// <summary>Registers its work by the clock.</summary>
    /// <param name="services">Services.</param>
    /// <param name="now">UTC.</param>
    public static IServiceCollection AddExamJobs(this IServiceCollection services, DateTimeOffset now) =>
        services.AddJob<ReadinessJob>(ReadinessJob.Every, now.AddSeconds(50)).AddJob<PlateJob>(TimeSpan.FromMinutes(1), now.AddSeconds(65));

    private static SessionMargins MarginsOf(ScheduleSection schedule) =>
        new(TimeSpan.FromMinutes(schedule.MarginBeforeMinutes), TimeSpan.FromMinutes(schedule.MarginAfterMinutes));

    private static IServiceCollection AddSchedule(this IServiceCollection services, AgentOptions options, AgentFolder folder) =>
        services
            .AddSingleton(MarginsOf(options.Schedule))
            .AddSingleton(s => new ScheduleContext(
                SiteZone.Of(options.TimeZone),
                new RoomNames(s.GetRequiredService<RoomRegistry>()),
                options.Schedule.OtherRooms
            ))
            .AddSingleton(s =>
                OpenStore(
                    folder.Resolve(options.Footage.Volume),
                    s.GetRequiredService<VolumeLedger>(),
                    s.GetRequiredService<FootageRetention>(),
                    s.GetRequiredService<TimeProvider>()
                )
            )
            .AddSingleton<IExamSchedule>(s => s.GetRequiredService<SessionStore>())
            .AddSingleton(s =>
            {
                var retention = s.GetRequiredService<FootageRetention>();
                return new SessionService(
                    s.GetRequiredService<SessionStore>(),
                    s.GetRequiredService<ScheduleContext>(),
                    s.GetRequiredService<SessionMargins>(),
                    s.GetRequiredService<TimeProvider>()
                )
                {
                    Obstacle = () => retention.LookAtFiles() is [var fault, ..] ? fault.Text : null,
                    BeforeApply = (some, person) => retention.RememberSessions(some, person),
                };
            })
            .AddSingleton<IProblemSource, ScheduleProblems>()
            .AddPart<ScheduleImporter>("schedule");

    private static SessionStore OpenStore(string volume, VolumeLedger ledger, FootageRetention retention, TimeProvider time)
    {
        var store = SessionStore.Open(
            volume,
            new SessionLedger(ledger, time),
            retention.FileFaults.FirstOrDefault(f => f.Path == RetentionFiles.Schedule && !f.IsForeignLines)?.Text,
            () => retention.NoteFile(RetentionFiles.Schedule, chained: true)
        );
        if (store.HasForeignSets)
            retention.NoteForeignLines(RetentionFiles.Schedule);
        return store;
    }

    private static IServiceCollection AddReadiness(this IServiceCollection services, AgentOptions options, AgentFolder folder) =>
        services
            .AddSingleton(s => new CalibrationStore(folder.Calibrations, s.GetRequiredService<VolumeLedger>()))
            .AddSingleton<SpaceReader>()
            .AddSingleton<ReadinessGround>()
            .AddSingleton<ReadinessFactsReader>()
            .AddSingleton(
                new ReadinessLimits(
                    ReadinessLimits.DefaultFloorPercent,
                    ReadinessLimits.DefaultCameraClockMs,
                    MarginsOf(options.Schedule),
                    options.Schedule.InformOnly
                )
            )
            .AddSingleton<ReadinessService>()
            .AddSingleton<IRoomCheck, ReadinessRoomCheck>();

    private static IServiceCollection AddPlates(this IServiceCollection services, AgentOptions options, AgentFolder folder) =>
        services
            .AddSingleton<PlateReader>()
            .AddSingleton(s =>
            {
                var time = s.GetRequiredService<TimeProvider>();
                var rooms = s.GetRequiredService<RoomRegistry>();
                // One picture after the other: a decoder per camera at once would take from the recording.
                var pictures = new PlatePictures(rooms, new KeyFrameSnapshot(s.GetRequiredService<FfmpegTools>(), time, most: 1), time);
                return new PlateService(
                    rooms,
                    s.GetRequiredService<RoomStateStore>(),
                    s.GetRequiredService<Publisher>(),
                    options.Plates,
                    s.GetRequiredService<TimeZoneInfo>(),
                    s.GetRequiredService<AgentIdentity>(),
                    new(folder.Plates),
                    new(pictures.TakeAsync, s.GetRequiredService<PlateReader>().ReadAsync),
                    time,
                    s.GetRequiredService<ILogger<PlateService>>()
                );
            })
            .AddSingleton<IRoomCheck>(s => s.GetRequiredService<PlateService>())
            .AddPart<PlateService>("plates");
}
