using ExamMonitor.Agent.Rooms;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Agent.Publishing;

/// <summary>Writes what the agent watches as a manifest. Pure.</summary>
internal static class ManifestComposer
{
    /// <summary>The manifest of all rooms.</summary>
    public static AgentManifest Of(IEnumerable<RoomSetup> rooms, IReadOnlyList<string> profiles, string timeZone, DateTimeOffset now) =>
        new(AgentManifest.SchemaName, now, 0, [.. rooms.Select(Room)], profiles, null, timeZone);

    private static ManifestRoom Room(RoomSetup room) => new(
        room.Id, room.Map.Room.Name, room.Map.Room.Outline, room.Map.Stations, [.. room.Cameras.Select(c => Camera(room, c))], room.Map.Obstacles ?? []);

    private static ManifestCamera Camera(RoomSetup room, CameraSetup camera)
    {
        var geometry = room.Geometry.CameraOf(camera.Id);
        return new(camera.Id, camera.Name, geometry.Position, room.Geometry.Floor.ViewOf(camera.Id), [.. geometry.Stations.Where(s => s.Visible.Count >= 3).Select(s =>
            new StationInView(s.Station, [.. s.Outline.Select(p => new PixelPoint(Math.Round(p.U / camera.Map.Image.Width, 5), Math.Round(p.V / camera.Map.Image.Height, 5)))], Math.Round(s.PxPerMetre, 1), Math.Round(s.InPictureShare, 3)))]);
    }
}
