using ExamMonitor.Hosting;

namespace ExamMonitor.Problems;

/// <summary>Registers the problems.</summary>
internal static class ProblemServices
{
    /// <summary>Registers the open problems; who keeps their pictures is registered elsewhere.</summary>
    public static IServiceCollection AddProblems(this IServiceCollection services, AgentFolder folder) =>
        services.AddSingleton(new ProblemStore(folder.Problems)).AddSingleton<ProblemService>();
}
