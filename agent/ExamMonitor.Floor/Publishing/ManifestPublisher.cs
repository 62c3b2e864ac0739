using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Publishing;

/// <summary>
/// Publishes what the agent watches: at the start, when the schedule changes, and when a camera was bumped, so that stations are drawn on
/// its picture where they are judged. Thread-safe.
/// </summary>
/// <param name="atStart">The manifest with every camera as it was commissioned.</param>
/// <param name="rooms">What each room's cameras show now.</param>
/// <param name="digest">SHA-256 of the schedule in force; null without one.</param>
/// <param name="publish">Where it goes.</param>
/// <param name="time">Clock.</param>
internal sealed class ManifestPublisher(
    AgentManifest atStart,
    Func<IReadOnlyList<(RoomId Room, IReadOnlyList<ManifestCamera> Shown)>> rooms,
    Func<string?> digest,
    Action<AgentManifest> publish,
    TimeProvider time
)
{
    private readonly Lock _gate = new();
    private AgentManifest _atStart = atStart;
    private bool _began;

    /// <summary>Publishes for the first time; before that a change says nothing, since it is published with the beginning.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _began = true;
            publish(Compose());
        }
    }

    /// <summary>Publishes anew. The newest published is the newest that was true: composing and publishing are one step.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            if (_began)
                publish(Compose());
        }
    }

    /// <summary>Rooms, stations or cameras are others from now on.</summary>
    public void Replace(AgentManifest changed)
    {
        lock (_gate)
        {
            _atStart = changed;
            if (_began)
                publish(Compose());
        }
    }

    private AgentManifest Compose() =>
        rooms()
            .Aggregate(
                _atStart with
                {
                    Ts = time.GetUtcNow(),
                    ScheduleDigest = digest(),
                },
                (manifest, room) => ManifestComposer.With(manifest, room.Room, room.Shown)
            );
}
