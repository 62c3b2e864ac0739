using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>Where and how an agent publishes.</summary>
public sealed class PublisherOptions
{
    /// <summary>Broker and log-in.</summary>
    [Required]
    public required MqttOptions Broker { get; init; }

    /// <summary>Events that wait; its folder also holds the sequence numbers.</summary>
    [Required]
    public required OutboxOptions Outbox { get; init; }

    /// <summary>Longest time that the disposal waits for the broker, [0, 1 min]; default 3 s. What is left stays in the outbox.</summary>
    public TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>How publishing goes.</summary>
/// <param name="Connection">The broker.</param>
/// <param name="WaitingEvents">Events that the broker has not acknowledged.</param>
/// <param name="DroppedEvents">Events dropped because the outbox was full, since it was made.</param>
/// <param name="RefusedMessages">Messages that the broker refused, or that could not be sent at all, since the start.</param>
/// <param name="OutboxFault">Why events wait in memory only; null while the disk works.</param>
public sealed record PublisherStatus(
    MqttConnectionState Connection,
    int WaitingEvents,
    long DroppedEvents,
    long RefusedMessages,
    Contracts.LocalText? OutboxFault
);
