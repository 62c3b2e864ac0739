using System.Buffers;
using System.Buffers.Binary;

namespace ExamMonitor.CameraSimulator.Rtp;

/// <summary>
/// The RTP packets of one sample, one behind the other in a buffer that is used again for the next. Each is preceded by the four bytes of
/// RTSP's interleaved framing (RFC 2326 section 10.12), with channel 0, so that it can be sent over TCP as it lies.
/// </summary>
internal sealed class PacketBatch
{
    public const int Prefix = 4;

    private const int HeaderBytes = 12;

    private readonly List<(int Start, int Length)> _packets = [];

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);

    private int _used;

    /// <summary>Payload bytes of all packets.</summary>
    public int PayloadBytes { get; private set; }

    public int Count => _packets.Count;

    /// <summary>A packet with its prefix.</summary>
    public Span<byte> this[int index] => _buffer.AsSpan(_packets[index].Start, _packets[index].Length);

    /// <summary>A packet without its prefix.</summary>
    public Memory<byte> Datagram(int index) => _buffer.AsMemory(_packets[index].Start + Prefix, _packets[index].Length - Prefix);

    public void Clear()
    {
        _packets.Clear();
        _used = 0;
        PayloadBytes = 0;
    }

    /// <summary>Adds a packet and returns the room for its payload, which the caller fills.</summary>
    public Span<byte> Add(RtpTrackState track, uint timestamp, bool marker, int payloadBytes)
    {
        var length = Prefix + HeaderBytes + payloadBytes;
        Reserve(length);
        var packet = _buffer.AsSpan(_used, length);
        packet[0] = (byte)'$';
        packet[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(HeaderBytes + payloadBytes));
        packet[4] = 0x80;
        packet[5] = (byte)(track.PayloadType | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], track.NextSequence++);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet[12..], track.Ssrc);
        _packets.Add((_used, length));
        _used += length;
        PayloadBytes += payloadBytes;
        return packet[(Prefix + HeaderBytes)..];
    }

    /// <summary>Changes one byte of the payload of about <paramref name="percent"/> of the packets.</summary>
    public void Corrupt(double percent, Random random)
    {
        foreach (var (start, length) in _packets)
        {
            var payload = length - Prefix - HeaderBytes;
            if (payload > 0 && random.NextDouble() * 100 < percent)
            {
                _buffer[start + Prefix + HeaderBytes + random.Next(payload)] ^= (byte)random.Next(1, 256);
            }
        }
    }

    /// <summary>Takes about <paramref name="percent"/> of the packets out; their sequence numbers are used up.</summary>
    public void Lose(double percent, Random random) => _packets.RemoveAll(_ => random.NextDouble() * 100 < percent);

    private void Reserve(int bytes)
    {
        if (_used + bytes <= _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _used + bytes));
        _buffer.AsSpan(0, _used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

/// <summary>What RTP keeps of a track: identity, sequence, start of its clock. Shared by all clients of a stream.</summary>
internal sealed class RtpTrackState(byte payloadType, int clock, Random random)
{
    public byte PayloadType => payloadType;

    public int Clock => clock;

    public uint Ssrc { get; } = (uint)random.NextInt64(1, uint.MaxValue);

    public uint TimestampStart { get; } = (uint)random.NextInt64(uint.MaxValue);

    public ushort NextSequence { get; set; } = (ushort)random.Next(65536);

    /// <summary>The RTP time of a place on the stream's timeline.</summary>
    public uint Timestamp(long flicks) => unchecked(TimestampStart + Clips.Flicks.ToRtp(flicks, clock));
}
