using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.CameraSimulator.Streaming;

/// <summary>A pair of UDP sockets on neighbouring ports, RTP on the even one (RFC 3550 section 11), and the client they send to.</summary>
internal sealed class UdpPair : IDisposable
{
    private readonly Socket _rtp;

    private readonly Socket _rtcp;

    private readonly EndPoint _rtpTarget;

    private readonly EndPoint _rtcpTarget;

    private readonly PriorityQueue<byte[], TimeSpan> _held = new();

    private readonly Action _heard;

    private UdpPair(Socket rtp, Socket rtcp, UdpClientPorts client, Action heard)
    {
        (_rtp, _rtcp, _heard) = (rtp, rtcp, heard);
        _rtpTarget = new IPEndPoint(client.Address, client.RtpPort);
        _rtcpTarget = new IPEndPoint(client.Address, client.RtcpPort);
        RtpPort = ((IPEndPoint)rtp.LocalEndPoint!).Port;
        _ = ListenAsync(_rtcp);
        _ = ListenAsync(_rtp);
    }

    public int RtpPort { get; }

    /// <summary>Opens a pair on an address; null if no neighbouring ports are free.</summary>
    /// <param name="local">The address to bind.</param>
    /// <param name="client">Where packets go.</param>
    /// <param name="heard">Called for each datagram that comes from the client.</param>
    public static UdpPair? TryOpen(IPAddress local, UdpClientPorts client, Action heard)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var first = TryBind(local, 0);
            if (first is null)
            {
                return null;
            }

            var port = ((IPEndPoint)first.LocalEndPoint!).Port;
            var second = (port ^ 1) <= 65535 ? TryBind(local, port ^ 1) : null;
            if (second is null)
            {
                first.Dispose();
                continue;
            }

            return port % 2 == 0 ? new UdpPair(first, second, client, heard) : new UdpPair(second, first, client, heard);
        }

        return null;
    }

    /// <summary>Sends an RTP packet, loses it, or holds it, as the moment's faults say.</summary>
    public void Send(ReadOnlyMemory<byte> datagram, TickMoment moment)
    {
        if (moment.LossPercent > 0 && Random.Shared.NextDouble() * 100 < moment.LossPercent)
        {
            return;
        }

        if (moment.Jitter > TimeSpan.Zero)
        {
            _held.Enqueue(datagram.ToArray(), moment.Elapsed + (moment.Jitter * Random.Shared.NextDouble()));
            return;
        }

        SendTo(_rtp, datagram.Span, _rtpTarget);
    }

    /// <summary>Sends packets whose time of being held is over.</summary>
    public void SendHeld(TimeSpan elapsed)
    {
        while (_held.TryPeek(out var datagram, out var due) && due <= elapsed)
        {
            _held.Dequeue();
            SendTo(_rtp, datagram, _rtpTarget);
        }
    }

    public void SendControl(ReadOnlyMemory<byte> datagram) => SendTo(_rtcp, datagram.Span, _rtcpTarget);

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    private static Socket? TryBind(IPAddress local, int port)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(local, port));
            socket.Blocking = false;
            socket.SendBufferSize = 1024 * 1024;
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>UDP gives no promise: a full buffer, a closed port and a session that just ended all lose the packet.</summary>
    private static void SendTo(Socket socket, ReadOnlySpan<byte> datagram, EndPoint target)
    {
        try
        {
            socket.SendTo(datagram, SocketFlags.None, target);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return;
        }
    }

    private async Task ListenAsync(Socket socket)
    {
        var buffer = new byte[2048];
        EndPoint any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any).ConfigureAwait(false);
                if (received.RemoteEndPoint is IPEndPoint from && from.Address.Equals(((IPEndPoint)_rtcpTarget).Address))
                {
                    _heard();
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (SocketException)
            {
                // A closed port of the client comes back as an error of the next receive; the session's time limit deals with it.
                continue;
            }
        }
    }
}
