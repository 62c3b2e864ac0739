using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Watching;

/// <summary>The watch child: pictures in, verdicts out. The only place where pictures are measured in live operation.</summary>
public static class WatchServer
{
    private const long MostReferenceBytes = 64L << 20;

    /// <summary>Serves until the input ends.</summary>
    /// <param name="input">From the agent.</param>
    /// <param name="output">To the agent.</param>
    /// <param name="stop">Stops between two pictures.</param>
    /// <exception cref="WatchProtocolException">The agent broke the protocol.</exception>
    public static async Task RunAsync(Stream input, Stream output, CancellationToken stop)
    {
        var pipe = new WatchPipe(input);
        if (await pipe.ReadAsync(stop).ConfigureAwait(false) is not { } first) return;
        if (first.Kind != WatchKind.Configure) throw new WatchProtocolException($"The first frame is a {first.Kind}, not a configuration.");
        using var rooms = new Rooms(WatchFrames.Read<WatchConfiguration>(first.Payload.Span));
        await SendAsync(output, WatchFrames.Json(WatchKind.Ready, rooms.Ready), stop).ConfigureAwait(false);
        while (await pipe.ReadAsync(stop).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case WatchKind.Picture:
                    foreach (var answer in rooms.Judge(frame.Payload.Span)) await SendAsync(output, answer, stop).ConfigureAwait(false);
                    break;
                default:
                    throw new WatchProtocolException($"A {frame.Kind} does not go to the watch child.");
            }
        }
    }

    private static async Task SendAsync(Stream output, byte[] frame, CancellationToken stop)
    {
        await output.WriteAsync(frame, stop).ConfigureAwait(false);
        await output.FlushAsync(stop).ConfigureAwait(false);
    }

    private sealed class Rooms : IDisposable
    {
        private readonly Dictionary<WatchedName, (WatchedCamera Camera, Onsets Onsets)> _cameras = [];

        public Rooms(WatchConfiguration configuration)
        {
            var options = configuration.Options ?? new();
            var zone = configuration.TimeZone is { } id ? SiteZone.Of(id) : null;
            var refused = new List<WatchRefusal>();
            foreach (var room in configuration.Rooms)
            {
                foreach (var camera in room.Map.Cameras)
                {
                    var name = new WatchedName(room.Map.Room.Id, camera.Id);
                    if (!room.References.TryGetValue(camera.Id, out var path))
                        refused.Add(new(name.Room, name.Camera, new("It has no commissioned picture yet: calibrate it.", "还没有调试参考图：请先标定。")));
                    else if (Load(path, out var why) is not { } reference)
                        refused.Add(new(name.Room, name.Camera, why!));
                    else
                        _cameras[name] = (new(SetupOf(room, camera, reference, zone, refused), options), new());
                }
            }

            Ready = new([.. _cameras.Keys], refused);
        }

        public WatchReady Ready { get; }

        public IReadOnlyList<byte[]> Judge(ReadOnlySpan<byte> payload)
        {
            var pixels = WatchFrames.ReadPicture(payload, out var name, out var size, out var at, out var kind);
            if (!_cameras.TryGetValue(name, out var watched)) return [Refuse(name, new("It is not watched.", "该摄像头未被监看。"))];
            try
            {
                var verdict = watched.Camera.Judge(pixels, size, at, kind);
                return [.. Shown(name, verdict), WatchFrames.Json(WatchKind.Verdict, new WatchVerdict(name.Room, verdict))];
            }
            catch (VisionException e)
            {
                return [Refuse(name, new($"A picture could not be judged: {e.Message}", $"一帧画面无法判断：{e.Message}"))];
            }
        }

        public void Dispose()
        {
            foreach (var (camera, _) in _cameras.Values) camera.Dispose();
        }

        /// <summary>Pictures of everything that turned bad with this verdict, before the verdict itself: whoever hears it has them already.</summary>
        private IEnumerable<byte[]> Shown(WatchedName name, CameraVerdict verdict)
        {
            var watched = _cameras[name];
            foreach (var station in watched.Onsets.Of(verdict))
            {
                if (watched.Camera.Evidence(station) is { } pair)
                    yield return WatchFrames.Json(WatchKind.Evidence, new WatchEvidence(name.Room, name.Camera, station, verdict.At, pair.Reference, pair.Now));
            }
        }

        private static byte[] Refuse(WatchedName name, LocalText text) => WatchFrames.Json(WatchKind.Refusal, new WatchRefusal(name.Room, name.Camera, text));

        /// <summary>A picture of a part of the day that cannot be read is told, and the commissioned one is used.</summary>
        private static CameraSetup SetupOf(WatchedRoom room, MapCamera camera, Picture reference, TimeZoneInfo? zone, List<WatchRefusal> told)
        {
            var variants = new List<ReferenceVariant>();
            foreach (var part in room.Folder is null ? [] : camera.References ?? [])
            {
                if (Load(Path.Combine(room.Folder!, part.Picture), out var why) is { } picture) variants.Add(new(part, picture));
                else told.Add(new(room.Map.Room.Id, camera.Id, why!));
            }

            return new(new StationsInView(CameraGeometry.Of(room.Map, camera)), reference, MaskRectangles.Of(camera.Masks, camera.Image, reference.Size)) { Variants = variants, Zone = zone };
        }

        private static Picture? Load(string path, out LocalText? why)
        {
            why = null;
            try
            {
                if (new FileInfo(path).Length <= MostReferenceBytes) return Picture.Decode(File.ReadAllBytes(path));
                why = new($"Its commissioned picture {path} is larger than 64 MiB.", $"调试参考图 {path} 超过 64 MiB。");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or VisionException)
            {
                why = new($"Its commissioned picture cannot be read: {e.Message}", $"无法读取调试参考图：{e.Message}");
            }

            return null;
        }
    }
}
