using System.Diagnostics;
using ExamMonitor.TestKit;

namespace ExamMonitor.Deployment.Tests.Windows;

/// <summary>The programs as they are built for Windows, under Wine. Made once for all tests.</summary>
public sealed class WindowsPrograms : Xunit.IAsyncLifetime
{
    private const string Wine = "/usr/lib/wine/wine64";
    private readonly TempFolder _folder = new();
    private RelayServer? _relay;

    /// <summary>Why they cannot be run; null when they can.</summary>
    public string? WhyNot { get; } = File.Exists(Wine) ? null : "Wine is not installed (Debian: apt-get install wine64).";

    /// <summary>A path below the folder of all of it.</summary>
    public string this[string name] => _folder[name];

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Publishes them. Not when the class begins: that happens for tests that are not run, too.</summary>
    public async Task PrepareAsync()
    {
        _relay = new();
        var prefix = ProgramResult.OfAsync(Wine, ["wineboot", "-i"], TimeSpan.FromMinutes(5), Environment);
        await PublishAsync();
        await File.WriteAllTextAsync(Tool("relay.port"), _relay.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var kind in new[] { "exe", "dll", "runtimeconfig.json", "deps.json" })
            File.Copy(Tool("ffmpeg." + kind), Tool("ffprobe." + kind), overwrite: true);
        await prefix;
    }

    /// <summary>Runs one to its end.</summary>
    internal Task<ProgramResult> RunAsync(string program, params string[] arguments) =>
        ProgramResult.OfAsync(Wine, [PathOf(program), .. arguments], TimeSpan.FromMinutes(5), Environment, _folder.Path);

    /// <summary>Starts one.</summary>
    internal Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "bash",
            ["-c", "exec \"$@\" >>\"$LOG\" 2>&1 </dev/null", "bash", Wine, PathOf(program), .. arguments]
        )
        {
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        start.Environment["LOG"] = _folder[program + ".log"];
        return Process.Start(start)!;
    }

    /// <summary>Command lines of the processes that programs of ours have started and that still run, with their ids.</summary>
    internal static (int Id, string Line)[] Children()
    {
        var ours = Windows(Published(string.Empty));
        return
        [
            .. new DirectoryInfo("/proc")
                .EnumerateDirectories()
                .Where(d => d.Name.All(char.IsAsciiDigit))
                .Select(d => (Id: int.Parse(d.Name, System.Globalization.CultureInfo.InvariantCulture), Line: LineOf(d)))
                .Where(p => p.Line.StartsWith(ours, StringComparison.Ordinal)),
        ];
    }

    /// <summary>Stops one where it stands.</summary>
    /// <param name="line">End of its command line.</param>
    internal static async Task SuspendAsync(string line)
    {
        var (id, _) = Children().Single(p => p.Line.EndsWith(line, StringComparison.Ordinal));
        await SignalAsync("-STOP", id);
    }

    /// <summary>Asks one to end: Wine makes Control-C of the signal.</summary>
    internal static Task AskToEndAsync(Process process) => SignalAsync("-INT", process.Id);

    private static async Task SignalAsync(string signal, int id)
    {
        var kill = await ProgramResult.OfAsync("kill", [signal, FormattableString.Invariant($"{id}")], TimeSpan.FromSeconds(20));
        if (kill.ExitCode != 0)
            throw new InvalidOperationException(kill.All);
    }

    private static string LineOf(DirectoryInfo process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process.FullName, "cmdline")).Replace('\0', ' ').TrimEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile.
            return string.Empty;
        }
    }

    /// <summary>A path as a Windows program reads it.</summary>
    internal static string Windows(string path) => "Z:" + path.Replace('/', '\\');

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await ProgramResult.OfAsync("/usr/lib/wine/wineserver64", ["-k"], TimeSpan.FromSeconds(20), Environment);
        _relay?.Dispose();
        _folder.Dispose();
    }

    private Dictionary<string, string> Environment =>
        new(StringComparer.Ordinal)
        {
            ["WINEPREFIX"] = _folder["wine"],
            // Wine 8 knows no elliptic curves: the programs' signatures come from another library there. Everything else of them is as it
            // is shipped.
            ["DOTNET_STARTUP_HOOKS"] = Windows(ProgramResult.PathOf("ExamMonitor.ManagedCurve", "ExamMonitor.ManagedCurve.dll")),
            ["WINEDEBUG"] = "-all",
            ["DOTNET_ROOT"] = "",
            ["DOTNET_EnableDiagnostics"] = "0",
            // Wine does not map one page twice as .NET asks for it.
            ["DOTNET_EnableWriteXorExecute"] = "0",
            ["DOTNET_TieredPGO"] = "0",
        };

    private static string Tool(string name) => Published(Path.Combine("tools", name));

    private static string PathOf(string program) => Published(Path.Combine(program, $"exam-monitor-{program}.exe"));

    /// <summary>What was published, kept beside the other outputs: a second run publishes only what has changed.</summary>
    internal static string Published(string name) => Repository.PathOf("artifacts", "windows", name);

    private static async Task PublishAsync()
    {
        var project = Repository.PathOf("tests", "ExamMonitor.Deployment.Tests", "Windows", "programs.proj");
        string[] arguments = ["msbuild", project, "-restore", "-t:Publish", "-v:quiet", "-nologo", "-m:1", "-nodeReuse:false"];
        var result = await ProgramResult.OfAsync("dotnet", arguments, TimeSpan.FromMinutes(10));
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"The programs could not be published for Windows:\n{result.All}");
    }
}
