using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Mqtt;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;

namespace ExamMonitor.Broker;

/// <summary>
/// Takes connections in, with a bound on all that a stranger may cost before its log-in: packet size, time, connections per address and in
/// all.
/// </summary>
/// <remarks>
/// When too many have not logged in, the oldest of them is closed: who means it logs in within milliseconds and passes, however many others
/// only connect. A count per address could not tell them apart on loopback, where agent, dashboard and stranger share one.
/// </remarks>
/// <param name="endPoints">Where to listen.</param>
/// <param name="limits">Bounds.</param>
/// <param name="log">Log.</param>
/// <param name="time">Clock.</param>
internal sealed class BoundedListener(IReadOnlyList<BrokerEndPoint> endPoints, BrokerLimits limits, BrokerLog log, TimeProvider time)
    : IMqttServerAdapter
{
    private const int Backlog = 256;

    private readonly List<Socket> _listeners = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly LinkedList<Socket> _pending = new();
    private readonly ConcurrentDictionary<IMqttChannelAdapter, LinkedListNode<Socket>> _places = new();
    private readonly TokenBuckets _connects = new(limits.ConnectsPerSecond, limits.ConnectsPerSecond * 4, time);
    private List<Task> _accepting = [];

    /// <inheritdoc/>
    public Func<IMqttChannelAdapter, Task> ClientHandler { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Connections that have not logged in.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
                return _pending.Count;
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        foreach (var endPoint in endPoints)
        {
            var certificate = endPoint.CertificateFile is { } file ? X509Certificate2.CreateFromPemFile(file, endPoint.KeyFile) : null;
            var address = new IPEndPoint(IPAddress.Parse(endPoint.Address), endPoint.Port);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _listeners.Add(socket);
            socket.Bind(address);
            socket.Listen(Backlog);
            _accepting.Add(Task.Run(() => AcceptAsync(socket, certificate)));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_accepting).ConfigureAwait(false);
        _accepting = [];
    }

    /// <summary>A connection has logged in: it no longer counts as pending.</summary>
    public void LoggedIn(IMqttChannelAdapter connection)
    {
        if (!_places.TryRemove(connection, out var place))
            return;
        lock (_gate)
        {
            if (place.List is not null)
                _pending.Remove(place);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener, X509Certificate2? certificate)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                if (Admits(socket))
                    _ = ServeAsync(socket, certificate);
                else
                    socket.Close(0);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The stranger left before he was let in, or descriptors are short for a moment.
                await Task.Delay(TimeSpan.FromMilliseconds(20), time, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private bool Admits(Socket socket) =>
        socket.RemoteEndPoint is IPEndPoint { Address: var address }
        && (IPAddress.IsLoopback(address) || _connects.TryTake(address.ToString()));

    private async Task ServeAsync(Socket socket, X509Certificate2? certificate)
    {
        var place = Enter(socket);
        try
        {
            var remote = socket.RemoteEndPoint;
            Prepare(socket);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            await using (stream.ConfigureAwait(false))
            {
                if (certificate is not null)
                    stream = await SecureAsync(stream, certificate).ConfigureAwait(false);
                using var channel = new MqttTcpChannel(
                    new PacketBoundStream(stream, limits.LoginBytes, limits.PacketBytes),
                    socket.LocalEndPoint,
                    remote,
                    null
                );
                using var inner = new MqttChannelAdapter(
                    channel,
                    new MqttPacketFormatterAdapter(new MqttBufferWriter(4096, ushort.MaxValue)),
                    MqttNetNullLogger.Instance
                );
                using var adapter = new NamingAdapter(inner);
                _places[adapter] = place;
                try
                {
                    await ClientHandler(adapter).ConfigureAwait(false);
                }
                finally
                {
                    LoggedIn(adapter);
                }
            }
        }
#pragma warning disable CA1031 // Supervisor of one stranger's connection: whatever he sends ends his connection and nothing else.
        catch (Exception)
        {
            // Closed below.
        }
#pragma warning restore CA1031
        finally
        {
            lock (_gate)
            {
                if (place.List is not null)
                    _pending.Remove(place);
            }

            socket.Dispose();
        }
    }

    private LinkedListNode<Socket> Enter(Socket socket)
    {
        Socket? oldest = null;
        LinkedListNode<Socket> place;
        lock (_gate)
        {
            if (_pending.Count >= limits.PendingConnections)
            {
                oldest = _pending.First!.Value;
                _pending.RemoveFirst();
            }

            place = _pending.AddLast(socket);
        }

        oldest?.Close(0);
        return place;
    }

    /// <summary>A client without keep-alive whose computer lost its power is found by TCP's own questions.</summary>
    private void Prepare(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            BoundQuestions(socket);
        }
        catch (SocketException e)
        {
            log.Say("options", $"The broker closed a connection: the system refused an option of its socket ({e.SocketErrorCode}).");
            throw;
        }
    }

    private static void BoundQuestions(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ProtocolOption)
        {
            // Windows before version 1703 (Server 2016) does not know this option. It asks ten times.
        }
    }

    private async Task<Stream> SecureAsync(Stream plain, X509Certificate2 certificate)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        using var limit = new CancellationTokenSource(limits.LoginWithin, time);
        try
        {
            await secure
                .AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, limit.Token)
                .ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
