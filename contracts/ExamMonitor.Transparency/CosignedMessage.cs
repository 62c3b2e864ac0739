using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ExamMonitor.Transparency;

/// <summary>What a witness signs with Ed25519: c2sp.org/tlog-cosignature.</summary>
internal static class CosignedMessage
{
    /// <summary>Bytes before the Ed25519 signature: the time, big-endian.</summary>
    public const int TimeSize = sizeof(ulong);

    private const int SignatureSize = 64;

    /// <summary>Last second of the year 9999: the end of what .NET can hold.</summary>
    private const long LastSecond = 253_402_300_799;

    /// <summary>The message over a checkpoint's text at a POSIX time.</summary>
    public static byte[] Of(string text, long seconds) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {seconds}\n{text}"));

    /// <summary>
    /// Reads the time of a <c>timestamped_signature</c>; false when it has another size, or a time that must not be in a cosignature of a
    /// checkpoint.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> signature, out long seconds)
    {
        seconds = 0;
        if (
            signature.Length != TimeSize + SignatureSize
            || BinaryPrimitives.ReadUInt64BigEndian(signature) is not (> 0 and <= LastSecond and var stated)
        )
            return false;
        seconds = (long)stated;
        return true;
    }

    /// <summary>Writes a <c>timestamped_signature</c>.</summary>
    public static byte[] Write(long seconds, ReadOnlySpan<byte> signature)
    {
        var result = new byte[TimeSize + signature.Length];
        BinaryPrimitives.WriteUInt64BigEndian(result, (ulong)seconds);
        signature.CopyTo(result.AsSpan(TimeSize));
        return result;
    }
}
