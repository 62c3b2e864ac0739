using MQTTnet.Exceptions;

namespace ExamMonitor.Mqtt;

/// <summary>Follows the packets of MQTT in what is read, and refuses one that is too large before anybody takes memory for it.</summary>
/// <remarks>
/// MQTTnet takes as much memory as a packet's head announces, up to 256 MiB and before any log-in; MQTT's own bound (maximum packet size)
/// is a request to the other side, which a hostile one does not follow. Reads come from one task at a time, as with every stream.
/// </remarks>
/// <param name="inner">What is read; disposed with this.</param>
/// <param name="firstPacketBytes">Largest first packet (the log-in), bytes after its head.</param>
/// <param name="packetBytes">Largest packet after that, bytes after its head.</param>
internal sealed class PacketBoundStream(Stream inner, int firstPacketBytes, int packetBytes) : Stream
{
    private const int MostLengthBytes = 4;

    private int _bound = firstPacketBytes;
    private int _body;
    private int _length;
    private int _lengthBytes;
    private bool _inLength;
    private long _bytesRead;
    private bool _ended;

    /// <summary>Bytes read so far; any thread. Grows as long as the other side lives.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>Whether the other side closed in order; false after a reset. Any thread.</summary>
    public bool Ended => Volatile.Read(ref _ended);

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

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && !buffer.IsEmpty)
            Volatile.Write(ref _ended, value: true);
        Follow(buffer.Span[..read]);
        Interlocked.Add(ref _bytesRead, read);
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>
    /// One byte of type and flags, one to four of length (seven bits each, the lowest first), then the body (MQTT 5, 2.1).
    /// </summary>
    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_body > 0)
            {
                var part = Math.Min(_body, bytes.Length);
                _body -= part;
                bytes = bytes[part..];
                continue;
            }

            if (_inLength)
                FollowLength(bytes[0]);
            else
                (_inLength, _length, _lengthBytes) = (true, 0, 0);
            bytes = bytes[1..];
        }
    }

    private void FollowLength(byte next)
    {
        if (_lengthBytes == MostLengthBytes)
            throw new MqttProtocolViolationException("The length of a packet has more than four bytes.");
        _length |= (next & 0x7F) << (7 * _lengthBytes++);
        if (_length > _bound)
            throw new MqttProtocolViolationException(
                FormattableString.Invariant($"A packet of {_length} bytes or more; {_bound} are allowed.")
            );
        if ((next & 0x80) != 0)
            return;
        (_inLength, _body, _bound) = (false, _length, packetBytes);
    }
}
