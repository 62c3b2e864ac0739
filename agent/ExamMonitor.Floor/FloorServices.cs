using ExamMonitor.Capture;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Changes;
using ExamMonitor.Floor.Evidence;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Floor.Publishing;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Floor.Sound;
using ExamMonitor.Floor.Views;
using ExamMonitor.Floor.Watching;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Parts;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor;

/// <summary>Registers what happens on the floor: cameras, measuring, the state of rooms and its publishing.</summary>
internal static class FloorServices
{
    /// <summary>Registers it. Stops in this order: cameras (each commits its run), measuring, sound, publishing.</summary>
    /// <param name="services">Services.</param>
    /// <param name="options">Configuration.</param>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="rooms">Rooms as configured.</param>
    public static IServiceCollection AddFloor(
        this IServiceCollection services,
        AgentOptions options,
        AgentFolder folder,
        IReadOnlyList<RoomSetup> rooms
    )
    {
        services
            .AddSingleton(rooms)
            .AddSingleton<RoomRegistry>()
            .AddSingleton<RoomStateStore>()
            .AddSingleton(_ => new LaneStores(folder.Lanes, rooms));
        return services
            .AddEvidence(options.Watch, folder)
            .AddPublishing(options, rooms)
            .AddSound(options.Watch)
            .AddMeasuring(options, rooms)
            .AddCameras(options);
    }

    private static IServiceCollection AddEvidence(this IServiceCollection services, WatchSection watch, AgentFolder folder)
    {
        var bounds = new EvidenceBounds(TimeSpan.FromDays(watch.EvidenceDays), watch.EvidenceMegabytes * 1_000_000L);
        return services
            .AddSingleton<EvidenceCache>()
            .AddSingleton(s => new EvidenceStore(
                folder.Evidence,
                s.GetRequiredService<EvidenceCache>(),
                bounds,
                s.GetRequiredService<ILogger<EvidenceStore>>()
            ))
            .AddSingleton<IProblemPictures>(s => s.GetRequiredService<EvidenceStore>());
    }

    private static IServiceCollection AddPublishing(
        this IServiceCollection services,
        AgentOptions options,
        IReadOnlyList<RoomSetup> rooms
    ) =>
        services
            .AddSingleton<CameraFactsReader>()
            .AddSingleton<RoomOutlets>()
            .AddSingleton(s => new RoomPublishers(s.GetRequiredService<RoomRegistry>().Rooms, r => PublisherOf(s, r)))
            .AddSingleton<IReadOnlyList<RoomPublisher>>(s => s.GetRequiredService<RoomPublishers>())
            .AddSingleton(s => ManifestOf(s, options, rooms))
            .AddSingleton<FootageStatusPublisher>()
            .AddPart<StatusPublisher>("publishing");

    private static RoomPublisher PublisherOf(IServiceProvider services, RoomRuntime room)
    {
        var publisher = new RoomPublisher(
            room,
            services.GetRequiredService<CameraFactsReader>(),
            services.GetRequiredService<IExamOutlook>(),
            [.. services.GetServices<IRoomCheck>()],
            services.GetRequiredService<RoomOutlets>()
        );
        publisher.ShownChanged += () => services.GetRequiredService<ManifestPublisher>().Publish();
        return publisher;
    }

    private static ManifestPublisher ManifestOf(IServiceProvider services, AgentOptions options, IReadOnlyList<RoomSetup> rooms)
    {
        var (identity, exams, publisher) = (
            services.GetRequiredService<AgentIdentity>(),
            services.GetRequiredService<IExamOutlook>(),
            services.GetRequiredService<Publisher>()
        );
        var publishers = services.GetRequiredService<IReadOnlyList<RoomPublisher>>();
        var atStart = ManifestComposer.Of(rooms, options.Retention.Profiles, options.TimeZone, exams.ScheduleDigest, identity.StartedAt);
        return new ManifestPublisher(
            atStart,
            () => [.. publishers.Select(p => (p.Id, p.Shown))],
            () => exams.ScheduleDigest,
            m => publisher.SetState(identity.Topics.AgentManifest(identity.Agent), m),
            services.GetRequiredService<TimeProvider>()
        );
    }

    private static IServiceCollection AddSound(this IServiceCollection services, WatchSection watch)
    {
        services.AddSingleton<SoundStore>();
        if (!watch.Sound)
            return services;
        return services.AddSingleton<FileSound>().AddPart<SoundService>("sound");
    }

    private static IServiceCollection AddMeasuring(this IServiceCollection services, AgentOptions options, IReadOnlyList<RoomSetup> rooms)
    {
        services.AddSingleton<VerdictStore>();
        if (!options.Watch.Enabled)
            return services.AddSingleton<IPictureSink>(NoPictures.Instance);
        return services
            .AddSingleton(s => new WatchService(
                rooms,
                options.Watch,
                s.GetRequiredService<VerdictStore>(),
                s.GetRequiredService<EvidenceCache>(),
                options.TimeZone,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<WatchService>>()
            ))
            .AddSingleton<IPictureSink>(s => s.GetRequiredService<WatchService>())
            .AddSingleton<IProblemSource, MeasuringProblems>()
            .AddPart<WatchService>("measuring");
    }

    private static IServiceCollection AddCameras(this IServiceCollection services, AgentOptions options) =>
        services
            .AddSingleton(s =>
            {
                var (demand, registry) = (s.GetRequiredService<IRecordingDemand>(), s.GetRequiredService<RoomRegistry>());
                return new CaptureService(
                    [
                        .. from room in registry.Rooms
                        from camera in room.Cameras
                        select (
                            camera.Switch,
                            (Func<DateTimeOffset, bool>)(
                                now => registry.Find(room.Id) is { } found && (found.Setup.RecordsAlways || demand.IsNeeded(room.Id, now))
                            )
                        ),
                    ],
                    s.GetRequiredService<ILogger<CaptureService>>()
                );
            })
            .AddSingleton(s => new RoomChanger(
                s.GetRequiredService<RoomRegistry>(),
                s.GetRequiredService<CaptureService>(),
                s.GetRequiredService<IRecordingDemand>(),
                s.GetRequiredService<LaneStores>(),
                s.GetRequiredService<RoomPublishers>(),
                s.GetRequiredService<ManifestPublisher>(),
                () => ManifestNow(s, options),
                s.GetService<WatchService>(),
                s.GetRequiredService<TimeProvider>()
            ))
            .AddPart<CaptureService>("cameras");

    private static AgentManifest ManifestNow(IServiceProvider services, AgentOptions options) =>
        ManifestComposer.Of(
            services.GetRequiredService<RoomRegistry>().Rooms.Select(r => r.Setup),
            options.Retention.Profiles,
            options.TimeZone,
            services.GetRequiredService<IExamOutlook>().ScheduleDigest,
            services.GetRequiredService<TimeProvider>().GetUtcNow()
        );
}
