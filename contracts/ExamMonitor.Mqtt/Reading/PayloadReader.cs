using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Mqtt.Reading;

/// <summary>
/// Turns received messages into typed payloads, each once and never an older one after a newer one. Not thread safe: one reader per
/// receiving thread.
/// </summary>
/// <param name="maxPayloadBytes">Largest payload that is looked at, bytes; default 1 MiB.</param>
/// <param name="maxTopics">Most topics whose numbers are remembered; default 50,000. Further topics are reported as malformed.</param>
/// <param name="time">Tells how long a topic has been silent; null never begins a topic's numbers anew.</param>
public sealed class PayloadReader(int maxPayloadBytes = 1024 * 1024, int maxTopics = 50_000, TimeProvider? time = null)
{
    /// <summary>Largest number of a message: the clock in milliseconds, by which numbers begin, stays below it for 140,000 years.</summary>
    public const long MaxSeq = 1L << 52;

    /// <summary>
    /// One message with a number far too high must not silence its topic for good. When nothing newer has come for this long, and all that
    /// time smaller numbers came that rose, the topic's numbers begin anew with them.
    /// </summary>
    public static readonly TimeSpan BeginsAnewAfter = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, TopicNumbers> _newest = new(StringComparer.Ordinal);

    /// <summary>Reads a message; never throws for what it holds.</summary>
    public ReadOutcome Read(MqttMessage message)
    {
        var topic = message.Topic;
        if (!TopicAddress.TryParse(topic, out var address))
            return new Foreign(topic);
        if (message.Payload.Length > maxPayloadBytes)
            return Bad(
                topic,
                $"{message.Payload.Length} bytes are more than the {maxPayloadBytes} allowed",
                $"{message.Payload.Length} 字节，超过允许的 {maxPayloadBytes} 字节"
            );
        if (message.Payload.IsEmpty)
            return Clear(topic, address);
        try
        {
            var payload = (Payload?)JsonSerializer.Deserialize(message.Payload.Span, address.Contract.PayloadType, ContractJson.Options);
            if (payload is not null && ContractJson.HasNullElement(message.Payload.Span))
                return Bad(topic, "a list in it holds null", "其中的列表含有 null");
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
            return Bad(
                topic,
                $"its schema is \"{Shorten(payload.Schema)}\" and not \"{address.Contract.SchemaName}\"",
                $"其 schema 为“{Shorten(payload.Schema)}”，应为“{address.Contract.SchemaName}”"
            );
        if (!SameIds(address, payload))
            return Bad(topic, "the ids in the payload are not those of the topic", "内容中的标识与主题不一致");

        // Several agents of a site share these two topics, each with numbers of its own.
        var key = payload switch
        {
            ProblemEvent e => $"{topic} {e.Agent}",
            LedgerCheckpoint c => $"{topic} {c.Agent}",
            _ => topic,
        };
        if (payload.Seq is < 0 or > MaxSeq)
            return Bad(topic, $"its number {payload.Seq} is impossible", $"序号 {payload.Seq} 不可能出现");
        var isKnown = _newest.TryGetValue(key, out var newest);
        if (isKnown && payload.Seq <= newest.Seq && !BeginsAnew(key, newest, payload.Seq))
            return new Stale(topic, payload.Seq, newest.Seq);
        if (_newest.Count >= maxTopics && !isKnown)
            return Bad(topic, $"more than {maxTopics} topics are in use", $"主题数量超过 {maxTopics}");
        _newest[key] = new(payload.Seq, time?.GetTimestamp() ?? 0, null);
        return new Accepted(topic, address, payload, retained);
    }

    private bool BeginsAnew(string key, TopicNumbers newest, long seq)
    {
        if (time is null || seq == newest.Seq)
            return false;
        if (newest.Smaller is not { } smaller)
            _newest[key] = newest with { Smaller = (seq, time.GetTimestamp()) };
        else if (seq <= smaller.Seq)
            return false;
        else if (time.GetElapsedTime(newest.At) >= BeginsAnewAfter && time.GetElapsedTime(smaller.Since) >= BeginsAnewAfter)
            return true;
        else
            _newest[key] = newest with { Smaller = (seq, smaller.Since) };
        return false;
    }

    private static bool SameIds(TopicAddress address, Payload payload) =>
        payload switch
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

    private static string Shorten(string? text) =>
        text is null ? "null"
        : text.Length <= 200 ? text
        : string.Concat(text.AsSpan(0, 200), "…");

    /// <param name="Seq">Newest number that was accepted.</param>
    /// <param name="At">When it came, monotonic.</param>
    /// <param name="Smaller">Newest of the smaller numbers that rise, and when the first of them came, monotonic; null for none.</param>
    private readonly record struct TopicNumbers(long Seq, long At, (long Seq, long Since)? Smaller);
}
