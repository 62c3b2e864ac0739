using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ExamMonitor.TestKit;

/// <summary>
/// A real Mosquitto on a loopback port of its own, with a password file. It remembers nothing over a restart, as a broker after a power cut
/// may.
/// </summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    /// <summary>User that may read and write everything.</summary>
    public const string User = "exam";

    /// <summary>Its password.</summary>
    public const string Password = "a password for tests only";

    private readonly TempFolder _folder = new();
    private readonly StringBuilder _log = new();
    private readonly string _extra;
    private Process? _process;

    private MosquittoBroker(string extra) => _extra = extra;

    /// <summary>TCP port; stays the same over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>Its process, for signals.</summary>
    /// <exception cref="InvalidOperationException">It does not run.</exception>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The broker does not run.");

    /// <summary>What the broker wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts a broker.</summary>
    /// <param name="extra">Further lines of its configuration file, for the one listener; such as TLS files.</param>
    public static async Task<MosquittoBroker> StartAsync(string extra = "")
    {
        var broker = new MosquittoBroker(extra);
        await broker.WritePasswordsAsync().ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            broker.Port = Loopback.FreePort();
            try
            {
                await broker.StartAgainAsync().ConfigureAwait(false);
                return broker;
            }
            catch (InvalidOperationException) when (attempt < 5)
            {
                // Somebody else took the port between the look and the start.
            }
        }
    }

    /// <summary>Starts it at the same port after <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        var file = _folder["mosquitto.conf"];
        await File.WriteAllTextAsync(
                file,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"listener {Port} 127.0.0.1\nallow_anonymous false\npassword_file {_folder["passwords"]}\npersistence false\nset_tcp_nodelay true\nuser {Environment.UserName}\n{_extra}\n"
                )
            )
            .ConfigureAwait(false);
        var process = Process.Start(
            new ProcessStartInfo(
                Find("mosquitto"),
                _extra.Contains("log_type", StringComparison.Ordinal) ? ["-c", file] : ["-c", file, "-v"]
            )
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        process.ErrorDataReceived += Keep;
        process.OutputDataReceived += Keep;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
        await Eventually
            .TrueAsync(async () => process.HasExited || await Loopback.AcceptsAsync(Port).ConfigureAwait(false))
            .ConfigureAwait(false);
        if (process.HasExited)
            throw new InvalidOperationException($"mosquitto ended with {process.ExitCode}: {Log}");
    }

    /// <summary>Kills it, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _folder.Dispose();
    }

    private static string Find(string tool) =>
        new[] { "/usr/sbin", "/usr/bin", "/usr/local/sbin" }.Select(f => Path.Combine(f, tool)).FirstOrDefault(File.Exists) ?? tool;

    private async Task WritePasswordsAsync()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Find("mosquitto_passwd"), ["-b", "-c", _folder["passwords"], User, Password])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                "mosquitto_passwd failed: " + await process.StandardError.ReadToEndAsync().ConfigureAwait(false)
            );
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_log)
            _log.AppendLine(line.Data);
    }
}
