using ExamMonitor.Contracts;

namespace ExamMonitor.Mqtt;

/// <summary>A message as it goes to, or comes from, a broker. Always QoS 1 when sent.</summary>
/// <param name="Topic">Topic, without wildcards, at most 65,535 bytes of UTF-8.</param>
/// <param name="Payload">Bytes; empty and retained clears the retained message of the topic.</param>
/// <param name="Retain">Sent: whether the broker keeps it. Received: whether it was kept, so that it may be old.</param>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, bool Retain)
{
    /// <summary>Content type of every message with a payload.</summary>
    public const string JsonContentType = "application/json";
}

/// <summary>What became of a message that was handed over.</summary>
public enum PublishOutcome
{
    /// <summary>The broker has it.</summary>
    Acknowledged,

    /// <summary>No acknowledgement came before the connection was lost, or there was none; the broker may have it or not.</summary>
    Unacknowledged,

    /// <summary>The broker answered that it does not take it (access list, quota).</summary>
    Refused,

    /// <summary>It can never be sent: larger than this side or the broker allows, or a bad topic.</summary>
    Unsendable,
}

/// <summary>Whether the broker is reached.</summary>
/// <param name="Connected">Connected and logged in.</param>
/// <param name="Since">When <paramref name="Connected"/> last changed, UTC; for a broker that fell silent, when it was last heard.</param>
/// <param name="FailedAttempts">Attempts that failed since the connection was last up.</param>
/// <param name="Reason">Why there is no connection, with the mend; null while connected and before the first attempt ended.</param>
public sealed record MqttConnectionState(bool Connected, DateTimeOffset Since, int FailedAttempts, LocalText? Reason)
{
    /// <summary>Times that the broker threw us out shortly after a log-in.</summary>
    public Evictions Evictions { get; init; } = Evictions.None;
}
