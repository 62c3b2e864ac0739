using ExamMonitor.Benchmarks.Rooms;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>
/// A clip in memory, one picture a second at 640 px width, whose first is the commissioned one: nobody may stand before a station in it.
/// </summary>
internal sealed class RealClip
{
    private const int Width = 640;
    private const int MostSeconds = 600;

    /// <summary>Seconds of a made-up room.</summary>
    private const int RoomSeconds = 80;

    private RealClip(string path, PixelSize size, IReadOnlyList<byte[]> frames, Picture? reference = null) =>
        (Path, Size, Frames, Reference) = (path, size, frames, reference ?? Picture.FromI420(frames[0], size.Width, size.Height));

    public string Path { get; }

    public PixelSize Size { get; }

    public IReadOnlyList<byte[]> Frames { get; }

    public Picture Reference { get; }

    public static CameraId Camera { get; } = CameraId.Of("C1");

    /// <summary>Reads at most ten minutes; of <c>room:SEED</c>, films a made-up room with people at work.</summary>
    public static async Task<RealClip> LoadAsync(string path)
    {
        if (path.StartsWith("room:", StringComparison.Ordinal))
            return OfRoom(path, int.Parse(path[5..], System.Globalization.CultureInfo.InvariantCulture));
        // ffmpeg keeps the aspect; its first picture tells the height.
        var size = await ClipProbe.SizeAsync(path, Width).ConfigureAwait(false);
        var frames = new List<byte[]>();
        await foreach (var picture in AuditBench.EachSecond(Camera, path, size, CancellationToken.None).ConfigureAwait(false))
        {
            frames.Add(picture.I420.ToArray());
            if (frames.Count >= MostSeconds)
                break;
        }

        if (frames.Count < 5)
            throw new IOException($"{path} holds fewer than five seconds of pictures.");
        return new(path, size, frames);
    }

    private static RealClip OfRoom(string path, int seed)
    {
        var studio = new RoomStudio(seed);
        var normal = RoomCase.Of(studio.Plan).First(c => c.Name == "normal");
        return new(path, studio.Size, [.. studio.Frames(normal).Take(RoomSeconds)], studio.Reference);
    }

    /// <summary>A camera with one hand-drawn station; with none when the region is empty.</summary>
    /// <param name="region">px at 640 px width.</param>
    public CameraSetup Setup(IReadOnlyList<PixelPoint> region)
    {
        IReadOnlyList<MapStation> stations =
            region.Count == 0
                ? []
                :
                [
                    new(
                        StationId.Of("S1"),
                        "1",
                        new(1, 1),
                        new(1, 1),
                        0.75,
                        Regions: new Dictionary<CameraId, IReadOnlyList<PixelPoint>> { [Camera] = region }
                    ),
                ];
        var map = new StationMap(
            StationMap.SchemaName,
            new(RoomId.Of("R1"), "clip", [new(0, 0), new(9, 0), new(9, 9), new(0, 9)], 3),
            stations,
            [new(Camera, Size)]
        );
        return new(new StationsInView(CameraGeometry.Of(map, map.Cameras[0])), Reference, []);
    }

    /// <summary><c>x,y,x,y,…</c> at 640 px width.</summary>
    public static IReadOnlyList<PixelPoint> Region(string text)
    {
        var numbers = text.Split(',').Select(n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return [.. Enumerable.Range(0, numbers.Length / 2).Select(i => new PixelPoint(numbers[2 * i], numbers[(2 * i) + 1]))];
    }
}
