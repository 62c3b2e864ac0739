using System.Buffers.Binary;

namespace ExamMonitor.Coverage.Watching;

/// <summary>Reads frames from a pipe into one buffer that grows to the largest frame seen and never past a kind's limit.</summary>
/// <remarks>One reader at a time; the payload is valid until the next read.</remarks>
internal sealed class WatchPipe(Stream from)
{
    private readonly byte[] _header = new byte[WatchFrames.HeaderLength];
    private byte[] _buffer = new byte[4096];

    /// <summary>Reads one frame; null at the end of the pipe between two frames.</summary>
    /// <exception cref="WatchProtocolException">A kind or length that cannot be; nothing of its size was allocated.</exception>
    /// <exception cref="EndOfStreamException">The pipe ended inside a frame.</exception>
    public async ValueTask<(WatchKind Kind, ReadOnlyMemory<byte> Payload)?> ReadAsync(CancellationToken stop)
    {
        var read = await from.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
        if (read == 0)
            return null;
        if (read < _header.Length)
            throw new EndOfStreamException("The pipe ended inside a frame's header.");
        var (length, kind) = (BinaryPrimitives.ReadInt32LittleEndian(_header), (WatchKind)_header[4]);
        var most = WatchFrames.Most(kind);
        if (length < 0 || length > most)
            throw new WatchProtocolException($"A frame of kind {kind} claims {length} bytes; {most} is the most.");
        if (_buffer.Length < length)
            _buffer = new byte[Math.Min(most, Math.Max(length, _buffer.Length * 2))];
        await from.ReadExactlyAsync(_buffer.AsMemory(0, length), stop).ConfigureAwait(false);
        return (kind, _buffer.AsMemory(0, length));
    }
}
