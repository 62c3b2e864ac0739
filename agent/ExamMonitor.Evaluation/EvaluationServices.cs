using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Evaluation;

/// <summary>Where an evaluation's documents lie.</summary>
/// <param name="Volume">Root of the footage volume.</param>
/// <param name="Secrets">Folder of the secrets of draws, for the agent alone.</param>
/// <param name="TwoPersons">Whether two persons approve the destruction of exam footage.</param>
internal sealed record EvaluationPlaces(string Volume, string Secrets, bool TwoPersons);

/// <summary>Registers what evaluators work with: draws, findings, scores, packs.</summary>
internal static class EvaluationServices
{
    /// <summary>Registers it.</summary>
    /// <param name="services">Services.</param>
    /// <param name="options">Configuration.</param>
    /// <param name="folder">Where everything lies.</param>
    public static IServiceCollection AddEvaluation(this IServiceCollection services, AgentOptions options, AgentFolder folder) => services
        .AddSingleton(new EvaluationPlaces(
            folder.Resolve(options.Footage.Volume), Path.Combine(folder.Root, "draws"), options.Retention.TwoPersonApproval))
        .AddSingleton<PackSource>()
        .AddSingleton<DrawService>()
        .AddSingleton<EvaluationStore>()
        .AddSingleton<RecordSheetService>()
        .AddSingleton<PackService>();
}
