using System.Buffers.Binary;

namespace ExamMonitor.Media;

/// <summary>The <c>prft</c> box (ISO/IEC 14496-12 8.16.5): the wall time that belongs to the fragment after it.</summary>
public static class ProducerReferenceTime
{
    /// <summary>Size of the boxes that <see cref="Write"/> writes, bytes.</summary>
    public const int SizeBytes = 32;

    // 1900-01-01, the NTP epoch; the era that spans now began in 1900 and ends in 2036, and a first bit of 0 means the next era (RFC 4330
    // 3).
    private static readonly DateTimeOffset Era0 = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Writes a version 1 box with flags 24 (media time and wall time run together, as of capture; what ffmpeg writes for its wall clock):
    /// 32 bytes.
    /// </summary>
    /// <param name="destination">At least <see cref="SizeBytes"/> long.</param>
    /// <param name="trackId">Track whose time <paramref name="mediaTime"/> is.</param>
    /// <param name="timeUtc">Wall time; kept to 100 ns. From 1968 to 2104.</param>
    /// <param name="mediaTime">Decode time of the first sample, ticks of the track's timescale.</param>
    public static void Write(Span<byte> destination, uint trackId, DateTimeOffset timeUtc, ulong mediaTime)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, SizeBytes);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], FourCc.Prft);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], 0x01000018);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], trackId);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], ToNtp(timeUtc));
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], mediaTime);
    }

    /// <summary>Wall time of a <c>prft</c> box's body; null when the body is too short.</summary>
    internal static DateTimeOffset? Read(ReadOnlySpan<byte> body) =>
        body.Length < 20 ? null : FromNtp(BinaryPrimitives.ReadUInt64BigEndian(body[8..]));

    private static ulong ToNtp(DateTimeOffset time)
    {
        var ticks = (UInt128)(ulong)Math.Max(0, (time - Era0).Ticks);
        return (ulong)(((ticks << 32) + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond);
    }

    private static DateTimeOffset FromNtp(ulong value)
    {
        var seconds = (long)(value >> 32) + (value >> 63 == 0 ? 1L << 32 : 0);
        var fraction = (long)((((value & 0xffffffff) * (ulong)TimeSpan.TicksPerSecond) + 0x80000000) >> 32);
        return Era0 + new TimeSpan((seconds * TimeSpan.TicksPerSecond) + fraction);
    }
}
