using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Mqtt.Reading;

/// <summary>Turns received messages into typed payloads, each once and never an older one after a newer one. Not thread safe: one reader per receiving thread.</summary>
/// <param name="maxPayloadBytes">Largest payload that is looked at, bytes; default 1 MiB.</param>
/// <param name="maxTopics">Most topics whose numbers are remembered; default 50,000. Further topics are reported as malformed.</param>
public sealed class PayloadReader(int maxPayloadBytes = 1024 * 1024, int maxTopics = 50_000)
{
    private readonly Dictionary<string, long> _newest = new(StringComparer.Ordinal);

    /// <summary>Reads a message; never throws for what it holds.</summary>
    public ReadOutcome Read(MqttMessage message)
    {
        var topic = message.Topic;
        if (!TopicAddress.TryParse(topic, out var address)) return new Foreign(topic);
        if (message.Payload.Length > maxPayloadBytes) return Bad(topic, $"{message.Payload.Length} bytes are more than the {maxPayloadBytes} allowed", $"{message.Payload.Length} 字节，超过允许的 {maxPayloadBytes} 字节");
        if (message.Payload.IsEmpty) return Clear(topic, address);
        try
        {
            var payload = (Payload?)JsonSerializer.Deserialize(message.Payload.Span, address.Contract.PayloadType, ContractJson.Options);
            if (payload is not null && ContractJson.HasNullElement(message.Payload.Span)) return Bad(topic, "a list in it holds null", "其中的列表含有 null");
            return payload is null ? Bad(topic, "it is null", "内容为 null") : Judge(topic, address, payload, message.Retain);
        }
        catch (JsonException e)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{e.Path ?? "$"}, byte {e.BytePositionInLine}");
            return Bad(topic, $"at {Shorten(where)}: {Shorten(e.Message)}", $"位置 {Shorten(where)}：{Shorten(e.Message)}");
        }
    }

    private ReadOutcome Judge(string topic, TopicAddress address, Payload payload, bool retained)
    {
        if (payload.Schema != address.Contract.SchemaName)
            return Bad(topic, $"its schema is \"{Shorten(payload.Schema)}\" and not \"{address.Contract.SchemaName}\"", $"其 schema 为“{Shorten(payload.Schema)}”，应为“{address.Contract.SchemaName}”");
        if (!SameIds(address, payload)) return Bad(topic, "the ids in the payload are not those of the topic", "内容中的标识与主题不一致");

        // Several agents of a site share these two topics, each with numbers of its own.
        var key = payload switch
        {
            ProblemEvent e => $"{topic} {e.Agent}",
            LedgerCheckpoint c => $"{topic} {c.Agent}",
            _ => topic,
        };
        if (_newest.TryGetValue(key, out var newest) && payload.Seq <= newest) return new Stale(topic, payload.Seq, newest);
        if (_newest.Count >= maxTopics && !_newest.ContainsKey(key)) return Bad(topic, $"more than {maxTopics} topics are in use", $"主题数量超过 {maxTopics}");
        _newest[key] = payload.Seq;
        return new Accepted(topic, address, payload, retained);
    }

    private static bool SameIds(TopicAddress address, Payload payload) => payload switch
    {
        RoomStatus p => p.Room == address.Room,
        StationStatus p => p.Room == address.Room && p.Station == address.Station,
        CameraStatus p => p.Room == address.Room && p.Camera == address.Camera,
        FootageStatus p => p.Room == address.Room,
        RoomReadiness p => p.Room == address.Room,
        RoomPlates p => p.Room == address.Room,
        AgentRetention p => p.Agent == address.Agent,
        LedgerCheckpoint p => address.Agent is null || p.Agent == address.Agent,
        _ => true,
    };

    private Cleared Clear(string topic, TopicAddress address)
    {
        _newest.Remove(topic);
        return new(topic, address);
    }

    private static Malformed Bad(string topic, string en, string zh) =>
        new(topic, new($"The message on {topic} is not understood: {en}.", $"无法理解主题 {topic} 的消息：{zh}。"));

    private static string Shorten(string? text) => text is null ? "null" : text.Length <= 200 ? text : string.Concat(text.AsSpan(0, 200), "…");
}
