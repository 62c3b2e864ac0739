using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>
/// A station drawn by hand in a real clip: nothing may settle by itself, and a cabinet drawn over it from second 40 on is to be found.
/// </summary>
internal static class CabinetBench
{
    private const int From = 40;

    /// <summary>Arguments: clip, region (x,y,… at 640 px width).</summary>
    public static async Task<int> RunAsync(string path, string region)
    {
        var clip = await RealClip.LoadAsync(path).ConfigureAwait(false);
        var station = RealClip.Region(region);
        Console.WriteLine($"as it is: {Tell(clip, station, cabinet: false)}");
        Console.WriteLine($"cabinet from second {From} on: {Tell(clip, station, cabinet: true)}");
        return 0;
    }

    private static string Tell(RealClip clip, IReadOnlyList<PixelPoint> region, bool cabinet)
    {
        using var camera = new WatchedCamera(clip.Setup(region), new());
        var random = new Random(3);
        var told = new List<string>();
        var (before, least) = ("fine", 1.0);
        for (var s = 0; s < clip.Frames.Count; s++)
        {
            var frame = (byte[])clip.Frames[s].Clone();
            if (cabinet && s >= From)
                Draw(frame, clip.Size, region);
            Pixels.Noise(frame, clip.Size, 0.8, random);
            var verdict = camera.Judge(frame, clip.Size, DateTimeOffset.UnixEpoch.AddSeconds(s));
            var one = verdict.Stations[0];
            least = Math.Min(least, one.Visible ?? 1);
            var now =
                verdict.Health is not [CameraHealth.Ok] ? string.Join(',', verdict.Health.Select(Sentences.Word))
                : one.Covered == false || one.Lit == false ? one.Reason ?? "fault"
                : "fine";
            if (now != before)
                told.Add($"second {s} {now}");
            before = now;
        }

        return FormattableString.Invariant(
            $"{(told.Count == 0 ? "no fault settles" : string.Join("; ", told))} in {clip.Frames.Count} s; least visible share {least:0.00}"
        );
    }

    private static void Draw(byte[] frame, PixelSize size, IReadOnlyList<PixelPoint> region)
    {
        int x0 = Math.Max(0, (int)region.Min(p => p.U) - 20),
            x1 = Math.Min(size.Width, (int)region.Max(p => p.U) + 20);
        int y0 = Math.Max(0, (int)region.Min(p => p.V) - 40),
            y1 = Math.Min(size.Height, (int)region.Max(p => p.V) + 70);
        for (var y = y0; y < y1; y++)
        for (var x = x0; x < x1; x++)
            frame[(y * size.Width) + x] = (byte)((x - x0) % 45 < 2 || (y - y0) % 60 < 2 ? 62 : 108 + ((y - y0) / 12));
    }
}
