using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>Turns bytes of the broker into typed payloads. Trusts nobody: sizes, ids and counts are bounded before anything is kept.</summary>
internal static class PayloadReader
{
    /// <summary>Largest manifest, bytes.</summary>
    public const int ManifestLimitBytes = 4 << 20;

    /// <summary>Largest of every other payload, bytes.</summary>
    public const int StatusLimitBytes = 256 << 10;

    public static PayloadReading Read(string topic, ReadOnlySpan<byte> body, bool retained)
    {
        var prefix = Topics.Root + "/";
        if (topic.Length > 400 || !topic.StartsWith(prefix, StringComparison.Ordinal)) return PayloadReading.NotOurs;
        var parts = topic[prefix.Length..].Split('/');
        if (!SiteId.TryParse(parts[0], null, out var site)) return PayloadReading.Refuse($"Topic {Short(topic)} names no valid site.");
        var limit = parts is [_, "agents", _, "manifest"] ? ManifestLimitBytes : StatusLimitBytes;
        if (body.Length > limit) return PayloadReading.Refuse($"Topic {Short(topic)} carries {body.Length} bytes; the limit is {limit}.");
        try
        {
            return Read(topic, site, parts[1..], body, retained);
        }
        catch (JsonException e)
        {
            return PayloadReading.Refuse($"Topic {Short(topic)} carries what is not the payload of its schema: {Short(e.Message)}");
        }
        catch (FormatException e)
        {
            return PayloadReading.Refuse($"Topic {Short(topic)}: {Short(e.Message)}");
        }
    }

    private static PayloadReading Read(string topic, SiteId site, string[] levels, ReadOnlySpan<byte> body, bool retained)
    {
        var reading = Read(levels, body);
        if (reading.Refusal is { } why) return PayloadReading.Refuse($"Topic {Short(topic)}: {why}");
        if (reading.Payload is not { } ok) return PayloadReading.NotOurs;
        return new(ok with { Site = site, SeqKey = SeqKey(topic, ok.SeqKey), Retained = retained }, null);
    }

    /// <summary>What the sequence numbers of a topic count; several agents share <c>events</c> and <c>checkpoints</c>.</summary>
    public static string SeqKey(string topic, string sharedBy) => sharedBy.Length == 0 ? topic : $"{topic}#{sharedBy}";

    private static PayloadReading Read(string[] levels, ReadOnlySpan<byte> body) => levels switch
    {
        ["agents", var a, "state"] => Take<AgentState>(AgentState.SchemaName, body, _ => null, _ => AgentId.Of(a)),
        ["agents", var a, "manifest"] => Take<AgentManifest>(AgentManifest.SchemaName, body, PayloadBounds.Manifest, _ => AgentId.Of(a)),
        ["rooms", var r, "status"] => Take<RoomStatus>(RoomStatus.SchemaName, body, p => Same(r, p.Room.Text) ?? PayloadBounds.Room(p)),
        ["rooms", var r, "footage", "status"] => Take<FootageStatus>(FootageStatus.SchemaName, body, p => Same(r, p.Room.Text) ?? PayloadBounds.Footage(p)),
        ["rooms", var r, "stations", var s, "status"] => Take<StationStatus>(
            StationStatus.SchemaName, body, p => Same(r, p.Room.Text) ?? Same(s, p.Station.Text) ?? PayloadBounds.Station(p)),
        ["rooms", var r, "cameras", var c, "status"] => Take<CameraStatus>(
            CameraStatus.SchemaName, body, p => Same(r, p.Room.Text) ?? Same(c, p.Camera.Text) ?? PayloadBounds.Camera(p)),
        ["retention", "status"] => Take<RetentionStatus>(RetentionStatus.SchemaName, body, PayloadBounds.Retention),
        ["events"] => Take<ProblemEvent>(ProblemEvent.SchemaName, body, PayloadBounds.Event, p => p.Agent, shared: true),
        ["checkpoints"] => Take<LedgerCheckpoint>(LedgerCheckpoint.SchemaName, body, PayloadBounds.Checkpoint, p => p.Agent, shared: true),
        _ => PayloadReading.NotOurs,
    };

    private static PayloadReading Take<T>(
        string schema, ReadOnlySpan<byte> body, Func<T, string?> check, Func<T, AgentId>? agent = null, bool shared = false)
        where T : Payload
    {
        var payload = JsonSerializer.Deserialize<T>(body, ContractJson.Options);
        if (payload is null) return PayloadReading.Refuse("the payload is null.");
        if (payload.Schema != schema) return PayloadReading.Refuse($"the schema is \"{Short(payload.Schema)}\", not {schema}.");
        if (check(payload) is { } why) return PayloadReading.Refuse(why);
        var of = agent?.Invoke(payload);
        return new(new(default, of, shared ? of!.Value.Text : string.Empty, payload, Retained: false), null);
    }

    private static string? Same(string inTopic, string inBody) =>
        inTopic == inBody ? null : $"the payload speaks of \"{inBody}\", the topic of \"{Short(inTopic)}\".";

    private static string Short(string text) => text.Length <= 160 ? text : string.Concat(text.AsSpan(0, 160), "…");
}
