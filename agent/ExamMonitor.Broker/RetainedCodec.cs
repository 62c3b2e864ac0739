using System.Buffers.Binary;
using ExamMonitor.Mqtt.Publishing;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace ExamMonitor.Broker;

/// <summary>
/// One record of the retained store, little endian: u32 length of the body, u32 CRC-32C of the body, body = first byte and rest of an MQTT
/// 5 PUBLISH packet (3.3) without its length.
/// </summary>
internal static class RetainedCodec
{
    private const int Head = 8;

    /// <summary>The record of a message; one without payload says that the topic holds nothing any more.</summary>
    public static byte[] Format(MqttApplicationMessage message)
    {
        var packet = MqttPublishPacketFactory.Create(message);
        (packet.Retain, packet.Dup, packet.TopicAlias) = (true, false, 0);
        packet.PacketIdentifier = (ushort)(packet.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce ? 0 : 1);
        var encoded = new MqttPacketFormatterAdapter(MqttProtocolVersion.V500, new(256, ushort.MaxValue)).Encode(packet).ToArray();
        var rest = 1;
        while ((encoded[rest] & 0x80) != 0)
            rest++;
        rest++;
        var record = new byte[Head + 1 + encoded.Length - rest];
        record[Head] = encoded[0];
        encoded.AsSpan(rest).CopyTo(record.AsSpan(Head + 1));
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - Head);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), OutboxCodec.Crc32C(record.AsSpan(Head)));
        return record;
    }

    /// <summary>Reads the record at the start of <paramref name="bytes"/>; null when it is torn or damaged.</summary>
    /// <param name="bytes">From the record on.</param>
    /// <param name="most">Longest body; a longer one is damage.</param>
    /// <param name="length">Bytes of the record; 0 with null.</param>
    /// <param name="torn">Whether the bytes end within it, as after a crash in the middle of a write.</param>
    public static MqttApplicationMessage? Parse(ReadOnlySpan<byte> bytes, int most, out int length, out bool torn)
    {
        (length, torn) = (0, bytes.Length < Head);
        if (torn)
            return null;
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (size < 1 || size > most)
            return null;
        torn = size > bytes.Length - Head;
        if (torn)
            return null;
        var body = bytes.Slice(Head, size).ToArray();
        if (OutboxCodec.Crc32C(body) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
            return null;
        try
        {
            var formatter = new MqttPacketFormatterAdapter(MqttProtocolVersion.V500, new(256, ushort.MaxValue));
            if (formatter.Decode(new ReceivedMqttPacket(body[0], new(body, 1, size - 1), size + 1)) is not MqttPublishPacket packet)
                return null;
            length = Head + size;
            var message = MqttApplicationMessageFactory.Create(packet);
            message.Retain = true;
            return message.QualityOfServiceLevel <= MqttQualityOfServiceLevel.ExactlyOnce ? message : null;
        }
        catch (MqttProtocolViolationException)
        {
            return null;
        }
    }
}
