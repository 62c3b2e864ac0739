using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.SetUp.Versions;

/// <summary>
/// Every version of every room's map, with its pictures. A version never changes and is never taken away. One writer at a time; readers
/// any.
/// </summary>
/// <param name="folder">Where everything lies.</param>
internal sealed class VersionStore(AgentFolder folder)
{
    private static readonly JsonSerializerOptions Readable = new(ContractJson.Options) { WriteIndented = true };

    /// <summary>Versions of a room, oldest first; empty for none.</summary>
    /// <exception cref="InvalidDataException">The list cannot be read: which version was in force is not known any more.</exception>
    public IReadOnlyList<VersionRecord> Of(RoomId room)
    {
        var path = PathOf(room);
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<VersionRecord>>(File.ReadAllBytes(path), ContractJson.Options) ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} cannot be read: {e.Message} Restore it from a backup.", e);
        }
    }

    /// <summary>Versions as they are told, newest first.</summary>
    public IReadOnlyList<CalibrationVersion> Told(RoomId room)
    {
        var versions = Of(room);
        return
        [
            .. versions
                .Select(
                    (v, i) =>
                        new CalibrationVersion(
                            v.Version,
                            v.ValidFrom,
                            Earlier(v.ValidTo, i + 1 < versions.Count ? versions[i + 1].ValidFrom : null),
                            v.Author,
                            v.Reason,
                            v.Sha256,
                            v.Entry,
                            v.Signature
                        )
                )
                .Reverse(),
        ];
    }

    /// <summary>Replaces the list of a room.</summary>
    public void Write(RoomId room, IReadOnlyList<VersionRecord> versions) =>
        Secrets.WritePrivately(PathOf(room), JsonSerializer.Serialize(versions, Readable) + "\n");

    /// <summary>Map of a version; null when there is none.</summary>
    public StationMap? MapOf(RoomId room, int version) =>
        File.Exists(folder.SetUpMap(room, version)) ? StationMapFile.Load(folder.SetUpMap(room, version)).Map : null;

    /// <summary>Writes the map of a version; it is in force only when the list, and what stands above it, names it.</summary>
    public string WriteMap(StationMap map, int version)
    {
        var path = folder.SetUpMap(map.Room.Id, version);
        Secrets.WritePrivately(path, JsonSerializer.Serialize(map, Readable) + "\n");
        return path;
    }

    /// <summary>
    /// A map of the configuration file with its pictures beside it, as a version keeps it: the file and its pictures may change.
    /// </summary>
    public StationMap Copied(StationMap map, string mapPath)
    {
        return map with
        {
            Cameras =
            [
                .. map.Cameras.Select(c =>
                    c with
                    {
                        Reference = Keep(c.Reference),
                        References = c.References is null
                            ? null
                            : [.. c.References.Select(r => r with { Picture = Keep(r.Picture) ?? r.Picture })],
                    }
                ),
            ],
        };

        string? Keep(string? name)
        {
            if (
                name is null
                || RoomSetup.ReferencePath(mapPath, new MapCamera(default, default, name)) is not { } path
                || !File.Exists(path)
            )
                return null;
            var bytes = File.ReadAllBytes(path);
            var kept =
                $"pictures/{Plain(Path.GetFileNameWithoutExtension(name))}-{Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]}{(bytes is [0x89, ..] ? ".png" : ".jpg")}";
            var target = PictureStore.PathOf(folder, map.Room.Id, kept)!;
            if (!File.Exists(target))
                PictureStore.Write(target, bytes);
            return kept;
        }
    }

    private static string Plain(string name) =>
        new([.. name.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_')]);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) =>
        a is null ? b
        : b is null ? a
        : a < b ? a
        : b;

    private string PathOf(RoomId room) => Path.Combine(folder.SetUpRoom(room), "versions.json");
}
