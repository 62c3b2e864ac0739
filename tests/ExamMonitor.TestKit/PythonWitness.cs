using System.Diagnostics;
using System.Globalization;

namespace ExamMonitor.TestKit;

/// <summary>
/// A witness that is not ours: written from c2sp.org/tlog-witness alone, in Python with python3-cryptography. It can also lie.
/// </summary>
public sealed class PythonWitness : IAsyncDisposable
{
    private readonly Process _process;

    private PythonWitness(Process process, int port, string key) =>
        (_process, Address, Key) = (process, new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/w")), key);

    /// <summary>Submission prefix.</summary>
    public Uri Address { get; }

    /// <summary>Verifier key.</summary>
    public string Key { get; }

    /// <summary>Path of a script of the folder <c>tlog</c>.</summary>
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "tlog", name);

    /// <summary>Starts it.</summary>
    public static async Task<PythonWitness> StartAsync(string name)
    {
        var info = new ProcessStartInfo("/usr/bin/python3", [Script("witness.py"), name])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(info)!;
        var line = await process
            .StandardOutput.ReadLineAsync()
            .WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System)
            .ConfigureAwait(false);
        if (line?.Split(' ') is not [var port, var key])
            throw new InvalidOperationException(
                $"The witness did not start (is python3-cryptography installed?): {line ?? "nothing said"}"
            );
        return new(process, int.Parse(port, CultureInfo.InvariantCulture), key);
    }

    /// <summary>
    /// Gives a command: <c>log VKEY</c>, <c>ahead ORIGIN</c>, <c>fork ORIGIN</c>, <c>say STATUS BODY</c>, <c>honest</c>, or anything to ask
    /// how it stands.
    /// </summary>
    /// <returns><c>asked=N ORIGIN=SIZE …</c>.</returns>
    public async Task<string> TellAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System).ConfigureAwait(false)
            ?? throw new InvalidOperationException("The witness ended.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }
}
