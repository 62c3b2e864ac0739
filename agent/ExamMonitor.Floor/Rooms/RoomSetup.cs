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

    /// <summary>Room.</summary>
    public RoomId Id => Map.Room.Id;

    /// <summary>Whether the room is recorded around the clock; else during exam sessions only.</summary>
    public bool RecordsAlways { get; init; } = true;

    /// <summary>Path of a camera's commissioned picture; null when the map names none, or one outside the map's folder.</summary>
    public string? ReferencePath(ConfiguredCamera camera) => ReferencePath(MapPath, camera.Map);

    /// <summary>Path of the commissioned picture of a camera of the map at <paramref name="mapPath"/>; null when it names none, or one outside the map's folder.</summary>
    public static string? ReferencePath(string mapPath, MapCamera camera)
    {
        if (camera.Reference is not { Length: > 0 } name || Path.IsPathRooted(name) || name.Contains('\0', StringComparison.Ordinal)) return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(mapPath))! + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(name, folder);
        return path.StartsWith(folder, StringComparison.Ordinal) ? path : null;
    }

    /// <summary>Reads the maps of a configuration and joins them with its cameras; what does not fit is a finding.</summary>
    public static IReadOnlyList<RoomSetup> Load(ConfigurationReading reading, AgentFolder folder, List<Finding> findings)
    {
        var rooms = new List<RoomSetup>();
        for (var i = 0; i < reading.Options.Rooms.Count; i++)
        {
            var section = reading.Options.Rooms[i];
            var path = folder.Resolve(section.Map);
            if (MapFile.Read(path, findings) is not { } map) continue;
            var key = FormattableString.Invariant($"rooms[{i}]");
            if (rooms.Any(r => r.Id == map.Room.Id)) findings.Add(At(reading, $"{key}.map", $"room {map.Room.Id} is configured twice.", "Keep one entry per room."));
            rooms.Add(new(map, path, RoomGeometry.Of(map), Join(reading, section, key, map, folder, findings)) { SoundRequired = section.SoundRequired, RecordsAlways = section.Record != "sessions" });
        }

        return rooms;
    }

    private static List<ConfiguredCamera> Join(ConfigurationReading reading, RoomSection section, string key, StationMap map, AgentFolder folder, List<Finding> findings)
    {
        var cameras = new List<ConfiguredCamera>();
        for (var c = 0; c < section.Cameras.Count; c++)
        {
            var camera = section.Cameras[c];
            if (map.Cameras.FirstOrDefault(m => m.Id == camera.Id) is not { } mapped)
            {
                var near = NearestName.Of(camera.Id.Text, map.Cameras.Select(m => m.Id.Text));
                findings.Add(At(reading, FormattableString.Invariant($"{key}.cameras[{c}].id"), $"the map of room {map.Room.Id} has no camera {camera.Id}.", near is null ? $"It has: {string.Join(", ", map.Cameras.Select(m => m.Id))}." : $"Did you mean '{near}'?"));
            }
            else if (camera.Enabled)
            {
                cameras.Add(new(SourceOf(map.Room.Id, camera, folder), mapped));
            }
        }

        foreach (var absent in map.Cameras.Where(m => section.Cameras.All(c => c.Id != m.Id)))
            findings.Add(At(reading, $"{key}.cameras", $"camera {absent.Id} of the map has no entry: it is neither recorded nor measured.", "Add it, or take it out of the map.") with { Level = FindingLevel.Warning });
        return cameras;
    }

    private static CameraSource SourceOf(RoomId room, CameraSection camera, AgentFolder folder) => new(room, camera.Id, new Uri(camera.Address))
    {
        Credentials = camera.User is { } user ? new(user, Secrets.Read(camera.PasswordFile, camera.PasswordEnvironment, folder.Configuration) ?? string.Empty) : null,
        AllowPasswordInClear = camera.AllowPasswordInClear,
        Transport = string.Equals(camera.Transport, "udp", StringComparison.Ordinal) ? RtspTransport.Udp : RtspTransport.Tcp,
        AnalysisAddress = camera.AnalysisAddress is { } analysis ? new Uri(analysis) : null,
    };

    private static Finding At(ConfigurationReading reading, string key, string text, string mend) =>
        new(FindingLevel.Error, reading.Path, reading.Lines.TryGetValue(key, out var line) ? line : null, key, text, mend);
}
