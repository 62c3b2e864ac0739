using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.Capture.Tests;

/// <summary>A TCP relay that can fall silent while connections stay open, as a dead switch does.</summary>
internal sealed class PlainRelay : IDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _flows = new(true);

    public PlainRelay(int port, int target)
    {
        _listener = new(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync(target);
    }

    public void Stall() => _flows.Reset();

    public void Resume() => _flows.Set();

    public void Dispose()
    {
        _stop.Cancel();
        _flows.Set();
        _listener.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), target);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client, int target)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, _stop.Token);
                await Task.WhenAny(PumpAsync(client.GetStream(), server.GetStream()), PumpAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // One side has gone.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            await Task.Run(() => _flows.Wait(_stop.Token));
            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
