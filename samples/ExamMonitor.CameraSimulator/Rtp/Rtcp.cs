using System.Buffers.Binary;

namespace ExamMonitor.CameraSimulator.Rtp;

/// <summary>Writes RTCP packets, RFC 3550 section 6, each preceded by the interleaved framing's four bytes.</summary>
internal static class Rtcp
{
    private static readonly byte[] Name = "camera"u8.ToArray();

    /// <summary>A sender report and a source description.</summary>
    /// <param name="ssrc">Of the track.</param>
    /// <param name="ntp">The sender's wall clock, UTC.</param>
    /// <param name="timestamp">The RTP time of that instant.</param>
    /// <param name="packets">Sent to this client.</param>
    /// <param name="payloadBytes">Sent to this client.</param>
    public static byte[] SenderReport(uint ssrc, DateTimeOffset ntp, uint timestamp, uint packets, uint payloadBytes)
    {
        var report = new byte[28];
        Head(report, 200, 0, ssrc);
        var since1900 = ntp.UtcTicks - new DateTime(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
        var (seconds, ticks) = Math.DivRem(since1900, TimeSpan.TicksPerSecond);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(8), unchecked((uint)seconds));
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(12), (uint)(((ulong)ticks << 32) / TimeSpan.TicksPerSecond));
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(16), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(20), packets);
        BinaryPrimitives.WriteUInt32BigEndian(report.AsSpan(24), payloadBytes);
        return Framed([.. report, .. Description(ssrc)]);
    }

    /// <summary>Says goodbye; an empty receiver report goes first, since a compound packet begins with a report.</summary>
    public static byte[] Bye(uint ssrc)
    {
        var report = new byte[8];
        Head(report, 201, 0, ssrc);
        var bye = new byte[8];
        Head(bye, 203, 1, ssrc);
        return Framed([.. report, .. Description(ssrc), .. bye]);
    }

    private static byte[] Description(uint ssrc)
    {
        // SSRC, CNAME item, and at least one zero up to a multiple of four bytes.
        var description = new byte[(8 + 2 + Name.Length + 4) & ~3];
        Head(description, 202, 1, ssrc);
        description[8] = 1;
        description[9] = (byte)Name.Length;
        Name.CopyTo(description.AsSpan(10));
        return description;
    }

    private static void Head(byte[] packet, byte type, int count, uint ssrc)
    {
        packet[0] = (byte)(0x80 | count);
        packet[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)((packet.Length / 4) - 1));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
    }

    private static byte[] Framed(byte[] packet)
    {
        var framed = new byte[packet.Length + 4];
        framed[0] = (byte)'$';
        BinaryPrimitives.WriteUInt16BigEndian(framed.AsSpan(2), (ushort)packet.Length);
        packet.CopyTo(framed.AsSpan(4));
        return framed;
    }
}
