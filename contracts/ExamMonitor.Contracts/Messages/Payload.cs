using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Messages;

/// <summary>What every MQTT payload carries.</summary>
/// <param name="Schema">Name and major version, such as <c>exam-monitor/camera-status/1</c>.</param>
/// <param name="Ts">When the state was true, UTC.</param>
/// <param name="Seq">Grows by at least one with each message of a topic, across restarts; a reader drops what is not newer.</param>
public abstract record Payload(
    [property: JsonPropertyOrder(-3)] string Schema,
    [property: JsonPropertyOrder(-2)] DateTimeOffset Ts,
    [property: JsonPropertyOrder(-1)] long Seq
);
