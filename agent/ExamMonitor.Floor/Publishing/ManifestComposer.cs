using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Floor.Rooms;

namespace ExamMonitor.Floor.Publishing;

/// <summary>Writes what the agent watches as a manifest. Pure.</summary>
internal static class ManifestComposer
{
    /// <summary>The manifest of all rooms.</summary>
    public static AgentManifest Of(
        IEnumerable<RoomSetup> rooms,
        IReadOnlyList<string> profiles,
        string timeZone,
        string? scheduleDigest,
        DateTimeOffset now
    ) => new(AgentManifest.SchemaName, now, 0, [.. rooms.Select(Room)], profiles, scheduleDigest, timeZone);

    /// <summary>A manifest with a room's cameras as they hang now; cameras that it does not name are left out.</summary>
    public static AgentManifest With(AgentManifest manifest, RoomId room, IReadOnlyList<ManifestCamera> shown) =>
        manifest with
        {
            Rooms =
            [
                .. manifest.Rooms.Select(r =>
                    r.Id != room ? r : r with { Cameras = [.. r.Cameras.Select(c => shown.FirstOrDefault(s => s.Id == c.Id) ?? c)] }
                ),
            ],
        };

    private static ManifestRoom Room(RoomSetup room)
    {
        var configured = room.Cameras.Select(c => c.Id).ToHashSet();
        return new(
            room.Id,
            room.Map.Room.Name,
            room.Map.Room.Outline,
            room.Map.Stations,
            [.. ManifestViews.Of(room.Geometry).Where(c => configured.Contains(c.Id))],
            room.Map.Obstacles ?? []
        );
    }
}
