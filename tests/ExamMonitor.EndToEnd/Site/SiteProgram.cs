using System.Diagnostics;

namespace ExamMonitor.EndToEnd.Site;

/// <summary>One of our programs as a process of its own, its output kept in a file.</summary>
internal sealed class SiteProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _copying;

    private SiteProgram(Process process, StreamWriter log)
    {
        (_process, _log) = (process, log);
        var gate = new Lock();
        _copying = Task.WhenAll(CopyAsync(process.StandardOutput, log, gate), CopyAsync(process.StandardError, log, gate));
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Executable of a project, built in the same configuration as the tests.</summary>
    public static string PathOf(string project, string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        return TestKit.Repository.PathOf("artifacts", "bin", project, configuration, OperatingSystem.IsWindows() ? name + ".exe" : name);
    }

    public static SiteProgram Start(string executable, string logFile, params string[] arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        return new(process, log);
    }

    /// <summary>Asks it to stop as a service manager does, and waits.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start(
                new ProcessStartInfo("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])
                {
                    UseShellExecute = false,
                }
            )!;
            await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40), TimeProvider.System);
            await _process.WaitForExitAsync(limit.Token);
        }

        return _process.ExitCode;
    }

    /// <summary>Ends it as a crash does.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        // Both ends of the pipes are closed once the process is gone.
        await _copying;
        await _log.DisposeAsync();
        _process.Dispose();
    }

    private static async Task CopyAsync(StreamReader from, StreamWriter to, Lock gate)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (gate)
                to.WriteLine(line);
        }
    }
}
