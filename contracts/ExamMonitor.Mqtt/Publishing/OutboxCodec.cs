using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>
/// One record on disk, little endian: u32 length of the body, u32 CRC-32C of the body, body = i64 position, u16 length of the topic, topic
/// (UTF-8), payload.
/// </summary>
internal static class OutboxCodec
{
    /// <summary>Bytes beside topic and payload.</summary>
    public const int Overhead = 8 + BodyHead;

    /// <summary>Largest body; a larger length is damage.</summary>
    public const int MaxBody = 17 * 1024 * 1024;

    private const int BodyHead = 8 + 2;

    public static byte[] Format(OutboxRecord record)
    {
        var topic = Encoding.UTF8.GetBytes(record.Topic);
        var bytes = new byte[Overhead + topic.Length + record.Payload.Length];
        var body = bytes.AsSpan(8);
        BinaryPrimitives.WriteInt64LittleEndian(body, record.Position);
        BinaryPrimitives.WriteUInt16LittleEndian(body[8..], checked((ushort)topic.Length));
        topic.CopyTo(body[BodyHead..]);
        record.Payload.Span.CopyTo(body[(BodyHead + topic.Length)..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Crc32C(body));
        return bytes;
    }

    /// <summary>Reads the record at the start of <paramref name="bytes"/>; null when it is torn or damaged.</summary>
    public static OutboxRecord? Parse(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < Overhead)
            return null;
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (size is < BodyHead or > MaxBody || size > bytes.Length - 8)
            return null;
        var body = bytes.Slice(8, size);
        if (Crc32C(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
            return null;
        int topic = BinaryPrimitives.ReadUInt16LittleEndian(body[8..]);
        if (BodyHead + topic > size)
            return null;
        length = 8 + size;
        return new(
            BinaryPrimitives.ReadInt64LittleEndian(body),
            Encoding.UTF8.GetString(body.Slice(BodyHead, topic)),
            body[(BodyHead + topic)..].ToArray()
        );
    }

    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
