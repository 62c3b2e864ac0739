using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Floor.Publishing;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Floor.Watching;

namespace ExamMonitor.Floor.Changes;

/// <summary>
/// Puts a room in force while everything runs. What did not change goes on: a camera that is reached as before loses no fragment.
/// </summary>
/// <remarks>
/// Order: cameras that go end their run, since a writer serves one run at a time; then the room stands in the registry; then who measures,
/// publishes and keeps lanes is told; then new cameras begin. One change at a time.
/// </remarks>
/// <param name="registry">Rooms.</param>
/// <param name="capture">Runs cameras.</param>
/// <param name="demand">When a room is recorded.</param>
/// <param name="lanes">Lanes.</param>
/// <param name="publishers">Publishers of rooms.</param>
/// <param name="manifest">Manifest.</param>
/// <param name="compose">Writes the manifest of the rooms as they are.</param>
/// <param name="measuring">Measuring; null when it is off.</param>
/// <param name="time">Clock.</param>
internal sealed class RoomChanger(
    RoomRegistry registry,
    CaptureService capture,
    IRecordingDemand demand,
    LaneStores lanes,
    RoomPublishers publishers,
    ManifestPublisher manifest,
    Func<AgentManifest> compose,
    WatchService? measuring,
    TimeProvider time
) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Puts a room in force, or takes it away.</summary>
    /// <param name="id">Room.</param>
    /// <param name="setup">The room as it is to be; null takes it away.</param>
    /// <param name="cancellationToken">Stops the wait for another change, not the change.</param>
    public async Task ApplyAsync(RoomId id, RoomSetup? setup, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var before = registry.Find(id);
            var after = setup is null ? null : registry.Begin(setup, before);
            foreach (var gone in Switches(before).Except(Switches(after)))
                await capture.EndAsync(gone).ConfigureAwait(false);
            registry.Put(id, after);
            if (after is not null)
                lanes.Add(id);
            measuring?.Replace([.. registry.Rooms.Select(r => r.Setup)]);
            await publishers.PutAsync(id, after, time.GetUtcNow()).ConfigureAwait(false);
            manifest.Replace(compose());
            foreach (var added in Switches(after).Except(Switches(before)))
                capture.Begin(added, now => IsWanted(id, now));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Whether a room is to be recorded at an instant: asked of the room as it is then.</summary>
    public bool IsWanted(RoomId room, DateTimeOffset now) =>
        registry.Find(room) is { } found && (found.Setup.RecordsAlways || demand.IsNeeded(room, now));

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static IEnumerable<CameraSwitch> Switches(RoomRuntime? room) => room?.Cameras.Select(c => c.Switch) ?? [];
}
