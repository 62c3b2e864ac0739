using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.Mqtt.Native;

/// <summary>Ends a wait on sockets from another thread: a datagram socket of the loopback connected to itself, so that nobody else reaches it.</summary>
internal sealed class WakeSocket : IDisposable
{
    private int _signalled;

    public WakeSocket()
    {
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        Socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Socket.Connect(Socket.LocalEndPoint!);
    }

    public Socket Socket { get; }

    /// <summary>Any thread; many signals before a <see cref="Clear"/> are one.</summary>
    public void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) != 0) return;
        try
        {
            Socket.Send([1]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The waiting side also looks by itself at least once a second.
            Volatile.Write(ref _signalled, 0);
        }
    }

    /// <summary>Waiting thread, before it looks at the queue: a signal after this call ends the next wait.</summary>
    public void Clear()
    {
        Span<byte> sink = stackalloc byte[16];
        try
        {
            while (Socket.Available > 0) Socket.Receive(sink);
        }
        catch (SocketException)
        {
            // Nothing to read after all.
        }

        Volatile.Write(ref _signalled, 0);
    }

    public void Dispose() => Socket.Dispose();
}
