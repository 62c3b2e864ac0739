using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// Takes delivery of a session's tracks over UDP, each on a pair of ports, from the camera's address alone. Dispose to close them.
/// </summary>
/// <param name="local">Address to listen at.</param>
/// <param name="remote">The camera.</param>
/// <param name="time">Clock.</param>
internal sealed class UdpMedia(IPAddress local, IPAddress remote, TimeProvider time) : IDisposable
{
    /// <summary>A burst of a 4K key frame overruns the system's default.</summary>
    private const int ReceiveBuffer = 2 << 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<byte, (Socket Media, Socket Reports)> _pairs = [];
    private readonly Dictionary<byte, IPEndPoint> _reportsTo = [];

    /// <summary>Opens a pair of ports for a track.</summary>
    /// <param name="channel">Channel that the track has towards ffmpeg.</param>
    /// <returns>The even port of the pair.</returns>
    /// <exception cref="SocketException">No pair is free.</exception>
    public int Open(byte channel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var media = Bound(0);
            var port = ((IPEndPoint)media.LocalEndPoint!).Port;
            try
            {
                if (port % 2 == 0)
                {
                    _pairs[channel] = (media, Bound(port + 1));
                    return port;
                }
            }
            catch (SocketException) when (attempt < 100)
            {
                // The port above is taken.
            }

            media.Dispose();
            if (attempt >= 200)
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
        }
    }

    /// <summary>Receives until the token ends it.</summary>
    /// <param name="channel">Channel of the track.</param>
    /// <param name="serverPort">The camera's port of the track; null when it did not say.</param>
    /// <param name="take">Takes what came, in RTSP's frames; nothing now and then.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public void Begin(
        byte channel,
        int? serverPort,
        Func<IReadOnlyList<Memory<byte>>, CancellationToken, Task> take,
        CancellationToken cancellationToken
    )
    {
        var (media, reports) = _pairs[channel];
        if (serverPort is { } port)
        {
            _reportsTo[(byte)(channel + 1)] = new(remote, port + 1);
            // Opens the way back through a firewall, as every client does; a camera drops it.
            Send(media, new([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), new(remote, port));
        }

        _ = Task.Run(() => ReceiveAsync(media, channel, take, ordered: true, cancellationToken), CancellationToken.None);
        _ = Task.Run(() => ReceiveAsync(reports, (byte)(channel + 1), take, ordered: false, cancellationToken), CancellationToken.None);
    }

    /// <summary>Sends a receiver report of ffmpeg to the camera.</summary>
    public void SendReport(ReadOnlySpan<byte> framed)
    {
        if (framed.Length > 4 && _reportsTo.TryGetValue(framed[1], out var to) && _pairs.TryGetValue((byte)(framed[1] - 1), out var pair))
            Send(pair.Reports, framed[4..], to);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (media, reports) in _pairs.Values)
        {
            media.Dispose();
            reports.Dispose();
        }
    }

    private Socket Bound(int port)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
        try
        {
            socket.Bind(new IPEndPoint(local, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes, IPEndPoint to)
    {
        try
        {
            socket.SendTo(bytes, to);
        }
        catch (SocketException)
        {
            // A datagram may be lost in any case.
        }
    }

    private async Task ReceiveAsync(
        Socket socket,
        byte channel,
        Func<IReadOnlyList<Memory<byte>>, CancellationToken, Task> take,
        bool ordered,
        CancellationToken cancellationToken
    )
    {
        var (order, buffer, ready) = (new PacketOrder(), new byte[65_536], new List<byte[]>());
        EndPoint any = new IPEndPoint(local.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        var receive = socket.ReceiveFromAsync(buffer, any, cancellationToken).AsTask();
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (ordered)
                    await Task.WhenAny(receive, Task.Delay(Look, time, cancellationToken)).ConfigureAwait(false);
                else
                    await receive.ConfigureAwait(false);
                if (receive.IsCompleted)
                {
                    var got = await receive.ConfigureAwait(false);
                    if (got.ReceivedBytes >= 4 && ((IPEndPoint)got.RemoteEndPoint).Address.Equals(remote))
                    {
                        var packet = buffer[..got.ReceivedBytes];
                        if (ordered)
                            order.Add(packet, Now(), ready);
                        else
                            ready.Add(packet);
                    }

                    receive = socket.ReceiveFromAsync(buffer, any, cancellationToken).AsTask();
                }
                else
                {
                    order.Drain(Now(), ready);
                }

                await take([.. ready.Select(p => Framed(channel, p))], cancellationToken).ConfigureAwait(false);
                ready.Clear();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // The session is over.
        }
    }

    private long Now() => time.GetElapsedTime(0).Ticks;

    private static Memory<byte> Framed(byte channel, byte[] packet) =>
        new byte[] { (byte)'$', channel, (byte)(packet.Length >> 8), (byte)packet.Length }
            .Concat(packet)
            .ToArray();
}
