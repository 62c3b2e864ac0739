using System.Buffers.Binary;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>RTCP sender reports (RFC 3550 6.4.1). Pure.</summary>
internal static class SenderReports
{
    private const byte SenderReport = 200;
    private static readonly DateTimeOffset Era0 = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The sender's wall clock in the first sender report of a compound packet; null when it has none, or one without a clock.
    /// </summary>
    public static DateTimeOffset? ClockOf(ReadOnlySpan<byte> packet)
    {
        while (packet.Length >= 4 && packet[0] >> 6 == 2)
        {
            var length = 4 * (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) + 1);
            if (packet[1] == SenderReport && packet.Length >= 20)
                return FromNtp(BinaryPrimitives.ReadUInt64BigEndian(packet[8..]));
            if (length > packet.Length)
                return null;
            packet = packet[length..];
        }

        return null;
    }

    /// <summary>A report of our own, in RTSP's frame: ties a track's media time to the wall time of its arrivals.</summary>
    /// <param name="channel">Channel of the track's RTCP.</param>
    /// <param name="source">Identifier of the sender.</param>
    /// <param name="clockUtc">Wall time.</param>
    /// <param name="rtpTime">RTP time at that instant.</param>
    public static byte[] Format(byte channel, uint source, DateTimeOffset clockUtc, uint rtpTime)
    {
        var packet = new byte[4 + 28];
        (packet[0], packet[1], packet[3]) = ((byte)'$', channel, 28);
        (packet[4], packet[5], packet[7]) = (0x80, SenderReport, 6);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), source);
        BinaryPrimitives.WriteUInt64BigEndian(packet.AsSpan(12), ToNtp(clockUtc));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(20), rtpTime);
        return packet;
    }

    private static ulong ToNtp(DateTimeOffset time) => (ulong)(((UInt128)(ulong)(time - Era0).Ticks << 32) / TimeSpan.TicksPerSecond);

    // A first bit of 0 means the era that begins in 2036 (RFC 4330 3). Cameras without a clock send 0.
    private static DateTimeOffset? FromNtp(ulong value)
    {
        if (value == 0)
            return null;
        var seconds = (long)(value >> 32) + (value >> 63 == 0 ? 1L << 32 : 0);
        return Era0.AddTicks((seconds * TimeSpan.TicksPerSecond) + (long)(((value & 0xffffffff) * (ulong)TimeSpan.TicksPerSecond) >> 32));
    }
}
