using ExamMonitor.Capture;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Floor.Rooms;

/// <summary>A camera of a room as configured, with its entry of the map.</summary>
/// <param name="Source">How to reach it.</param>
/// <param name="Map">Its entry of the map.</param>
internal sealed record ConfiguredCamera(CameraSource Source, MapCamera Map)
{
    /// <summary>Camera.</summary>
    public CameraId Id => Source.Camera;

    /// <summary>Whether it was set up over the API; else it stands in the configuration file.</summary>
    public bool FromSetUp { get; init; }

    /// <summary>For people.</summary>
    public string Name => Map.Name ?? Map.Id.Text;
}

/// <summary>A room as configured: its map, geometry and cameras. Immutable.</summary>
/// <param name="Map">Map.</param>
/// <param name="MapPath">File that it was read from; reference pictures lie relative to it.</param>
/// <param name="Geometry">What the cameras see by geometry.</param>
/// <param name="Cameras">Enabled cameras.</param>
internal sealed record RoomSetup(StationMap Map, string MapPath, RoomGeometry Geometry, IReadOnlyList<ConfiguredCamera> Cameras)
{
    /// <summary>Whether the room is to be recorded with sound.</summary>
    public bool SoundRequired { get; init; } = true;

    /// <summary>Version of the map that was set up over the API; null for a map of the configuration file.</summary>
    public int? SetUpVersion { get; init; }

    /// <summary>Map of the configuration file; null for a room that was set up over the API alone.</summary>
    public string? ConfiguredMapPath { get; init; }

    /// <summary>SHA-256 of that file as it was when it was read, hex; null for a room that was set up over the API alone.</summary>
    public string? ConfiguredMapDigest { get; init; }

    /// <summary>Room.</summary>
    public RoomId Id => Map.Room.Id;

    /// <summary>Whether the room is recorded around the clock; else during exam sessions only.</summary>
    public bool RecordsAlways { get; init; } = true;

    /// <summary>Path of a camera's commissioned picture; null when the map names none, or one outside the map's folder.</summary>
    public string? ReferencePath(ConfiguredCamera camera) => ReferencePath(MapPath, camera.Map);

    /// <summary>
    /// Path of the commissioned picture of a camera of the map at <paramref name="mapPath"/>; null when it names none, or one outside the
    /// map's folder.
    /// </summary>
    public static string? ReferencePath(string mapPath, MapCamera camera)
    {
        if (camera.Reference is not { Length: > 0 } name || Path.IsPathRooted(name) || name.Contains('\0', StringComparison.Ordinal))
            return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(mapPath))! + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(name, folder);
        return path.StartsWith(folder, StringComparison.Ordinal) ? path : null;
    }

    /// <summary>
    /// Reads the maps of a configuration and of what was set up over the API, and joins them with their cameras; what does not fit is a
    /// finding.
    /// </summary>
    /// <remarks>The rule of joining is <see cref="RoomJoining"/>'s.</remarks>
    public static IReadOnlyList<RoomSetup> Load(ConfigurationReading reading, AgentFolder folder, List<Finding> findings) =>
        RoomJoining.Load(reading, folder, findings);
}
