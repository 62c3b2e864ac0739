using ExamMonitor.Agent.Api;
using ExamMonitor.Agent.Metrics;
using ExamMonitor.Capture;
using ExamMonitor.Evaluation;
using ExamMonitor.Exams;
using ExamMonitor.Floor;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Jobs;
using ExamMonitor.Messaging;
using ExamMonitor.Preservation;
using ExamMonitor.Problems;
using ExamMonitor.SetUp;

namespace ExamMonitor.Agent.Hosting;

/// <summary>What the operator wrote, read and checked.</summary>
/// <param name="Options">Configuration, without errors.</param>
/// <param name="Folder">Where everything lies.</param>
/// <param name="Rooms">Rooms with their maps.</param>
/// <param name="Identity">Who this is.</param>
/// <param name="Configuration">The file as it was read.</param>
internal sealed record AgentSetup(
    AgentOptions Options,
    AgentFolder Folder,
    IReadOnlyList<RoomSetup> Rooms,
    AgentIdentity Identity,
    ConfigurationReading Configuration
);

/// <summary>Composes the agent from its parts.</summary>
internal static class AgentComposition
{
    /// <summary>Registers every part, from the broker to the cameras.</summary>
    /// <remarks>
    /// Parts start in this order and stop in the other, so that nothing is lost on the way: work by the clock → cameras (each commits its
    /// run) → measuring → sound → publishing → plates → archive tier → archive → a last signed head → last MQTT message → broker.
    /// </remarks>
    public static IServiceCollection AddAgent(this IServiceCollection services, AgentSetup setup, AgentStores stores, TimeProvider time)
    {
        var (options, folder, rooms, identity, configuration) = setup;
        var zone = SiteZone.Of(options.TimeZone);
        return services
            .AddSingleton(time)
            .AddSingleton(identity)
            .AddSingleton(folder)
            .AddSingleton(stores.Tools)
            .AddAgentOptions(options)
            .AddProblems(folder)
            .AddMessaging(folder, stores.Broker, stores.Access, stores.Publisher)
            .AddPreservation(options, folder, stores.Archive, stores.Ledger)
            .AddExams(options, folder)
            .AddEvaluation(options, folder)
            .AddSetUp(configuration)
            .AddFloor(options, folder, rooms)
            .AddPreservationJobs(options, zone, identity.StartedAt)
            .AddExamJobs(identity.StartedAt)
            .AddJobScheduler()
            .AddApi(options.Api, folder)
            .AddMetrics()
            .AddHostedService<AgentAnnouncement>();
    }

    private static IServiceCollection AddApi(this IServiceCollection services, ApiSection api, AgentFolder folder) =>
        services
            .AddSingleton(new ApiToken(Secrets.ReadOrCreate(api.TokenFile is { } file ? folder.Resolve(file) : folder.ApiToken)))
            .AddSingleton<AgentHead>()
            .AddSingleton<AgentReadiness>()
            .AddSingleton<HoldGround>()
            .AddSingleton<TierFetch>()
            .AddSingleton<RangeRemuxer>()
            .AddSingleton(s => new KeyFrameSnapshot(s.GetRequiredService<FfmpegTools>(), s.GetRequiredService<TimeProvider>()))
            .AddSingleton<SnapshotCache>();

    private static IServiceCollection AddMetrics(this IServiceCollection services) =>
        services.AddSingleton<PrometheusExporter>().AddSingleton<AgentMeter>().AddHostedService<MeterPart>();
}
