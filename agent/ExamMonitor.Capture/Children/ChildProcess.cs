using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ExamMonitor.Capture.Children;

/// <summary>
/// A child that never outlives us: stopped by asking, waiting, killing; killed by the system when we die. Members are thread-safe, the
/// streams are not.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Longest line of standard error that is kept, characters.</summary>
    public const int LongestErrorLine = 2000;

    private readonly Process _process;
    private readonly ChildProcessStart _start;
    private readonly TimeProvider _time;
    private readonly Task _errors;

    private ChildProcess(Process process, ChildProcessStart start, TimeProvider time)
    {
        (_process, _start, _time, Id) = (process, start, time, process.Id);
        _errors = Task.Run(ReadErrorsAsync);
    }

    /// <summary>Process id.</summary>
    public int Id { get; }

    /// <summary>What we write to it.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it writes to us. Must be read, or the child stalls.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>User and system time spent so far; null once it has ended and the system forgot it.</summary>
    public TimeSpan? ProcessorTime
    {
        get
        {
            try
            {
                return _process.TotalProcessorTime;
            }
            catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException)
            {
                return null;
            }
        }
    }

    /// <summary>Starts a child.</summary>
    /// <exception cref="ChildProcessException">It could not be started.</exception>
    public static async Task<ChildProcess> StartAsync(
        ChildProcessStart start,
        TimeProvider time,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var process = await ChildStarter.RunAsync(() => StartNow(start)).ConfigureAwait(false);
        var child = new ChildProcess(process, start, time);
        try
        {
            if (start.Input is { } input)
            {
                await child.Input.WriteAsync(input, cancellationToken).ConfigureAwait(false);
                await child.Input.DisposeAsync().ConfigureAwait(false);
            }

            return child;
        }
        catch (IOException)
        {
            // It ended before it read its input; the exit code tells more than a broken pipe.
            return child;
        }
        catch
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Exit code; on Linux 128 + n after signal n.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        await _errors.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _process.ExitCode;
    }

    /// <summary>Asks, waits, kills. Returns when it has ended.</summary>
    /// <param name="grace">Time between asking and killing; null = 5 s.</param>
    /// <param name="insist">Whether it is asked a second time after a third of the time: ffmpeg gives up a read that waits for a silent
    /// camera, and a write, only then.</param>
    /// <returns>Whether it ended by itself in time.</returns>
    public async Task<bool> StopAsync(TimeSpan? grace = null, bool insist = false)
    {
        var patience = grace ?? TimeSpan.FromSeconds(5);
        Ask();
        var first = insist ? patience / 3 : patience;
        if (await HasExitedWithinAsync(first).ConfigureAwait(false))
            return true;
        if (insist)
        {
            Ask();
            if (await HasExitedWithinAsync(patience - first).ConfigureAwait(false))
                return true;
        }

        Kill();
        await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> HasExitedWithinAsync(TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time, _time);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Kills it and what it started, without waiting.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already, or ends now.
        }
    }

    /// <summary>Kills what still runs and frees the pipes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill();
            await _process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        // A grandchild may hold the pipe open: closing our end is what ends the reader.
        _process.StandardError.Close();
        await _errors.ConfigureAwait(false);
        _process.Dispose();
    }

    private static Process StartNow(ChildProcessStart start)
    {
        var info = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = start.WorkingDirectory ?? string.Empty,
        };
        DeathWatch.Prepare(info, start);
        foreach (var (name, value) in start.Environment)
            info.Environment[name] = value;
        try
        {
            var process = Process.Start(info) ?? throw new UnreachableException($"{start.FileName}: no process");
            DeathWatch.Adopt(process, start);
            if (start.OutputPipeBytes is { } bytes)
                PipeSize.Enlarge(process.StandardOutput.BaseStream, bytes);
            if (start.InputPipeBytes is { } wanted)
                PipeSize.Enlarge(process.StandardInput.BaseStream, wanted);
            return process;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new ChildProcessException(
                $"{start.FileName} could not be started: {e.Message}. Check that it is installed and may be executed by this user.",
                e
            );
        }
    }

    private void Ask()
    {
        try
        {
            if (_start.TerminateToStop && !_process.HasExited)
                DeathWatch.Terminate(Id);
            if (_start.Input is not null)
                return;
            if (_start.StopWord is { } word)
                _process.StandardInput.Write(word);
            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended between the question and the write.
        }
    }

    private async Task ReadErrorsAsync()
    {
        var lines = new BoundedLines(LongestErrorLine);
        var buffer = new char[4096];
        try
        {
            int read;
            while ((read = await _process.StandardError.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                foreach (var line in lines.Push(buffer.AsSpan(0, read)))
                    _start.ErrorLine?.Invoke(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The pipe was closed under us by DisposeAsync.
        }

        if (lines.Rest() is { } rest)
            _start.ErrorLine?.Invoke(rest);
    }
}
