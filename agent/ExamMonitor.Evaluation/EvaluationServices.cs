using ExamMonitor.Capture;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Parts;

namespace ExamMonitor.Evaluation;

/// <summary>Where an evaluation's documents lie.</summary>
/// <param name="Volume">Root of the footage volume.</param>
/// <param name="Secrets">Folder of the secrets of draws, for the agent alone.</param>
/// <param name="Packs">Folder of plans of packs, for the agent alone.</param>
/// <param name="Copies">Folder of redacted copies, for the agent alone: never on the volume of the footage.</param>
/// <param name="TwoPersons">Whether two persons approve the destruction of exam footage.</param>
internal sealed record EvaluationPlaces(string Volume, string Secrets, string Packs, string Copies, bool TwoPersons);

/// <summary>Registers what evaluators work with: draws, findings, scores, packs.</summary>
internal static class EvaluationServices
{
    /// <summary>Registers it.</summary>
    /// <param name="services">Services.</param>
    /// <param name="options">Configuration.</param>
    /// <param name="folder">Where everything lies.</param>
    public static IServiceCollection AddEvaluation(this IServiceCollection services, AgentOptions options, AgentFolder folder) =>
        services
            .AddSingleton(
                new EvaluationPlaces(
                    folder.Resolve(options.Footage.Volume),
                    Path.Combine(folder.Root, "draws"),
                    Path.Combine(folder.Root, "packs"),
                    Path.Combine(folder.Root, "copies"),
                    options.Retention.TwoPersonApproval
                )
            )
            .AddSingleton<PackSource>()
            .AddSingleton<DrawService>()
            .AddSingleton<EvaluationStore>()
            .AddSingleton<RecordSheetService>()
            .AddSingleton<IPackClips, ArchiveClips>()
            .AddSingleton<PackStore>()
            .AddSingleton<RegionBlur>()
            .AddSingleton<RedactedCopies>()
            .AddSingleton<MomentPicture>()
            .AddSingleton<ReportService>()
            .AddSingleton<PackService>()
            .AddSingleton<PackWorker>()
            .AddPart<PackWorker>("packs");
}
