using System.Security.Cryptography;
using ExamMonitor.Capture;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.SetUp;

namespace ExamMonitor.Floor.Rooms;

/// <summary>Joins the rooms of the configuration file with those that were set up over the API.</summary>
/// <remarks>
/// The rule: how a camera of the configuration file is reached, and when its room is recorded, stands there. The map of a room that was set
/// up over the API is the API's, in whichever file the room stands. Cameras and rooms that only one of them names are taken from it.
/// </remarks>
internal static class RoomJoining
{
    /// <summary>Every room; what does not fit is a finding.</summary>
    /// <param name="reading">Configuration.</param>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="findings">Gets what does not fit.</param>
    /// <param name="candidate">What is about to be set up; null reads what is.</param>
    public static IReadOnlyList<RoomSetup> Load(
        ConfigurationReading reading,
        AgentFolder folder,
        List<Finding> findings,
        SetUpFile? candidate = null
    )
    {
        var (rooms, setUp) = (new List<RoomSetup>(), candidate ?? SetUpFile.Read(folder, findings));
        for (var i = 0; i < reading.Options.Rooms.Count; i++)
        {
            var section = reading.Options.Rooms[i];
            var path = folder.Resolve(section.Map);

            // Before the file is read: one that changes in between is told as changed, never passed over.
            var digest = DigestOf(path);
            if (MapFile.Read(path, findings) is not { } map)
                continue;
            var key = FormattableString.Invariant($"rooms[{i}]");
            if (rooms.Any(r => r.Id == map.Room.Id))
                findings.Add(At(reading, $"{key}.map", $"room {map.Room.Id} is configured twice.", "Keep one entry per room."));
            if (setUp.Find(map.Room.Id) is { } over)
                rooms.AddRange(Over(reading, section, key, path, over, folder, findings));
            else
            {
                rooms.Add(
                    new(map, path, RoomGeometry.Of(map), Join(reading, section, key, map, folder, Nobody, findings))
                    {
                        SoundRequired = section.SoundRequired,
                        RecordsAlways = section.Record != "sessions",
                        ConfiguredMapPath = path,
                        ConfiguredMapDigest = digest,
                    }
                );
            }
        }

        var described = reading.Options.Rooms.Count;
        foreach (var room in setUp.Rooms.Where(r => rooms.All(o => o.Id != r.Room)))
            rooms.AddRange(Alone(reading, room, described, folder, findings));
        return rooms;
    }

    /// <summary>A room of the configuration file whose map was set up over the API.</summary>
    private static IEnumerable<RoomSetup> Over(
        ConfigurationReading reading,
        RoomSection section,
        string key,
        string path,
        SetUpRoom over,
        AgentFolder folder,
        List<Finding> findings
    )
    {
        if (MapFile.Read(folder.SetUpMap(over.Room, over.Version), findings) is not { } map)
            yield break;
        if (over.TakenOver is null || !string.Equals(over.TakenOver, DigestOf(path), StringComparison.Ordinal))
        {
            findings.Add(
                At(
                    reading,
                    $"{key}.map",
                    $"the map of room {over.Room} was changed by hand after it had been set up over the API: version {over.Version} of the API is in force, the file is not.",
                    $"To use the file, take the room out of {folder.SetUpFile}; to keep the version, save it once more on the set-up page."
                ) with
                {
                    Level = FindingLevel.Warning,
                }
            );
        }

        var own = section.Cameras.Select(c => c.Id).ToHashSet();
        foreach (var twice in over.Cameras.Where(c => own.Contains(c.Id)))
            findings.Add(
                At(
                    reading,
                    $"{key}.cameras",
                    $"camera {twice.Id} of room {over.Room} stands here and in {folder.SetUpFile}: what stands here counts.",
                    "Take one of them out."
                ) with
                {
                    Level = FindingLevel.Warning,
                }
            );
        SetUpCamera[] more = [.. over.Cameras.Where(c => !own.Contains(c.Id))];
        var joined = new RoomSection
        {
            Map = section.Map,
            Record = section.Record,
            SoundRequired = section.SoundRequired,
            Cameras = [.. section.Cameras, .. more.Select(c => c.Section(folder))],
        };
        findings.AddRange(Checked(joined.Cameras.Skip(section.Cameras.Count), folder));
        if (findings.Any(f => f.Level == FindingLevel.Error && f.File == folder.SetUpFile))
            yield break;
        yield return Of(reading, joined, key, map, over, folder, [.. more.Select(c => c.Id)], path, findings);
    }

    /// <summary>A room that only the API knows.</summary>
    private static IEnumerable<RoomSetup> Alone(
        ConfigurationReading reading,
        SetUpRoom room,
        int index,
        AgentFolder folder,
        List<Finding> findings
    )
    {
        if (MapFile.Read(folder.SetUpMap(room.Room, room.Version), findings) is not { } map)
            yield break;
        var section = new RoomSection
        {
            Map = folder.SetUpMap(room.Room, room.Version),
            Record = room.Record,
            SoundRequired = room.SoundRequired,
            Cameras = [.. room.Cameras.Select(c => c.Section(folder))],
        };
        var wrong = Checked(section.Cameras, folder).ToArray();
        findings.AddRange(wrong);
        if (wrong.Length > 0)
            yield break;
        yield return Of(
            reading,
            section,
            FormattableString.Invariant($"rooms[{index}]"),
            map,
            room,
            folder,
            [.. room.Cameras.Select(c => c.Id)],
            null,
            findings
        );
    }

    private static RoomSetup Of(
        ConfigurationReading reading,
        RoomSection section,
        string key,
        StationMap map,
        SetUpRoom room,
        AgentFolder folder,
        HashSet<CameraId> fromSetUp,
        string? configured,
        List<Finding> findings
    ) =>
        new(
            map,
            folder.SetUpMap(room.Room, room.Version),
            RoomGeometry.Of(map),
            Join(reading, section, key, map, folder, fromSetUp, findings)
        )
        {
            SoundRequired = section.SoundRequired,
            RecordsAlways = section.Record != "sessions",
            SetUpVersion = room.Version,
            ConfiguredMapPath = configured,
        };

    /// <summary>SHA-256 of a map's file, hex; empty when it cannot be read.</summary>
    internal static string DigestOf(string path)
    {
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }

    private static IEnumerable<Finding> Checked(IEnumerable<CameraSection> cameras, AgentFolder folder) =>
        ConfigurationRules.CheckCameras(
            new() { Cameras = [.. cameras] },
            "rooms",
            folder.SetUp,
            (key, text, mend) => new(FindingLevel.Error, folder.SetUpFile, null, key, text, mend)
        );

    private static IReadOnlySet<CameraId> Nobody { get; } = new HashSet<CameraId>();

    private static List<ConfiguredCamera> Join(
        ConfigurationReading reading,
        RoomSection section,
        string key,
        StationMap map,
        AgentFolder folder,
        IReadOnlySet<CameraId> fromSetUp,
        List<Finding> findings
    )
    {
        var cameras = new List<ConfiguredCamera>();
        for (var c = 0; c < section.Cameras.Count; c++)
        {
            var camera = section.Cameras[c];
            if (map.Cameras.FirstOrDefault(m => m.Id == camera.Id) is not { } mapped)
            {
                var near = NearestName.Of(camera.Id.Text, map.Cameras.Select(m => m.Id.Text));
                findings.Add(
                    At(
                        reading,
                        FormattableString.Invariant($"{key}.cameras[{c}].id"),
                        $"the map of room {map.Room.Id} has no camera {camera.Id}.",
                        near is null ? $"It has: {string.Join(", ", map.Cameras.Select(m => m.Id))}." : $"Did you mean '{near}'?"
                    )
                );
            }
            else if (camera.Enabled)
            {
                cameras.Add(new(SourceOf(map.Room.Id, camera, folder), mapped) { FromSetUp = fromSetUp.Contains(camera.Id) });
            }
        }

        foreach (var absent in map.Cameras.Where(m => section.Cameras.All(c => c.Id != m.Id)))
            findings.Add(
                At(
                    reading,
                    $"{key}.cameras",
                    $"camera {absent.Id} of the map has no entry: it is neither recorded nor measured.",
                    "Add it, or take it out of the map."
                ) with
                {
                    Level = FindingLevel.Warning,
                }
            );
        return cameras;
    }

    private static CameraSource SourceOf(RoomId room, CameraSection camera, AgentFolder folder) =>
        new(room, camera.Id, new Uri(camera.Address))
        {
            Credentials = camera.User is { } user
                ? new(user, Secrets.Read(camera.PasswordFile, camera.PasswordEnvironment, folder.Configuration) ?? string.Empty)
                : null,
            AllowPasswordInClear = camera.AllowPasswordInClear,
            Transport = string.Equals(camera.Transport, "udp", StringComparison.Ordinal) ? RtspTransport.Udp : RtspTransport.Tcp,
            AnalysisAddress = camera.AnalysisAddress is { } analysis ? new Uri(analysis) : null,
        };

    private static Finding At(ConfigurationReading reading, string key, string text, string mend) =>
        new(FindingLevel.Error, reading.Path, reading.Lines.TryGetValue(key, out var line) ? line : null, key, text, mend);
}
