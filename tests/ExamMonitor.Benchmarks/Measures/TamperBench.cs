using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>
/// Tampers drawn into real clips as UHCTD does (Mantini and Shah, AVSS 2019): kind, extent, and the time in which it grows from nothing to
/// its extent.
/// </summary>
/// <remarks>
/// A cover of 50 % hides half of the picture, a dark spray (opacity 0.93, soft blotches) lies on half of it, a bright film lets half of the
/// light through; a shift of 50 % moves it by 12.5 % of its width; a defocus of 50 % is a blur of 3 px at 640 px width. A tamper is found
/// when the
/// camera is reported as covered, moved or defocused within 15 s of its full extent and stays so for 80 % of the rest; any fault before it
/// begins is a false alarm.
/// </remarks>
internal static class TamperBench
{
    private const int Begins = 25;
    private const int Grace = 15;
    private const int Holds = 15;
    private static readonly Set s_uhctd = new(
        ["cover-plain", "cover-texture", "shift", "defocus", "spray", "film"],
        [0.25, 0.5, 0.75, 1],
        [0.1, 10, 60],
        1
    );

    /// <summary>What UHCTD does not have, at three places each.</summary>
    private static readonly Set s_more = new(Tampers.Kinds, [0.25, 0.5], [0.1, 10], 3);

    /// <summary>Arguments: clips or <c>room:SEED</c>, then optionally <c>--more</c> for dirt, tape, a web, condensation, a film and a sheet
    /// over a part of the view, and <c>--quality N</c> for pictures coded as JPEG.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var clips = args.TakeWhile(a => !a.StartsWith("--", StringComparison.Ordinal)).ToArray();
        var set = args.Contains("--more") ? s_more : s_uhctd;
        int? quality = Array.IndexOf(args, "--quality") is > 0 and var q ? int.Parse(args[q + 1], null) : null;
        var (alarms, cleanSeconds) = (0, 0);
        var cells = new Dictionary<(string Kind, double Extent), (int Tried, int Found, List<int> Latencies)>();
        foreach (var path in clips)
        {
            var clip = await RealClip.LoadAsync(path).ConfigureAwait(false);
            var tampers = new Tampers(clip.Size);
            foreach (var kind in set.Kinds)
            foreach (var extent in set.Extents)
            foreach (var onset in set.Onsets)
                for (var variant = 0; variant < set.Variants; variant++)
                {
                    var place = set.Variants == 1 ? 0 : (Path.GetFileNameWithoutExtension(path).Length + (3 * variant)) % 8;
                    var (found, latency, early) = Try(clip, new(tampers, kind, extent, onset, place), quality);
                    alarms += early;
                    cleanSeconds += Begins;
                    var cell = cells.TryGetValue((kind, extent), out var known) ? known : (0, 0, []);
                    if (found)
                        cell.Latencies.Add(latency);
                    else
                        Console.WriteLine(
                            FormattableString.Invariant(
                                $"missed: {Path.GetFileName(path)} {kind} {extent:P0} onset {onset} s place {place}"
                            )
                        );
                    if (early > 0)
                        Console.WriteLine(
                            FormattableString.Invariant(
                                $"{early} false alarms before: {Path.GetFileName(path)} {kind} {extent:P0} onset {onset} s"
                            )
                        );
                    cells[(kind, extent)] = (cell.Tried + 1, cell.Found + (found ? 1 : 0), cell.Latencies);
                }

            var (whole, seconds) = Clean(clip, quality);
            (alarms, cleanSeconds) = (alarms + whole, cleanSeconds + seconds);
        }

        Console.WriteLine("kind           extent  found    median s after full extent");
        foreach (var ((kind, extent), (tried, found, latencies)) in cells)
        {
            latencies.Sort();
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{kind, -14} {extent * 100, 4:0} %  {found, 2} of {tried, 2}  {(latencies.Count == 0 ? "-" : $"{latencies[latencies.Count / 2]}"), 4}"
                )
            );
        }

        foreach (var (name, from) in (ReadOnlySpan<(string, double)>)[("all", 0), ("50 % and more", 0.5)])
        {
            var (tried, found) = (
                cells.Where(c => c.Key.Extent >= from).Sum(c => c.Value.Tried),
                cells.Where(c => c.Key.Extent >= from).Sum(c => c.Value.Found)
            );
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{name}: recall {(double)found / tried:0.000} ({found} of {tried}), precision {(double)found / Math.Max(1, found + alarms):0.000}, {alarms} false alarms in {cleanSeconds} s without a tamper"
                )
            );
        }

        return 0;
    }

    private static (bool Found, int Latency, int Early) Try(RealClip clip, Tamper tamper, int? quality)
    {
        using var camera = new WatchedCamera(clip.Setup([]), new());
        var random = new Random(7);
        var full = Begins + (int)Math.Ceiling(tamper.Onset);
        int? first = null;
        int early = 0,
            hits = 0,
            n = 0;
        var was = false;
        for (var s = 0; s < full + Grace + Holds; s++)
        {
            var frame = (byte[])clip.Frames[s % clip.Frames.Count].Clone();
            if (s >= Begins)
                Draw(frame, clip.Size, tamper, Math.Clamp((s + 0.5 - Begins) / tamper.Onset, 0, 1));
            Pixels.Noise(frame, clip.Size, 0.8, random);
            var health = camera.Judge(Coded(frame, clip.Size, quality), clip.Size, DateTimeOffset.UnixEpoch.AddSeconds(s)).Health;
            var hit = health.Any(h => h is CameraHealth.Covered or CameraHealth.Moved or CameraHealth.Defocused);
            if (s < Begins)
            {
                if (health is not [CameraHealth.Ok] && !was)
                    early++;
                was = health is not [CameraHealth.Ok];
                continue;
            }

            if (hit)
                first ??= s;
            if (s < full + Grace)
                continue;
            n++;
            if (hit)
                hits++;
        }

        return (first <= full + Grace && hits >= 0.8 * n, Math.Max(0, (first ?? 0) - full), early);
    }

    private static (int Alarms, int Seconds) Clean(RealClip clip, int? quality)
    {
        using var camera = new WatchedCamera(clip.Setup([]), new());
        var random = new Random(8);
        var (alarms, was) = (0, false);
        for (var s = 0; s < clip.Frames.Count; s++)
        {
            var frame = (byte[])clip.Frames[s].Clone();
            Pixels.Noise(frame, clip.Size, 0.8, random);
            var bad =
                camera.Judge(Coded(frame, clip.Size, quality), clip.Size, DateTimeOffset.UnixEpoch.AddSeconds(s)).Health
                is not [CameraHealth.Ok];
            if (bad && !was)
                Console.WriteLine($"false alarm in {Path.GetFileName(clip.Path)} at {s} s");
            if (bad && !was)
                alarms++;
            was = bad;
        }

        return (alarms, clip.Frames.Count);
    }

    private static byte[] Coded(byte[] frame, PixelSize size, int? quality) =>
        quality is { } q ? Picture.Decode(Picture.FromI420(frame, size.Width, size.Height).EncodeJpeg(q)).ToI420() : frame;

    private static void Draw(byte[] frame, PixelSize size, Tamper tamper, double grown)
    {
        var extent = tamper.Extent * grown;
        if (extent <= 0)
            return;
        switch (tamper.Kind)
        {
            case "cover-plain":
                Pixels.Cover(frame, size, extent, (x, y) => (byte)(60 + (y / 20) + (x / 40)));
                break;
            case "cover-texture":
                Pixels.Cover(frame, size, extent, (x, y) => (byte)(70 + (Rooms.Paint.Hash(x / 9, y / 7, 3) * 110)));
                break;
            case "spray":
                Pixels.Spray(frame, size, extent);
                break;
            case "film":
                Pixels.Film(frame, size, extent);
                break;
            case "shift":
                Pixels.Shift(frame, size, extent * size.Width * 0.25 * 0.96, extent * size.Width * 0.25 * 0.28);
                break;
            case "defocus":
                Pixels.Blur(frame, size, extent * 6 * size.Width / 640);
                break;
            default:
                tamper.Tampers.Draw(frame, tamper.Kind, extent, tamper.Place);
                break;
        }
    }

    private sealed record Set(string[] Kinds, double[] Extents, double[] Onsets, int Variants);

    private sealed record Tamper(Tampers Tampers, string Kind, double Extent, double Onset, int Place);
}
