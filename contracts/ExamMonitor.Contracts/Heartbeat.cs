namespace ExamMonitor.Contracts;

/// <summary>How long a retained status may be believed.</summary>
/// <remarks>
/// A publisher sends every status topic again at least each <see cref="Every"/>, changed or not, with a new time and sequence number.
/// A reader shows a status that is older than <see cref="BelievedFor"/> as unknown: what was not measured is never claimed.
/// Manifests, agent states, retention and checkpoints are sent when they change and stay valid while the agent is online.
/// </remarks>
public static class Heartbeat
{
    /// <summary>Longest time between two messages of one status topic of a room, station, camera or its footage.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Age from which a reader no longer believes a status.</summary>
    public static TimeSpan BelievedFor { get; } = TimeSpan.FromSeconds(30);
}
