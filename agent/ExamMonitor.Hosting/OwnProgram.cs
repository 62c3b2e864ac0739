namespace ExamMonitor.Hosting;

/// <summary>The agent's own executable, for children that run one of its other commands.</summary>
internal static class OwnProgram
{
    /// <summary>Absolute path of the executable that lies beside this assembly.</summary>
    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "exam-monitor-agent.exe" : "exam-monitor-agent");

    /// <summary>Environment of a child: the same runtime as ours, lean, without diagnostics ports of its own.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_gcConcurrent"] = "0",
        };
}
