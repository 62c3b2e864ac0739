using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.TestKit;

/// <summary>Passes connections on to another loopback port, until it is told to cut them: a network cable that a test can pull.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _refuse;
    private volatile bool _swallow;

    /// <summary>Listens on a port of its own.</summary>
    /// <param name="target">Port to pass on to.</param>
    public TcpRelay(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Port to connect to.</summary>
    public int Port { get; }

    /// <summary>Connections cut so far.</summary>
    public int Cuts { get; private set; }

    /// <summary>While true, new connections are closed at once.</summary>
    public bool Refuse
    {
        get => _refuse;
        set => _refuse = value;
    }

    /// <summary>While true, connections stand and nothing that is sent over them arrives: a line that died without a word.</summary>
    public bool Swallow
    {
        get => _swallow;
        set => _swallow = value;
    }

    /// <summary>Cuts every connection with a reset.</summary>
    public void Cut()
    {
        foreach (var client in _clients.Keys)
        {
            if (!_clients.TryRemove(client, out _))
                continue;
            Cuts++;
            client.Client?.Close(0);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        Cut();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                if (_refuse)
                    client.Client?.Close(0);
                else
                    _ = PassAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var target = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        _clients[client] = true;
        _clients[target] = true;
        try
        {
            await target.ConnectAsync(IPAddress.Loopback, _target, _stop.Token).ConfigureAwait(false);
            await Task.WhenAny(PumpAsync(client.GetStream(), target.GetStream()), PumpAsync(target.GetStream(), client.GetStream()))
                .ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // A cut cable.
        }
        finally
        {
            _clients.TryRemove(client, out _);
            _clients.TryRemove(target, out _);
            client.Dispose();
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token).ConfigureAwait(false)) > 0)
        {
            if (!_swallow)
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token).ConfigureAwait(false);
        }
    }
}
