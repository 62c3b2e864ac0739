using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A room's cameras, solved, and what of its stations and floor they see. Immutable and safe for any number of threads.</summary>
public sealed class RoomGeometry
{
    private RoomGeometry(StationMap map, IReadOnlyList<CameraGeometry> cameras, FloorCoverage floor) =>
        (Map, Cameras, Floor) = (map, cameras, floor);

    /// <summary>The map it was made from.</summary>
    public StationMap Map { get; }

    /// <summary>Every camera of the map, in its order.</summary>
    public IReadOnlyList<CameraGeometry> Cameras { get; }

    /// <summary>What of the floor is in view.</summary>
    public FloorCoverage Floor { get; }

    /// <summary>Solves every camera of a map.</summary>
    public static RoomGeometry Of(StationMap map)
    {
        CameraGeometry[] cameras = [.. map.Cameras.Select(c => CameraGeometry.Of(map, c))];
        return new(map, cameras, FloorCoverage.Of(map, cameras));
    }

    /// <summary>A room whose cameras and floor are known.</summary>
    internal static RoomGeometry Of(StationMap map, IReadOnlyList<CameraGeometry> cameras, FloorCoverage floor) => new(map, cameras, floor);

    /// <summary>A camera of the room.</summary>
    /// <exception cref="ArgumentException">The map has no such camera.</exception>
    public CameraGeometry CameraOf(CameraId camera) =>
        Cameras.FirstOrDefault(c => c.Camera.Id == camera)
        ?? throw new ArgumentException($"The map of room {Map.Room.Id} has no camera {camera}.", nameof(camera));

    /// <summary>The room after one camera's picture moved; null for back in place.</summary>
    public RoomGeometry Displaced(CameraId camera, PictureHomography? displacement)
    {
        var moved = CameraOf(camera).Displaced(displacement);
        return new(Map, [.. Cameras.Select(c => c.Camera.Id == camera ? moved : c)], Floor.With(moved));
    }

    /// <summary>
    /// The camera that sees a station best by geometry: one that passes before one that does not, then the denser; null when none shows any
    /// of it.
    /// </summary>
    public StationView? Best(StationId station) =>
        Cameras
            .Select(c => c.ViewOf(station))
            .Where(v => v.Visible.Count > 0)
            .OrderByDescending(v => v.Passes)
            .ThenByDescending(v => v.PxPerMetre)
            .FirstOrDefault();
}
