using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace ExamMonitor.Deployment.Tests.Windows;

/// <summary>One <c>ffmpeg.exe</c> with the ffmpeg that works for it. Frames: see ExamMonitor.FfmpegRelay.</summary>
internal sealed class RelaySession(TcpClient client) : IDisposable
{
    private readonly NetworkStream _stream = client.GetStream();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Process _process = new();

    /// <summary>Until both have ended.</summary>
    public async Task RunAsync()
    {
        var words = Encoding.UTF8.GetString((await ReadAsync()).Body).Split('\0');
        _process.StartInfo = new ProcessStartInfo(words[0], words[1..].Select(UnixPath))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process.Start();
        await Task.WhenAll(FeedAsync(), TellAsync());
    }

    public void Dispose()
    {
        _process.Dispose();
        _gate.Dispose();
        _stream.Dispose();
        client.Dispose();
    }

    private async Task TellAsync()
    {
        await Task.WhenAll(CopyAsync(_process.StandardOutput, 1), CopyAsync(_process.StandardError, 2));
        await _process.WaitForExitAsync();
        var code = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(code, _process.ExitCode);
        await SendAsync(3, code);
    }

    private async Task FeedAsync()
    {
        try
        {
            while (true)
            {
                var (kind, body) = await ReadAsync();
                if (kind == 2)
                {
                    _process.StandardInput.Close();
                    continue;
                }

                await _process.StandardInput.BaseStream.WriteAsync(body);
                await _process.StandardInput.BaseStream.FlushAsync();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other end was killed, or both have ended: what it had started goes with it.
            if (!_process.HasExited)
                _process.Kill();
        }
    }

    private async Task CopyAsync(StreamReader from, byte kind)
    {
        var buffer = new byte[65536];
        int read;
        while ((read = await from.BaseStream.ReadAsync(buffer)) > 0)
            await SendAsync(kind, buffer.AsMemory(0, read));
    }

    private async Task SendAsync(byte kind, ReadOnlyMemory<byte> body)
    {
        var frame = new byte[5 + body.Length];
        frame[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame.AsMemory(5));
        await _gate.WaitAsync();
        try
        {
            await _stream.WriteAsync(frame);
        }
        catch (IOException)
        {
            // The other end was killed.
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<(byte Kind, byte[] Body)> ReadAsync()
    {
        var header = new byte[5];
        await _stream.ReadExactlyAsync(header);
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1))];
        await _stream.ReadExactlyAsync(body);
        return (header[0], body);
    }

    private static string UnixPath(string word) => word.StartsWith("Z:\\", StringComparison.Ordinal) ? word[2..].Replace('\\', '/') : word;
}
