using System.Diagnostics;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>Films made-up rooms, encodes the clips as a camera does, judges them and scores the verdicts.</summary>
internal static class RoomsBench
{
    /// <summary>Arguments: first seed, last seed, optional pattern that a case's name must contain, optional <c>--keep FOLDER</c>,
    /// and how the clips are coded: <see cref="RoomCoding"/>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (first, last) = (int.Parse(args[0], null), int.Parse(args.Length > 1 ? args[1] : args[0], null));
        var only = args.Length > 2 && !args[2].StartsWith("--", StringComparison.Ordinal) ? args[2] : string.Empty;
        var keep = Array.IndexOf(args, "--keep") is >= 0 and var at ? args[at + 1] : null;
        var coding = RoomCoding.Of(args);
        var score = new VerdictScore();
        var temporary = Directory.CreateTempSubdirectory("exam-monitor-rooms");
        try
        {
            for (var seed = first; seed <= last; seed++)
                await RoomAsync(seed, only, keep, coding, temporary.FullName, score).ConfigureAwait(false);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }

        Print(score);
        return 0;
    }

    /// <summary>Prints what the verdicts of a kept clip are made of. Arguments: seed, clip.</summary>
    public static async Task<int> TellAsync(int seed, string clip)
    {
        var studio = new RoomStudio(seed);
        Console.WriteLine(
            $"judged: {string.Join(' ', studio.Judged.Select(d => d.Station.Id))}; in order: {string.Join(' ', studio.Geometry.Stations([]).Select(s => s.Station))}"
        );
        await AuditBench.TellAsync(studio.Setup, clip, studio.Size).ConfigureAwait(false);
        return 0;
    }

    private static async Task RoomAsync(int seed, string only, string? keep, RoomCoding coding, string folder, VerdictScore score)
    {
        var clock = Stopwatch.StartNew();
        var studio = new RoomStudio(seed);
        Console.WriteLine(
            FormattableString.Invariant(
                $"room {seed}: {studio.Plan.Size.X:0.0} x {studio.Plan.Size.Y:0.0} x {studio.Plan.Size.Z:0.0} m, {studio.Plan.Desks.Count} stations, {studio.Judged.Count} judged, camera {studio.Plan.Camera.Size.Width}x{studio.Plan.Camera.Size.Height}, {studio.Plan.Camera.HorizontalFieldOfViewDeg:0} deg, rate factor {studio.Plan.Quality}, day {studio.Plan.Window.Day:0.0}"
            )
        );
        if (keep is not null)
        {
            Directory.CreateDirectory(keep);
            await File.WriteAllBytesAsync(Path.Combine(keep, $"room{seed}.png"), studio.Reference.EncodePng()).ConfigureAwait(false);
        }

        foreach (var made in RoomCase.Of(studio.Plan))
        {
            if (!made.Name.Contains(only, StringComparison.Ordinal))
                continue;
            var clip = Path.Combine(keep ?? folder, $"room{seed}_{made.Name}.mp4");
            // A kept clip is judged again as it is: filming costs ten times as much as judging.
            if (!File.Exists(clip))
                await ClipCodec
                    .EncodeAsync(studio.Frames(made), studio.Size, clip, coding.Arguments(Math.Min(51, studio.Plan.Quality + made.Coarser)))
                    .ConfigureAwait(false);
            var verdicts = new List<CameraVerdict>();
            using var camera = new WatchedCamera(studio.Setup, new());
            await foreach (
                var picture in AuditBench.Pictures(camera.Camera, clip, studio.Size, CancellationToken.None).ConfigureAwait(false)
            )
            {
                // A second without a picture of its own has the verdict of the one before.
                while (verdicts.Count > 0 && verdicts.Count < (int)Math.Round(picture.Seconds))
                    verdicts.Add(verdicts[^1]);
                verdicts.Add(
                    camera.Judge(picture.I420.Span, studio.Size, DateTimeOffset.UnixEpoch.AddSeconds(picture.Seconds), picture.Kind)
                );
            }

            while (verdicts.Count < made.Seconds)
                verdicts.Add(verdicts[^1]);
            var told = score.Details.Count;
            score.Count($"room{seed} {made.Name}", made.Name, studio.Truth(made), verdicts);
            foreach (var line in score.Details.Skip(told))
                Console.WriteLine(line);
            if (keep is null)
                File.Delete(clip);
        }

        Console.WriteLine(FormattableString.Invariant($"room {seed}: {clock.Elapsed.TotalSeconds:0} s"));
    }

    private static void Print(VerdictScore score)
    {
        Console.WriteLine();
        foreach (var ((made, what), (events, found, alarms)) in score.ByCase.OrderBy(c => c.Key.Case, StringComparer.Ordinal))
            if (events > found || alarms > 0)
                Console.WriteLine($"{made, -16} {what, -8} found {found} of {events}, false alarms {alarms}");
        foreach (var (what, recall) in score.Recalls.OrderBy(r => r.Key, StringComparer.Ordinal))
            Console.WriteLine($"{what, -14} {recall}");
        Console.WriteLine(
            FormattableString.Invariant(
                $"false alarms in {score.CameraHours:0.00} camera-hours without a camera fault: health {score.Alarms["health"]}, covered {score.Alarms["covered"]}, lit {score.Alarms["lit"]}"
            )
        );
    }
}

/// <summary>Encodes pictures as a camera does.</summary>
internal static class ClipCodec
{
    public static async Task EncodeAsync(IEnumerable<byte[]> frames, PixelSize size, string path, IReadOnlyList<string> coding)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardInput = true, UseShellExecute = false };
        string[] words =
        [
            "-v",
            "error",
            "-y",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "yuv420p",
            "-s",
            $"{size.Width}x{size.Height}",
            "-r",
            "1",
            "-i",
            "-",
            .. coding,
            path,
        ];
        foreach (var argument in words)
            start.ArgumentList.Add(argument);
        using var ffmpeg = Process.Start(start)!;
        await using (ffmpeg.StandardInput.BaseStream.ConfigureAwait(false))
            foreach (var frame in frames)
                await ffmpeg.StandardInput.BaseStream.WriteAsync(frame).ConfigureAwait(false);
        await ffmpeg.WaitForExitAsync().ConfigureAwait(false);
        if (ffmpeg.ExitCode != 0)
            throw new IOException($"ffmpeg could not encode {path}.");
    }
}
