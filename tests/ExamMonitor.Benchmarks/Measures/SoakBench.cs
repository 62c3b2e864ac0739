using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Benchmarks.Rooms;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>
/// Hours of normal footage, one picture a second: people, the day's slow light, clouds, steps of exposure, sensor noise, compression.
/// Whatever settles is a false alarm.
/// </summary>
internal static class SoakBench
{
    /// <summary>Added to a clip's pictures, grey levels: a loop without it would be what it is, a replay.</summary>
    private const double SensorNoise = 1.2;

    /// <summary>Arguments: hours, then <c>room SEED</c> or <c>clip FILE [REGION]</c>, then optionally <c>--from HOUR</c> of the day,
    /// <c>--every SECONDS</c> between pictures (1, or 2 as many cameras send key frames), <c>--quality N</c> of the room's coding picture
    /// by picture (60, a thrifty camera's), or <c>--video RATE</c> for a stream of H.264 whose key frames are judged (a constant rate
    /// factor, above 51 kbit a group), <c>--denoise FACTOR</c> that the room's camera takes its noise down by, <c>--flicker DEPTH</c> of
    /// its lamps (0.03), <c>--faults</c> for a source that stands still or repeats one minute of every ten (pictures 1 or 2 s apart), and
    /// <c>--trace</c>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        string? Text(string name) => Array.IndexOf(args, name) is > 0 and var at ? args[at + 1] : null;
        double Number(string name, double otherwise) =>
            Text(name) is { } given ? double.Parse(given, CultureInfo.InvariantCulture) : otherwise;
        var (hours, from, every, trace) = (
            double.Parse(args[0], CultureInfo.InvariantCulture),
            Number("--from", 0),
            (int)Number("--every", 1),
            Array.IndexOf(args, "--trace") > 0
        );
        var faults = Array.IndexOf(args, "--faults") > 0 ? new SoakFaults() : null;
        var source =
            args[1] == "room"
                ? OfRoom(
                    int.Parse(args[2], CultureInfo.InvariantCulture),
                    Text("--video") is null ? (int)Number("--quality", 60) : null,
                    (float)(1 / Number("--denoise", 1)),
                    (float)Number("--flicker", 0.03)
                )
                : await OfClipAsync(args[2], args.Length > 3 && args[3][0] != '-' ? args[3] : string.Empty).ConfigureAwait(false);
        using var camera = new WatchedCamera(source.Setup, new());
        var score = new SoakScore(from, faults is not null);
        var (seconds, pictures, judging) = ((int)(hours * 3600), 0, 0.0);
        var (judged, verdict) = (0, (CameraVerdict?)null);
        byte[] Shown(int second) =>
            source.Coded(
                faults is null
                    ? source.Frame((int)(from * 3600) + second)
                    : faults.Show(second, () => (byte[])source.Frame((int)(from * 3600) + second).Clone())
            );
        var frames = Text("--video") is { } rate
            ? VideoCoder.KeyFrames(
                Enumerable.Range(0, seconds).Select(Shown),
                source.Size,
                int.Parse(rate, CultureInfo.InvariantCulture),
                every,
                CancellationToken.None
            )
            : Enumerable.Range(0, seconds / every).Select(k => Shown(k * every)).ToAsyncEnumerable();
        await foreach (var frame in frames.ConfigureAwait(false))
        {
            var s = pictures++ * every;
            var clock = Stopwatch.GetTimestamp();
            camera.Watch(
                frame,
                source.Size,
                DateTimeOffset.UnixEpoch.AddSeconds(s),
                PictureKind.Key,
                v =>
                {
                    (verdict, judged) = (v, judged + 1);
                }
            );
            judging += Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            score.Count(s, Wrong(verdict!).ToHashSet(), verdict!.Text?.En);
            if (trace)
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"{s} light {verdict.LumaMean:0} noise {verdict.Noise:0.0} sharpness {verdict.Sharpness:0.00} visible {string.Join(' ', verdict.Stations.Select(v => FormattableString.Invariant($"{v.Visible:0.00}{(v.Covered == false ? "!" : string.Empty)}")))}"
                    )
                );
            if ((s + every) % 3600 < every)
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"{(s + every) / 3600} h, {score.Alarms} alarms, {judging / pictures:0.0} ms a picture (wall clock)"
                    )
                );
        }

        Console.WriteLine(
            FormattableString.Invariant(
                $"{source.Name}: {pictures} pictures, {judged} judged, {hours} simulated hours, {source.Setup.Geometry.Stations([]).Count} stations, {score.Alarms} false alarms{score.Faults}"
            )
        );
        return score.Alarms == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Wrong(CameraVerdict verdict)
    {
        foreach (var health in verdict.Health.Where(h => h != CameraHealth.Ok))
            yield return Sentences.Word(health);
        foreach (var station in verdict.Stations)
        {
            if (station.Covered == false && station.Reason is not (Reasons.TooFar or Reasons.NotInPicture))
                yield return $"{station.Station} {station.Reason}";
            if (station.Lit == false)
                yield return $"{station.Station} not lit: {station.Reason}";
        }
    }

    private sealed record Source(string Name, CameraSetup Setup, PixelSize Size, Func<int, byte[]> Frame, Func<byte[], byte[]> Coded);

    private static Source OfRoom(int seed, int? quality, float noise, float flicker)
    {
        var studio = new RoomStudio(seed);
        var people = new People(studio.Plan, seed);
        byte[] Frame(int second)
        {
            var exam = second / 3600 % 24 is >= 8 and < 18;
            // Outside the exam's hours someone crosses the room now and then.
            var present =
                exam ? people.Seated(second).Concat(people.Walking(second))
                : second / 600 % 3 == 0 ? people.Walking(second)
                : [];
            // What a camera that averages over time leaves of its noise differs from one key frame to the next as the noise itself does:
            // less of it, and new.
            return studio.Film.Frame(
                studio.View,
                new()
                {
                    Day = (float)Day(second),
                    Exposure = (float)Exposure(second),
                    Flicker = flicker,
                    Noise = noise,
                },
                present
            );
        }

        // Intra coding in blocks of eight.
        byte[] Coded(byte[] frame) =>
            quality is { } q
                ? Picture.Decode(Picture.FromI420(frame, studio.Size.Width, studio.Size.Height).EncodeJpeg(q)).ToI420()
                : frame;
        return new($"made-up room {seed}", studio.Setup, studio.Size, Frame, Coded);
    }

    private static async Task<Source> OfClipAsync(string path, string region)
    {
        var clip = await RealClip.LoadAsync(path).ConfigureAwait(false);
        var random = new Random(11);
        byte[] Frame(int second)
        {
            var frame = (byte[])clip.Frames[second % clip.Frames.Count].Clone();
            Pixels.Light(frame.AsSpan(0, clip.Size.Width * clip.Size.Height), (0.75 + (0.25 * Day(second))) * Exposure(second));
            Pixels.Noise(frame, clip.Size, SensorNoise, random);
            return frame;
        }

        // The commissioned picture comes from the same sensor as all others; with its noise.
        var reference = clip.Reference.ToI420();
        Pixels.Noise(reference, clip.Size, SensorNoise, random);
        var setup = clip.Setup(region.Length == 0 ? [] : RealClip.Region(region)) with
        {
            Reference = Picture.FromI420(reference, clip.Size.Width, clip.Size.Height),
        };
        return new(Path.GetFileName(path), setup, clip.Size, Frame, frame => frame);
    }

    /// <summary>
    /// Daylight over a day, [0, 1.3]: dark until six, full at noon; clouds take up to 40 % of it within seconds, some twenty times a day.
    /// </summary>
    private static double Day(int second)
    {
        var hour = second / 3600.0 % 24;
        var sun = Math.Max(0, Math.Sin(Math.PI * (hour - 6) / 12)) * 1.3;
        var spell = second / 900;
        var depth = Paint.Hash(spell, 3, 9) < 0.3f ? 0.4 * Paint.Hash(spell, 4, 9) : 0;
        var inside = second % 900;
        return sun * (1 - (depth * Math.Clamp(Math.Min(inside / 4.0, (900 - inside) / 4.0), 0, 1)));
    }

    /// <summary>Now and then the camera's exposure takes a step of up to 20 % and goes back after minutes.</summary>
    private static double Exposure(int second) => Paint.Hash(second / 420, 5, 9) < 0.25f ? 0.9 + (0.3 * Paint.Hash(second / 420, 6, 9)) : 1;
}
