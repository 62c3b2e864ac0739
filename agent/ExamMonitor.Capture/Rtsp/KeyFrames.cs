using System.Buffers.Binary;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// Whether an RTP payload begins a picture at which decoding can begin: H.264 (RFC 6184) IDR or a recovery point (cameras that refresh by
/// and by
/// send no other), H.265 (RFC 7798) IRAP. Pure.
/// </summary>
internal static class KeyFrames
{
    /// <summary>Payload type of the SEI message (ITU-T H.264, annex D.1).</summary>
    private const byte RecoveryPoint = 6;

    /// <summary>Whether a payload is parameter sets alone, which a decoder needs before the key frame.</summary>
    public static bool IsParameterSet(string codec, ReadOnlySpan<byte> payload) =>
        payload.Length > 0
        && codec switch
        {
            "H264" => (payload[0] & 31) is 7 or 8,
            "H265" => ((payload[0] >> 1) & 63) is >= 32 and <= 34,
            _ => false,
        };

    /// <summary>Whether a payload holds the beginning of a key frame; false for other codecs.</summary>
    public static bool Begins(string codec, ReadOnlySpan<byte> payload) =>
        codec switch
        {
            "H264" => Begins264(payload),
            "H265" => Begins265(payload),
            _ => false,
        };

    private static bool Begins264(ReadOnlySpan<byte> payload) =>
        payload.Length >= 2
        && (payload[0] & 31) switch
        {
            5 => true,
            6 => payload[1] == RecoveryPoint,
            24 => Any(payload[1..], static unit => (unit & 31) == 5),
            28 => (payload[1] & 0x80) != 0 && (payload[1] & 31) == 5,
            _ => false,
        };

    private static bool Begins265(ReadOnlySpan<byte> payload) =>
        payload.Length >= 3
        && ((payload[0] >> 1) & 63) switch
        {
            >= 16 and <= 21 => true,
            48 => Any(payload[2..], static unit => ((unit >> 1) & 63) is >= 16 and <= 21),
            49 => (payload[2] & 0x80) != 0 && (payload[2] & 63) is >= 16 and <= 21,
            _ => false,
        };

    // Aggregation packets: a length of two bytes before each unit.
    private static bool Any(ReadOnlySpan<byte> units, Func<byte, bool> isKey)
    {
        while (units.Length > 2)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(units);
            if (isKey(units[2]))
                return true;
            if (units.Length < 2 + length)
                return false;
            units = units[(2 + length)..];
        }

        return false;
    }
}
