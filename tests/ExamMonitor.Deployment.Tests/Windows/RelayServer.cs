using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.Deployment.Tests.Windows;

/// <summary>
/// Runs this machine's ffmpeg for the <c>ffmpeg.exe</c> of the Windows programs (ExamMonitor.FfmpegRelay), and ends it with that one.
/// </summary>
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
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using var session = new RelaySession(client);
        await session.RunAsync();
    }
}
