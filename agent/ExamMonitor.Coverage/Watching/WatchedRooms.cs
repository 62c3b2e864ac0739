using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Watching;

/// <summary>The cameras that the watch child judges. One call at a time.</summary>
internal sealed class WatchedRooms : IDisposable
{
    private const long MostReferenceBytes = 64L << 20;

    private readonly Dictionary<WatchedName, (string Key, WatchedCamera Camera, Onsets Onsets)> _cameras = [];

    /// <summary>
    /// Watches these rooms from now on. A camera whose map, picture and options are those of before keeps what it has learnt.
    /// </summary>
    /// <returns>Which cameras are watched, and which cannot be.</returns>
    public WatchReady Configure(WatchConfiguration configuration)
    {
        var options = configuration.Options ?? new();
        var zone = configuration.TimeZone is { } id ? SiteZone.Of(id) : null;
        var (refused, wanted) = (new List<WatchRefusal>(), new HashSet<WatchedName>());
        foreach (var room in configuration.Rooms)
        {
            foreach (var camera in room.Map.Cameras)
            {
                var name = new WatchedName(room.Map.Room.Id, camera.Id);
                if (!room.References.TryGetValue(camera.Id, out var path))
                    refused.Add(
                        new(
                            name.Room,
                            name.Camera,
                            new("It has no commissioned picture yet: calibrate it.", "还没有调试参考图：请先标定。")
                        )
                    );
                else if (
                    Watch(
                        name,
                        KeyOf(room, camera, path, configuration),
                        () =>
                            Load(path, out var why) is { } reference
                                ? (new(SetupOf(room, camera, reference, zone, refused), options), null)
                                : (null, why)
                    ) is
                    { } fault
                )
                    refused.Add(new(name.Room, name.Camera, fault));
                else
                    wanted.Add(name);
            }
        }

        foreach (var gone in _cameras.Keys.Where(k => !wanted.Contains(k)).ToArray())
            Forget(gone);
        return new([.. _cameras.Keys], refused);
    }

    /// <summary>Watches a camera, with what is known of it where nothing changed; says why not.</summary>
    private LocalText? Watch(WatchedName name, string key, Func<(WatchedCamera? Camera, LocalText? Why)> make)
    {
        if (_cameras.TryGetValue(name, out var known) && known.Key == key)
            return null;
        Forget(name);
        var (camera, why) = make();
        if (camera is not null)
            _cameras[name] = (key, camera, new());
        return why;
    }

    private void Forget(WatchedName name)
    {
        if (_cameras.Remove(name, out var gone))
            gone.Camera.Dispose();
    }

    /// <summary>What a camera's judging follows from: the stations and its own entry, not the room's other cameras.</summary>
    private static string KeyOf(WatchedRoom room, MapCamera camera, string path, WatchConfiguration configuration) =>
        JsonSerializer.Serialize(
            (
                room.Map with
                {
                    Cameras = [camera],
                },
                path,
                new FileInfo(path) is { Exists: true } file ? file.LastWriteTimeUtc.Ticks : 0,
                configuration.Options,
                configuration.TimeZone
            ),
            Fields
        );

    private static readonly JsonSerializerOptions Fields = new(ContractJson.Options) { IncludeFields = true };

    public IReadOnlyList<byte[]> Judge(ReadOnlySpan<byte> payload)
    {
        var pixels = WatchFrames.ReadPicture(payload, out var name, out var size, out var at, out var kind);
        if (!_cameras.TryGetValue(name, out var watched))
            return [Refuse(name, new("It is not watched.", "该摄像头未被监看。"))];
        var answers = new List<byte[]>();
        try
        {
            watched.Camera.Watch(
                pixels,
                size,
                at,
                kind,
                verdict =>
                {
                    answers.AddRange(Shown(name, verdict));
                    answers.Add(WatchFrames.Json(WatchKind.Verdict, new WatchVerdict(name.Room, verdict)));
                }
            );
            answers.Add(WatchFrames.Taken());
        }
        catch (VisionException e)
        {
            answers.Add(Refuse(name, new($"A picture could not be judged: {e.Message}", $"一帧画面无法判断：{e.Message}")));
        }

        return answers;
    }

    public void Dispose()
    {
        foreach (var (_, camera, _) in _cameras.Values)
            camera.Dispose();
    }

    /// <summary>
    /// Pictures of everything that turned bad with this verdict, before the verdict itself: whoever hears it has them already.
    /// </summary>
    private IEnumerable<byte[]> Shown(WatchedName name, CameraVerdict verdict)
    {
        var watched = _cameras[name];
        foreach (var station in watched.Onsets.Of(verdict))
        {
            if (watched.Camera.Evidence(station) is { } pair)
                yield return WatchFrames.Json(
                    WatchKind.Evidence,
                    new WatchEvidence(name.Room, name.Camera, station, verdict.At, pair.Reference, pair.Now)
                );
        }
    }

    private static byte[] Refuse(WatchedName name, LocalText text) =>
        WatchFrames.Json(WatchKind.Refusal, new WatchRefusal(name.Room, name.Camera, text));

    /// <summary>A picture of a part of the day that cannot be read is told, and the commissioned one is used.</summary>
    private static CameraSetup SetupOf(WatchedRoom room, MapCamera camera, Picture reference, TimeZoneInfo? zone, List<WatchRefusal> told)
    {
        var variants = new List<ReferenceVariant>();
        foreach (var part in room.Folder is null ? [] : camera.References ?? [])
        {
            if (Load(Path.Combine(room.Folder!, part.Picture), out var why) is { } picture)
                variants.Add(new(part, picture));
            else
                told.Add(new(room.Map.Room.Id, camera.Id, why!));
        }

        return new(
            new StationsInView(CameraGeometry.Of(room.Map, camera)),
            reference,
            MaskRectangles.Of(camera.Masks, camera.Image, reference.Size)
        )
        {
            Variants = variants,
            Zone = zone,
        };
    }

    private static Picture? Load(string path, out LocalText? why)
    {
        why = null;
        try
        {
            if (new FileInfo(path).Length <= MostReferenceBytes)
                return Picture.Decode(File.ReadAllBytes(path));
            why = new($"Its commissioned picture {path} is larger than 64 MiB.", $"调试参考图 {path} 超过 64 MiB。");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VisionException)
        {
            why = new($"Its commissioned picture cannot be read: {e.Message}", $"无法读取调试参考图：{e.Message}");
        }

        return null;
    }
}
