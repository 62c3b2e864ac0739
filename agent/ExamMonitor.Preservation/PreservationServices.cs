using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Anchoring;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Jobs;
using ExamMonitor.Hosting.Parts;
using ExamMonitor.Preservation.Heads;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Preservation.Scrubbing;
using ExamMonitor.Preservation.Tiers;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Preservation.Witnessing;
using ExamMonitor.Problems;
using ExamMonitor.Recording;
using ExamMonitor.Retention;
using ExamMonitor.Retention.Tiers;

namespace ExamMonitor.Preservation;

/// <summary>
/// Registers what keeps and proves the footage of the volume: ledger heads, time stamps, witnesses, scrubbing, retention, archive tier.
/// </summary>
internal static class PreservationServices
{
    /// <summary>Registers it. Stops in this order: copying to the archive tier, archive, a last signed head.</summary>
    /// <param name="services">Services.</param>
    /// <param name="options">Configuration.</param>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="archive">Archive, open.</param>
    /// <param name="ledger">Its ledger.</param>
    public static IServiceCollection AddPreservation(
        this IServiceCollection services,
        AgentOptions options,
        AgentFolder folder,
        FootageArchive archive,
        VolumeLedger ledger
    )
    {
        services.AddSingleton(archive).AddSingleton(ledger).AddSingleton<CheckpointPublisher>();
        services.AddPart<LedgerPart>("ledger").AddPart<ArchivePart>("archive");
        return services
            .AddArchiveTier(options, folder)
            .AddVolume()
            .AddTimeStamps(options, folder)
            .AddScrubbing(folder)
            .AddRetention(options)
            .AddSingleton(s =>
                WitnessStart.Of(options, folder, ledger, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILoggerFactory>())
            )
            .AddSingleton<IProblemSource>(s => s.GetRequiredService<WitnessingService>());
    }

    /// <summary>Registers its work by the clock.</summary>
    /// <param name="services">Services.</param>
    /// <param name="options">Configuration.</param>
    /// <param name="zone">Site time zone.</param>
    /// <param name="now">UTC.</param>
    public static IServiceCollection AddPreservationJobs(
        this IServiceCollection services,
        AgentOptions options,
        TimeZoneInfo zone,
        DateTimeOffset now
    )
    {
        if (IsStamped(options))
            services.AddJob<TimeStampJob>(TimeSpan.FromMinutes(10), now.AddSeconds(50));
        return services
            .AddJob<CheckpointJob>(TimeSpan.FromMinutes(1), now.AddSeconds(20))
            .AddJob<ScrubJob>(TimeSpan.FromMinutes(1), now.AddSeconds(40))
            .AddJob<WitnessJob>(TimeSpan.FromSeconds(30), now.AddSeconds(25))
            .AddJob<SpaceJob>(TimeSpan.FromMinutes(5), now.AddSeconds(30))
            .AddJob<RetentionStatusJob>(TimeSpan.FromMinutes(1), now.AddSeconds(5))
            // Half past two in the night of the site: the day is over, and no exam runs.
            .AddNightlyJob<SweepJob>(2, 30, zone);
    }

    private static bool IsStamped(AgentOptions options) => options.Ledger.Anchor is { Address: not null, CaFile: not null };

    private static IServiceCollection AddVolume(this IServiceCollection services) =>
        services.AddSingleton<IProblemSource, VolumeProblems>().AddPart<VolumeWatch>("look at the volume");

    private static IServiceCollection AddTimeStamps(this IServiceCollection services, AgentOptions options, AgentFolder folder)
    {
        if (options.Ledger.Anchor is not { Address: { } address, CaFile: { } authorities } section)
            return services;
        return services
            .AddSingleton(s =>
            {
                var handler = new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseProxy = false,
                    ConnectTimeout = TimeSpan.FromSeconds(10),
                };
                var client = new TimestampClient(new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) });
                var anchor = new HeadAnchor(
                    client,
                    new(address),
                    VerificationFiles.ReadAuthorities(folder.Resolve(authorities)),
                    s.GetRequiredService<TimeProvider>()
                );
                var heads = Path.Combine(folder.Resolve(options.Footage.Volume), "ledger");
                return new TimeStampService(
                    anchor,
                    TimeSpan.FromHours(section.EveryHours),
                    heads,
                    s.GetRequiredService<ILogger<TimeStampService>>()
                );
            })
            .AddSingleton<IProblemSource>(s => s.GetRequiredService<TimeStampService>());
    }

    private static IServiceCollection AddScrubbing(this IServiceCollection services, AgentFolder folder) =>
        services
            .AddSingleton(s => new ScrubService(
                folder.Scrub,
                s.GetRequiredService<VolumeLedger>(),
                s.GetRequiredService<ILogger<ScrubService>>()
            ))
            .AddSingleton<IProblemSource, ScrubProblems>();

    private static IServiceCollection AddRetention(this IServiceCollection services, AgentOptions options)
    {
        var settings = new RetentionOptions
        {
            TwoPersons = options.Retention.TwoPersonApproval,
            WarnDays = options.Retention.WarnDays,
            ClockIsSynchronized = ClockSync.IsSynchronized,
        };
        return services
            .AddSingleton(RetentionRulesReader.Combine(SiteRetentionSetup.Of(options)).Rules)
            .AddSingleton(s =>
                FootageRetention.Open(
                    s.GetRequiredService<FootageArchive>(),
                    new RetentionLedger(s.GetRequiredService<VolumeLedger>().Log, s.GetRequiredService<TimeProvider>()),
                    s.GetRequiredService<RetentionRules>(),
                    settings
                )
            )
            .AddSingleton<HoldService>()
            .AddSingleton<RetentionService>()
            .AddSingleton<IProblemSource, RetentionProblems>()
            .AddPart<SpaceRelief>("space relief");
    }

    private static IServiceCollection AddArchiveTier(this IServiceCollection services, AgentOptions options, AgentFolder folder)
    {
        if (TierSetup.Of(options, folder) is not { } tier)
            return services;
        return services
            .AddSingleton(s =>
            {
                var retention = s.GetRequiredService<FootageRetention>();
                return TierStart.Open(
                    tier,
                    options,
                    folder,
                    s.GetRequiredService<FootageArchive>(),
                    new DutyFootage(() => retention.Facts),
                    s.GetRequiredService<VolumeLedger>(),
                    s.GetRequiredService<TimeProvider>(),
                    s.GetRequiredService<ILoggerFactory>()
                );
            })
            .AddSingleton<IProblemSource, TierProblems>()
            .AddPart<TierService>("archive tier");
    }
}
