using System.Buffers;
using System.Net;
using MQTTnet;
using MQTTnet.Protocol;

namespace ExamMonitor.Mqtt;

/// <summary>Our options and messages in the words of MQTTnet.</summary>
internal static class ClientOptions
{
    /// <summary>
    /// Bytes of a PUBLISH beside topic and payload, at most: head 5, topic length 2, packet id 2, properties (format 2, content type 3 +
    /// 16, length 1).
    /// </summary>
    public const int PublishHead = 32;

    /// <summary>Options of one attempt.</summary>
    public static MqttClientOptions Of(MqttOptions options, BrokerLine line, MqttMessage? lastWill)
    {
        var made = new MqttClientOptions
        {
            ChannelOptions = new MqttClientTcpOptions
            {
                RemoteEndpoint = new DnsEndPoint(options.Host, options.Port),
                StreamProvider = line,
            },
            ClientId = options.ClientId,
            CleanSession = options.KeepSession is null,
            SessionExpiryInterval = (uint)(options.KeepSession?.TotalSeconds ?? 0),
            Credentials = options.User is { } user
                ? new MqttClientCredentials(user, options.Password is { } word ? System.Text.Encoding.UTF8.GetBytes(word) : null)
                : null,
            KeepAlivePeriod = options.KeepAlive,
            MaximumPacketSize = (uint)(options.MaxPayloadBytes + BrokerLine.PacketOverhead),
            Timeout = options.ConnectTimeout,
        };
        if (lastWill is not { } will)
            return made;
        (made.WillTopic, made.WillPayload, made.WillRetain) = (will.Topic, will.Payload.ToArray(), will.Retain);
        (made.WillContentType, made.WillPayloadFormatIndicator) = (MqttMessage.JsonContentType, MqttPayloadFormatIndicator.CharacterData);
        made.WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
        return made;
    }

    /// <summary>A message of ours: UTF-8 text of type JSON (MQTT 5, 3.3.2.3.2 and 3.3.2.3.9).</summary>
    public static MqttApplicationMessage Packet(MqttMessage message) =>
        new()
        {
            Topic = message.Topic,
            Payload = new ReadOnlySequence<byte>(message.Payload),
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = message.Retain,
            ContentType = message.Payload.IsEmpty ? null : MqttMessage.JsonContentType,
            PayloadFormatIndicator = message.Payload.IsEmpty
                ? MqttPayloadFormatIndicator.Unspecified
                : MqttPayloadFormatIndicator.CharacterData,
        };
}
