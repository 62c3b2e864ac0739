using System.Buffers;
using System.Net.Sockets;

namespace ExamMonitor.CameraSimulator.Streaming;

/// <summary>
/// Everything that goes out on one TCP connection: answers and interleaved media, whole messages, in the order of <see cref="Append"/>.
/// While one buffer is on its way to the network the other one fills, so a tick costs one write per client. Safe from any thread.
/// </summary>
internal sealed class ConnectionOutput(Socket socket) : IDisposable
{
    /// <summary>Bytes that wait before media is left out for this client: two seconds of a 4 Mbit/s camera.</summary>
    private const int FullAtBytes = 1024 * 1024;

    private readonly Lock _gate = new();

    private byte[] _filling = ArrayPool<byte>.Shared.Rent(16 * 1024);

    private int _filled;

    private bool _sending;

    private bool _closed;

    private TaskCompletionSource? _drained;

    /// <summary>Whether media has to be left out until the client has read.</summary>
    public bool IsFull => Volatile.Read(ref _filled) > FullAtBytes;

    /// <summary>
    /// Adds a message; <paramref name="channel"/> replaces the second byte of interleaved framing. Nothing is sent before
    /// <see cref="Flush"/>.
    /// </summary>
    public void Append(ReadOnlySpan<byte> message, byte? channel = null)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (_filled + message.Length > _filling.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_filling.Length * 2, _filled + message.Length));
                _filling.AsSpan(0, _filled).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_filling);
                _filling = larger;
            }

            message.CopyTo(_filling.AsSpan(_filled));
            if (channel is { } number)
            {
                _filling[_filled + 1] = number;
            }

            _filled += message.Length;
        }
    }

    /// <summary>Sends what was added. Returns at once; errors of the network show where the connection is read.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_sending || _closed || _filled == 0)
            {
                return;
            }

            _sending = true;
        }

        _ = SendAsync();
    }

    /// <summary>Sends what was added and waits until it is gone, at most as long as the token allows.</summary>
    public async Task DrainAsync(CancellationToken cancel)
    {
        Task waiting;
        lock (_gate)
        {
            if (_closed || (!_sending && _filled == 0))
            {
                return;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting = _drained.Task;
        }

        Flush();
        await waiting.WaitAsync(cancel).ConfigureAwait(false);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _drained?.TrySetResult();
        }
    }

    private async Task SendAsync()
    {
        byte[]? spare = null;
        while (true)
        {
            byte[] buffer;
            int count;
            lock (_gate)
            {
                if (_filled == 0 || _closed)
                {
                    _sending = false;
                    _drained?.TrySetResult();
                    _drained = null;
                    break;
                }

                (buffer, count) = (_filling, _filled);
                _filling = spare ?? ArrayPool<byte>.Shared.Rent(buffer.Length);
                _filled = 0;
            }

            if (!await TrySendAsync(buffer.AsMemory(0, count)).ConfigureAwait(false))
            {
                Dispose();
            }

            spare = buffer;
        }

        if (spare is not null)
        {
            ArrayPool<byte>.Shared.Return(spare);
        }
    }

    private async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
            }

            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
