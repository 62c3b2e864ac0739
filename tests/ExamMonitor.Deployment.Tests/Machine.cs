using System.Diagnostics;
using ExamMonitor.TestKit;

namespace ExamMonitor.Deployment.Tests;

/// <summary>A disposable copy of this machine (<c>machine/enter.sh</c>): what runs there changes nothing here and ends with it.</summary>
internal static class Machine
{
    /// <summary>Folder of the scripts.</summary>
    public static string Scripts => Repository.PathOf("tests", "ExamMonitor.Deployment.Tests", "machine");

    /// <summary>Why there can be none; null when there can.</summary>
    public static string? WhyNot { get; } = FindWhyNot();

    /// <summary>Runs a script there.</summary>
    /// <param name="folder">Shared with it.</param>
    /// <param name="script">Script.</param>
    /// <param name="limit">After which it is ended.</param>
    /// <param name="root">Archive (tar) of the files that it has instead of this machine's; null for none.</param>
    public static Task<ProgramResult> RunAsync(string folder, string script, TimeSpan limit, string? root = null) =>
        ProgramResult.OfAsync(
            "bash",
            Arguments(folder, script, root),
            limit,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["EXAM_MONITOR_SOURCE"] = Repository.Root,
                ["EXAM_MONITOR_BIN"] = Repository.PathOf("artifacts", "bin"),
                ["MACHINE"] = Scripts,
                ["FOLDER"] = folder,
            }
        );

    private static IEnumerable<string> Arguments(string folder, string script, string? root) =>
        [Path.Combine(Scripts, "enter.sh"), folder, script, .. root is null ? Array.Empty<string>() : [root]];

    private static string? FindWhyNot()
    {
        if (!OperatingSystem.IsLinux())
            return "Only Linux lays one file system over another.";
        using var folder = new TempFolder();
        File.WriteAllText(folder["probe.sh"], "test -d /etc");
        var probe = RunAsync(folder.Path, folder["probe.sh"], TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
        return probe.ExitCode == 0 ? null : $"This user may not lay a file system over this machine's: {probe.Errors.Trim()}";
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Both streams, for a message.</summary>
    public string All => $"exit code {ExitCode}\n{Output}\n{Errors}";

    /// <summary>Runs a program to its end.</summary>
    public static async Task<ProgramResult> OfAsync(
        string program,
        IEnumerable<string> arguments,
        TimeSpan limit,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? string.Empty,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var late = new CancellationTokenSource(limit, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {limit.TotalSeconds:0} s.", e);
        }

        return new(process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
    }

    /// <summary>Runs one of our programs, as it was built.</summary>
    public static Task<ProgramResult> OfOursAsync(string project, string name, params string[] arguments) =>
        OfAsync(PathOf(project, name), arguments, TimeSpan.FromSeconds(60));

    /// <summary>Where one of our programs was built.</summary>
    public static string PathOf(string project, string name) =>
        Repository.PathOf("artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory).Name, name);
}
