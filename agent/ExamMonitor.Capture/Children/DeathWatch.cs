using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ExamMonitor.Capture.Children;

/// <summary>
/// Ties a child's life to ours. Linux: <c>setpriv --pdeathsig</c> (util-linux, part of every Debian) sets the signal and becomes the child.
/// Windows: a job object that kills when its last handle closes (tried under Wine).
/// </summary>
internal static partial class DeathWatch
{
    private const int SigTerm = 15;
    private static readonly string? SetPriv = OperatingSystem.IsLinux() ? Find("setpriv") : null;
    private static readonly string? Nice = OperatingSystem.IsLinux() ? Find("nice") : null;

    /// <summary>Writes file name and arguments. Both wrappers exec, so that the process id stays that of the program.</summary>
    public static void Prepare(ProcessStartInfo info, ChildProcessStart start)
    {
        var words = new List<string>();
        if (start.LowPriority && Nice is not null)
            words.AddRange([Nice, "-n", "10"]);
        if (SetPriv is not null)
            words.AddRange([SetPriv, "--pdeathsig", "KILL", "--"]);
        words.Add(Resolve(start.FileName));
        words.AddRange(start.Arguments);
        info.FileName = words[0];
        foreach (var word in words.Skip(1))
            info.ArgumentList.Add(word);
    }

    /// <summary>After the start.</summary>
    public static void Adopt(Process process, ChildProcessStart start)
    {
        if (!OperatingSystem.IsWindows())
            return;
        WindowsJob.Adopt(process.SafeHandle);
        if (start.LowPriority)
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
    }

    /// <summary>Asks a process to end; on Windows there is no such question.</summary>
    public static void Terminate(int processId)
    {
        if (OperatingSystem.IsLinux())
            _ = Kill(processId, SigTerm);
    }

    // The wrapper would report a missing program as its own failure; ours names the program.
    private static string Resolve(string fileName) =>
        SetPriv is null ? fileName
        : fileName.Contains('/', StringComparison.Ordinal) ? (File.Exists(fileName) ? fileName : throw Missing(fileName))
        : Find(fileName) ?? throw Missing(fileName);

    private static ChildProcessException Missing(string fileName) =>
        new($"{fileName} was not found. Install it, or give its path in the configuration.");

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/bin", "/bin"])
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int processId, int signal);
}
