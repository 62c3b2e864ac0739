using System.Net;
using System.Net.Sockets;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// A TCP connection that is looked at by the clock, not woken by each piece that comes. One reader and one writer at a time.
/// </summary>
/// <remarks>
/// The runtime wakes a thread for every piece that reaches a socket which was ever waited for, whether it is waited for now or not. A
/// camera sends a hundred a second. So this socket is never given to the runtime's waiting: it is non-blocking, and tried at each tick.
/// </remarks>
internal sealed class CameraSocket : Stream
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(5);
    private readonly Socket _socket;
    private readonly TimeProvider _time;

    private CameraSocket(Socket socket, TimeProvider time) => (_socket, _time) = (socket, time);

    /// <summary>When it is looked at; null: each 5 ms, while a session is set up.</summary>
    public MediaTick? Tick { get; set; }

    /// <summary>The camera's end.</summary>
    public IPAddress Remote => Plain(((IPEndPoint)_socket.RemoteEndPoint!).Address);

    /// <summary>Our end.</summary>
    public IPAddress Local => Plain(((IPEndPoint)_socket.LocalEndPoint!).Address);

    /// <summary>Bytes that can be read without waiting.</summary>
    public int Available => _socket.Available;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Connects to the first address of a host that answers.</summary>
    /// <exception cref="SocketException">None does; the last one's error.</exception>
    public static async Task<CameraSocket> ConnectAsync(string host, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var error = SocketError.HostNotFound;
        foreach (var address in await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                (socket.NoDelay, socket.Blocking) = (true, false);
                error = await ConnectAsync(socket, new(address, port), time, cancellationToken).ConfigureAwait(false);
                if (error == SocketError.Success)
                {
                    var connected = socket;
                    socket = null;
                    return new(connected, time);
                }
            }
            finally
            {
                socket?.Dispose();
            }
        }

        throw new SocketException((int)error);
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Encryption asks for nothing to learn that something is there.
            if (buffer.IsEmpty && _socket.Poll(0, SelectMode.SelectRead))
                return 0;
            if (!buffer.IsEmpty)
            {
                var read = _socket.Receive(buffer.Span, SocketFlags.None, out var error);
                if (error == SocketError.Success)
                    return read;
                ThrowUnlessBusy(error);
            }

            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sent = _socket.Send(buffer.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                buffer = buffer[sent..];
                continue;
            }

            ThrowUnlessBusy(error);
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _socket.Dispose();
        base.Dispose(disposing);
    }

    private static async Task<SocketError> ConnectAsync(
        Socket socket,
        IPEndPoint to,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            socket.Connect(to);
            return SocketError.Success;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It is on its way.
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }

        while (!socket.Poll(0, SelectMode.SelectWrite) && !socket.Poll(0, SelectMode.SelectError))
            await Task.Delay(Quick, time, cancellationToken).ConfigureAwait(false);
        return (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static void ThrowUnlessBusy(SocketError error)
    {
        if (error is not (SocketError.WouldBlock or SocketError.IOPending or SocketError.Interrupted))
            throw new IOException("The connection to the camera broke.", new SocketException((int)error));
    }

    private Task WaitAsync(CancellationToken cancellationToken) => Tick?.NextAsync() ?? Task.Delay(Quick, _time, cancellationToken);
}
