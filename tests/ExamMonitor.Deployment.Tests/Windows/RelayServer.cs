using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ExamMonitor.Deployment.Tests.Windows;

/// <summary>Runs this machine's ffmpeg for the <c>ffmpeg.exe</c> of the Windows programs (ExamMonitor.FfmpegRelay), and ends it with that one.</summary>
internal sealed class RelayServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RelayServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        var stream = client.GetStream();
        var words = Encoding.UTF8.GetString((await ReadAsync(stream)).Body).Split('\0');
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..].Select(UnixPath))
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        using var gate = new SemaphoreSlim(1, 1);
        var input = FeedAsync(stream, process);
        await Task.WhenAll(CopyAsync(process.StandardOutput.BaseStream, stream, 1, gate), CopyAsync(process.StandardError.BaseStream, stream, 2, gate));
        await process.WaitForExitAsync();
        var code = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(code, process.ExitCode);
        await SendAsync(stream, 3, code, gate);
        await input;
    }

    private static async Task FeedAsync(NetworkStream stream, Process process)
    {
        try
        {
            while (true)
            {
                var (kind, body) = await ReadAsync(stream);
                if (kind == 2) process.StandardInput.Close();
                else await process.StandardInput.BaseStream.WriteAsync(body);
                if (kind == 1) await process.StandardInput.BaseStream.FlushAsync();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other end was killed, or both have ended: what it had started goes with it.
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task CopyAsync(Stream from, NetworkStream to, byte kind, SemaphoreSlim gate)
    {
        var buffer = new byte[65536];
        int read;
        while ((read = await from.ReadAsync(buffer)) > 0) await SendAsync(to, kind, buffer.AsMemory(0, read), gate);
    }

    private static async Task SendAsync(NetworkStream to, byte kind, ReadOnlyMemory<byte> body, SemaphoreSlim gate)
    {
        var frame = new byte[5 + body.Length];
        frame[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame.AsMemory(5));
        await gate.WaitAsync();
        try
        {
            await to.WriteAsync(frame);
        }
        catch (IOException)
        {
            // The other end was killed.
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task<(byte Kind, byte[] Body)> ReadAsync(NetworkStream from)
    {
        var header = new byte[5];
        await from.ReadExactlyAsync(header);
        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(1))];
        await from.ReadExactlyAsync(body);
        return (header[0], body);
    }

    private static string UnixPath(string word) => word.StartsWith("Z:\\", StringComparison.Ordinal) ? word[2..].Replace('\\', '/') : word;
}
