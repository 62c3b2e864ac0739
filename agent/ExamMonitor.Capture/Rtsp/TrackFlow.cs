using System.Buffers.Binary;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>The packets of one track on their way: counted, looked at, and given the time at which they came. Not thread-safe.</summary>
/// <param name="track">As described.</param>
internal sealed class TrackFlow(SessionTrack track)
{
    /// <summary>Bytes of an RTP header without extensions (RFC 3550 5.1).</summary>
    public const int HeaderBytes = 12;

    /// <summary>RTP time of the session's start; far from the wrap, so that nobody has to think of it for a while.</summary>
    public const uint Origin = 1_000_000;

    private readonly RtpTimeline _timeline = new(track.ClockRate, track.IsVideo);
    private bool _broken;
    private long _lastArrival;
    private uint _keyTime;

    /// <summary>As described.</summary>
    public SessionTrack Track => track;

    /// <summary>Packets that came and that did not.</summary>
    public PacketCount Packets { get; } = new();

    /// <summary>Whether a key frame has begun.</summary>
    public bool SawKeyFrame => KeyFramesBegun > 0;

    /// <summary>Key frames that began.</summary>
    public int KeyFramesBegun { get; private set; }

    /// <summary>Whether the newest packet belongs to a key frame.</summary>
    public bool IsKeyFrame { get; private set; }

    /// <summary>Whether something is missing and no key frame has begun since.</summary>
    public bool IsBroken => _broken;

    /// <summary>Media time of the newest packet since the session's start.</summary>
    public TimeSpan Media { get; private set; }

    /// <summary>Whether the camera's time of it stands while pictures come.</summary>
    public bool TimeStands => _timeline.Stands;

    /// <summary>Identifier of the sender, as its packets say.</summary>
    public uint Source { get; private set; }

    /// <summary>Media from the last packet to this one, ticks of its clock; 0 for what is no RTP.</summary>
    public long SpanTo(ReadOnlySpan<byte> packet) => IsRtp(packet) && Packets.Received > 0 ? _timeline.Span(Time(packet)) : 0;

    /// <summary>Whether the bytes are an RTP packet of this track.</summary>
    public bool IsRtp(ReadOnlySpan<byte> packet) =>
        packet.Length >= HeaderBytes && packet[0] >> 6 == 2 && (packet[1] & 0x7F) == track.PayloadType;

    /// <summary>
    /// Whether a packet comes from the sender of this track. Some cameras mix in packets of another viewer's session; a sender that
    /// changes is taken once the old one is silent.
    /// </summary>
    /// <param name="packet">RTP packet.</param>
    /// <param name="arrival">Since the session's start, ticks of 100 ns.</param>
    public bool IsOwn(ReadOnlySpan<byte> packet, long arrival) =>
        Packets.Received == 0
        || BinaryPrimitives.ReadUInt32BigEndian(packet[8..]) == Source
        || arrival - _lastArrival >= TimeSpan.TicksPerSecond;

    /// <summary>Takes a packet: writes its media time over the camera's.</summary>
    /// <param name="packet">RTP packet; <see cref="IsRtp"/>.</param>
    /// <param name="arrival">Since the session's start, ticks of 100 ns.</param>
    /// <param name="follows">See <see cref="RtpTimeline.Place"/>.</param>
    /// <returns>Packets missing before it, and a step of the camera's time, seconds.</returns>
    public (int Missing, double? StepSeconds) Take(Span<byte> packet, long arrival, long follows = 0)
    {
        _lastArrival = arrival;
        Source = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        var missing = Packets.Add(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
        if (missing > 0)
            _broken = true;
        // A picture's packets bear one time.
        var time = Time(packet);
        IsKeyFrame &= time == _keyTime;
        if (track.IsVideo && KeyFrames.Begins(track.Codec, Payload(packet)))
        {
            if (!IsKeyFrame)
                KeyFramesBegun++;
            (IsKeyFrame, _keyTime) = (true, time);
            // A loss just before it belongs to the group that ends.
            _broken = false;
        }

        var placed = _timeline.Place(time, (packet[1] & 0x80) != 0, arrival, follows);
        Media = TimeSpan.FromSeconds((double)placed.Media / track.ClockRate);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], unchecked(Origin + (uint)placed.Media));
        return (missing, placed.StepSeconds);
    }

    /// <summary>RTP payload behind contributors and extension (RFC 3550 5.1, 5.3.1).</summary>
    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> packet)
    {
        var at = HeaderBytes + (4 * (packet[0] & 15));
        if ((packet[0] & 0x10) != 0 && packet.Length >= at + 4)
            at += 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(packet[(at + 2)..]));
        return at < packet.Length ? packet[at..] : default;
    }

    private static uint Time(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
}
