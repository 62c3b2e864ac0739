using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>What came next on an RTSP connection: a message, or a packet that was laid between messages (RFC 2326 10.12).</summary>
/// <param name="Message">Null for a packet.</param>
/// <param name="Packet">The four bytes of the frame and what they announce; part of the reader's buffer, valid until its next fill.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RtspItem(RtspMessage? Message, Memory<byte> Packet)
{
    /// <summary>Channel of a packet.</summary>
    public byte Channel => Packet.Span[1];

    /// <summary>Bytes of a packet behind its frame.</summary>
    public Memory<byte> Payload => Packet[4..];
}

/// <summary>Reads one side of an RTSP connection. What it takes is bounded: a camera is a stranger. Not thread-safe.</summary>
/// <param name="stream">Connection; not disposed.</param>
internal sealed class RtspReader(Stream stream)
{
    private const int LongestHead = 16 << 10;
    private const int LongestBody = 256 << 10;
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();
    private byte[] _buffer = new byte[128 << 10];
    private int _from;
    private int _to;

    /// <summary>The next item that has come as a whole; null when <see cref="FillAsync"/> must be called first.</summary>
    /// <exception cref="InvalidDataException">What came is no RTSP.</exception>
    public RtspItem? TryNext()
    {
        // Some cameras send empty lines between messages.
        while (_from < _to && _buffer[_from] is (byte)'\r' or (byte)'\n')
            _from++;
        if (Resynchronizes)
            SkipToNext();
        if (_from == _to)
            return null;
        return _buffer[_from] == (byte)'$' ? Packet() : Message();
    }

    /// <summary>
    /// Whether bytes that are neither packet nor message are passed over: a camera that plays may lose the frame of its packets (old
    /// servers send
    /// half a packet when their buffer is full). What was lost shows in the packets' numbers.
    /// </summary>
    public bool Resynchronizes { get; set; }

    /// <summary>Reads more.</summary>
    /// <returns>False at the end of the connection.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_from > 0)
        {
            _buffer.AsSpan(_from, _to - _from).CopyTo(_buffer);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await stream.ReadAsync(_buffer.AsMemory(_to), cancellationToken).ConfigureAwait(false);
        _to += read;
        return read > 0;
    }

    /// <summary>The next message; packets before it are passed over. Null at the end of the connection.</summary>
    /// <exception cref="InvalidDataException">What came is no RTSP.</exception>
    public async ValueTask<RtspMessage?> NextMessageAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryNext() is { } item)
            {
                if (item.Message is { } message)
                    return message;
            }
            else if (!await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    private void SkipToNext()
    {
        while (
            _from < _to
            && _buffer[_from] != (byte)'$'
            && !_buffer.AsSpan(_from, _to - _from).StartsWith("RTSP/"u8[..Math.Min(5, _to - _from)])
        )
            _from++;
    }

    private RtspItem? Packet()
    {
        if (_to - _from < 4)
            return null;
        var length = 4 + BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_from + 2));
        if (_to - _from < length)
            return null;
        var packet = _buffer.AsMemory(_from, length);
        _from += length;
        return new(null, packet);
    }

    private RtspItem? Message()
    {
        var span = _buffer.AsSpan(_from, _to - _from);
        if (!LooksLikeRtsp(span))
            throw new InvalidDataException("What came is no RTSP.");
        var end = span.IndexOf(HeadEnd);
        if (end < 0)
            return span.Length < LongestHead ? null : throw new InvalidDataException("The head of an RTSP message does not end.");
        var lines = Encoding.UTF8.GetString(span[..end]).Split("\r\n");
        var headers = new List<(string, string)>();
        foreach (var line in lines.Skip(1))
        {
            if (line.Split(':', 2) is [var name, var value])
                headers.Add((name.Trim(), value.Trim()));
        }

        var message = new RtspMessage(lines[0], headers, default);
        var length = 0;
        if (
            message.Header("Content-Length") is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > LongestBody)
        )
            throw new InvalidDataException("An RTSP message has a body of an impossible length.");
        var whole = end + HeadEnd.Length + length;
        if (span.Length < whole)
            return null;
        _from += whole;
        return new(message with { Body = span.Slice(end + HeadEnd.Length, length).ToArray() }, default);
    }

    // A status line, or the request of a camera: four capital letters, or three and an underscore.
    private static bool LooksLikeRtsp(ReadOnlySpan<byte> span)
    {
        var word = span[..Math.Min(span.Length, 4)];
        return word.IndexOfAnyExceptInRange((byte)'A', (byte)'_') < 0 && !(word.Length == 4 && word.SequenceEqual("HTTP"u8));
    }
}
