using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ExamMonitor.Capture;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks;

/// <summary>Judges a folder of clips named CAMERA_CASE.mp4 against a map, the pictures that the live path would take, at 640 px
/// width.</summary>
internal static class AuditBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (mapPath, clips, output, pattern) = (args[0], args[1], args[2], args.Length > 3 ? args[3] : "*.mp4");
        var map = JsonSerializer.Deserialize<StationMap>(
            await File.ReadAllBytesAsync(mapPath).ConfigureAwait(false),
            ContractJson.Options
        )!;
        Directory.CreateDirectory(output);
        foreach (var clip in Directory.EnumerateFiles(clips, pattern).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(clip);
            var setup = await SetupAsync(map, mapPath, name).ConfigureAwait(false);
            if (setup is null)
                continue;
            var clock = Stopwatch.StartNew();
            using var lines = File.Create(Path.Combine(output, name + ".jsonl"));
            var count = await AuditRun
                .RunAsync(
                    [setup],
                    Pictures(setup.Camera, clip, SizeOf(setup), CancellationToken.None),
                    lines,
                    new(),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            Console.WriteLine(
                $"{name}: {count} pictures, {clock.Elapsed.TotalMilliseconds / Math.Max(1, count):0.0} ms each with decoding"
            );
        }

        return 0;
    }

    public static async Task<int> MeasureAsync(string[] args)
    {
        var map = JsonSerializer.Deserialize<StationMap>(
            await File.ReadAllBytesAsync(args[0]).ConfigureAwait(false),
            ContractJson.Options
        )!;
        var setup = await SetupAsync(map, args[0], Path.GetFileNameWithoutExtension(args[1])).ConfigureAwait(false);
        if (setup is null)
            return 1;
        await TellAsync(setup, args[1], SizeOf(setup)).ConfigureAwait(false);
        return 0;
    }

    /// <summary>Prints what the verdicts of each second of a clip are made of.</summary>
    public static async Task TellAsync(CameraSetup setup, string clip, PixelSize size)
    {
        var options = new CoverageOptions();
        using var observer = new CameraObserver(setup, size, new());
        var standstill = new StandstillSearch(options, size.Width, size.Height);
        await foreach (var picture in Pictures(setup.Camera, clip, size, CancellationToken.None).ConfigureAwait(false))
        {
            var m = observer.Observe(picture.I420.Span, DateTimeOffset.UnixEpoch.AddSeconds(picture.Seconds));
            var s = ViewScores.Of(m, options);
            var still = standstill.Take(m.Hashes, m.Means, DateTimeOffset.UnixEpoch.AddSeconds(picture.Seconds), picture.Kind);
            var r = m.Registration;
            var (u, v) = r.Homography.Apply(320, 180);
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{picture.Seconds, 4:0}{(picture.Kind == PictureKind.Key ? "k" : "p")} found {(r.Found ? 1 : 0)} {r.Agreeing, 2}/{r.Matched, 2}/{r.Places, 2} spread {r.Spread:0.00} shift {u - 320, 6:0.0},{v - 180, 6:0.0} textured {s.Textured, 3} lost {s.LostShare:0.00} changed {s.ChangedShare:0.00} replaced {s.ReplacedShare:0.00} energy {s.LostEnergy:0.00} lost-sharp {s.LostSharpness:0.00} sharp {s.Sharpness ?? -1:0.00} noise {s.Noise:0.00}/{s.RefNoise:0.00} light {s.Light, 5:0.00} best {s.BestLight, 5:0.00} chroma {s.ShiftU, 5:0.0},{s.ShiftV, 5:0.0} common {s.CommonShift:0.0} spread {s.LightSpread:0.00} veil {s.Veil.Share:0.00}/{s.Veil.Following:0.00} added {s.AddedNoise:0.0}/{s.RefPlainNoise:0.0} luma {m.Levels.P50:0} clipped {m.Levels.Clipped:0.000} still {still} {standstill.Repeats} {standstill.NearShare:0.000} {standstill.ChangedShare:0.000} {standstill.ReplayScore:0.000} | {string.Join(" ", Enumerable.Range(0, m.Stations.Length).Select(i => FormattableString.Invariant($"{StationJudge.VisibleShare(m.Cells(i)) ?? -1:0.00}/{StationJudge.OwnLight(m.Cells(i)) ?? 9:0.00}/{(StationJudge.Fifths(m.Cells(i)) is var (low, high) ? high - low : 0):0.00}")))}"
                )
            );
        }
    }

    public static async Task<int> SpeedAsync(string[] args)
    {
        var map = JsonSerializer.Deserialize<StationMap>(
            await File.ReadAllBytesAsync(args[0]).ConfigureAwait(false),
            ContractJson.Options
        )!;
        var setup = await SetupAsync(map, args[0], Path.GetFileNameWithoutExtension(args[1])).ConfigureAwait(false);
        if (setup is null)
            return 1;
        var frames = new List<byte[]>();
        await foreach (var picture in Pictures(setup.Camera, args[1], SizeOf(setup), CancellationToken.None).ConfigureAwait(false))
            frames.Add(picture.I420.ToArray());
        using var camera = new WatchedCamera(setup, new());
        var times = new List<double>();
        long allocated = 0;
        var processor = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < 10 * frames.Count; i++)
        {
            var (before, from) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            camera.Judge(frames[i % frames.Count], SizeOf(setup), DateTimeOffset.UnixEpoch.AddSeconds(i));
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            if (i >= frames.Count)
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        times.Sort();
        Console.WriteLine(
            FormattableString.Invariant(
                $"{setup.Geometry.Stations([]).Count} stations, {times.Count} pictures: {(Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / times.Count:0.00} ms of a core each, wall clock median {times[times.Count / 2]:0.00} ms, managed memory {allocated / (9.0 * frames.Count):0} bytes a picture"
            )
        );
        return 0;
    }

    /// <summary>The camera that a clip's name begins with; null when the map has none of that name with a reference.</summary>
    public static async Task<CameraSetup?> SetupAsync(string mapPath, string clip)
    {
        var map = JsonSerializer.Deserialize<StationMap>(
            await File.ReadAllBytesAsync(mapPath).ConfigureAwait(false),
            ContractJson.Options
        )!;
        return await SetupAsync(map, mapPath, Path.GetFileNameWithoutExtension(clip)).ConfigureAwait(false);
    }

    public static PixelSize SizeOf(CameraSetup setup) =>
        new(640, (int)Math.Round(640.0 * setup.Geometry.Size.Height / setup.Geometry.Size.Width / 2) * 2);

    private static async Task<CameraSetup?> SetupAsync(StationMap map, string mapPath, string clip)
    {
        var camera = map.Cameras.FirstOrDefault(c => c.Id.Text == clip.Split('_')[0]);
        if (camera?.Reference is null)
            return null;
        var reference = Picture.Decode(
            await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(mapPath)!, camera.Reference)).ConfigureAwait(false)
        );
        return new(new StationsInView(CameraGeometry.Of(map, camera)), reference, []);
    }

    public static async IAsyncEnumerable<AuditPicture> Pictures(
        CameraId camera,
        string clip,
        PixelSize size,
        [EnumeratorCancellation] CancellationToken stop
    )
    {
        var tools = await FfmpegTools.FindAsync(null, null, TimeProvider.System, stop).ConfigureAwait(false);
        await foreach (
            var picture in new RecordedPictures(tools, TimeProvider.System)
                .ReadAsync(clip, new(size.Width, size.Height), stop)
                .ConfigureAwait(false)
        )
        {
            using (picture)
            {
                yield return new(
                    camera,
                    picture.Pts.ToTimeSpan().TotalSeconds,
                    new(picture.Width, picture.Height),
                    picture.Bytes,
                    picture.IsKeyFrame ? PictureKind.Key : PictureKind.Between
                );
            }
        }
    }

    /// <summary>One picture each second of a clip, whatever its coding: for benches that draw into real footage and code it
    /// themselves.</summary>
    public static async IAsyncEnumerable<AuditPicture> EachSecond(
        CameraId camera,
        string clip,
        PixelSize size,
        [EnumeratorCancellation] CancellationToken stop
    )
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (
            var argument in new[]
            {
                "-v",
                "error",
                "-nostdin",
                "-i",
                clip,
                "-vf",
                $"fps=1:round=up,scale={size.Width}:{size.Height}",
                "-pix_fmt",
                "yuv420p",
                "-f",
                "rawvideo",
                "-",
            }
        )
            start.ArgumentList.Add(argument);
        using var ffmpeg = Process.Start(start)!;
        var frame = new byte[Picture.I420Length(size.Width, size.Height)];
        for (var second = 0; ; second++)
        {
            var read = await ffmpeg
                .StandardOutput.BaseStream.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, stop)
                .ConfigureAwait(false);
            if (read < frame.Length)
                break;
            yield return new(camera, second, size, frame);
        }

        await ffmpeg.WaitForExitAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Prints the blocks of one picture: what the scores of the view are made of. Arguments: map, clip, second.</summary>
    public static async Task<int> BlocksAsync(string mapPath, string clip, int second)
    {
        if (await SetupAsync(mapPath, clip).ConfigureAwait(false) is not { } setup)
            return 1;
        var size = SizeOf(setup);
        using var observer = new CameraObserver(setup, size, new());
        await foreach (var picture in Pictures(setup.Camera, clip, size, CancellationToken.None).ConfigureAwait(false))
        {
            var m = observer.Observe(picture.I420.Span, DateTimeOffset.UnixEpoch.AddSeconds(picture.Seconds));
            if (picture.Seconds < second)
                continue;
            Print("light, ln of the ratio", b => Linear.LogRatio(b.Mean, b.RefMean));
            Print("luma", b => b.Mean);
            Print("reference's luma", b => b.RefMean);
            Print(
                "contrast kept, against light kept",
                b => Math.Sqrt(b.Energy / Math.Max(b.RefEnergy, 0.01)) / Math.Max(0.01, (b.Mean - 16) / Math.Max(1, b.RefMean - 16))
            );
            Print("agreement", b => b.Edges >= 0.01 ? b.Agreement : double.NaN);
            Print("coarse", b => b.Edges >= 0.01 ? b.Coarse : double.NaN);
            Print(
                "fine detail, against the reference",
                b => b.Mid > 0.5 && b.RefMid > 2 ? b.High / b.Mid * b.RefMid / b.RefHigh : double.NaN
            );
            Print("noise", b => b.Noise);
            Print("reference's noise", b => b.RefNoise);
            Print("blue", b => b.U - b.RefU);
            Print("red", b => b.V - b.RefV);
            return 0;

            void Print(string name, Func<BlockMeasure, double> value)
            {
                Console.WriteLine(name);
                for (var i = 0; i < m.Blocks.Length; i++)
                    Console.Write(
                        (value(m.Blocks[i]) is var v && double.IsNaN(v) ? "    --" : FormattableString.Invariant($"{v, 6:0.0#}"))
                            + (i % 16 == 15 ? "\n" : " ")
                    );
            }
        }

        return 1;
    }
}
