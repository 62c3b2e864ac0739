using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>What the archive survives, and what it costs.</summary>
internal static class FootageBench
{
    /// <summary>COUNT [FOLDER] [SEED].</summary>
    public static async Task<int> KillAsync(string kills, string[] rest)
    {
        var folder =
            rest.Length > 0
                ? Directory.CreateDirectory(rest[0]).FullName
                : Directory.CreateTempSubdirectory("exam-monitor-bench-").FullName;
        var clip = Path.Combine(folder, "clip.mp4");
        await File.WriteAllBytesAsync(
                clip,
                await new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64").BytesAsync().ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        var clock = Stopwatch.GetTimestamp();
        var seed = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 1;
        var report = await KillLoop
            .RunAsync(folder, clip, int.Parse(kills, CultureInfo.InvariantCulture), [Environment.ProcessPath!], seed)
            .ConfigureAwait(false);
        Say(
            $"{report.Kills} kills in {Stopwatch.GetElapsedTime(clock).TotalSeconds:0} s: {report.Segments} segments held, {report.Recovered} of them recovered, every hash as committed"
        );
        Say(
            $"lost of what was said to be written: {report.MostLostOfWrittenSeconds:0.000} s at most; of what was handed over: {report.MostLostOfHandedSeconds:0.000} s at most (fragments last 1 s), in {report.LivesWithLoss} lives"
        );
        if (rest.Length == 0)
            Directory.Delete(folder, recursive: true);
        return 0;
    }

    /// <summary>[CAMERAS]: the archive without capture; hash, write, flush, index.</summary>
    public static async Task<int> MemoryAsync(string[] rest)
    {
        var cameras = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 8;
        using var folder = new TempFolder();
        var alone = await FromMemoryAsync(folder.Path, await MakeClipAsync(folder["source.mp4"]).ConfigureAwait(false), cameras)
            .ConfigureAwait(false);
        Say($"archive alone, fragments from memory: {alone:0.00} ms of CPU per camera and second");
        return 0;
    }

    /// <summary>Ten minutes of media per camera as fast as the disk takes them, after one minute that is not counted.</summary>
    private static async Task<double> FromMemoryAsync(string folder, string clip, int cameras)
    {
        const int Minutes = 10;
        var fragmented = Path.Combine(folder, "fragmented.mp4");
        await CopyAsync(clip, fragmented).ConfigureAwait(false);
        var (initialization, fragments) = await ReadAsync(fragmented).ConfigureAwait(false);
        var time = new SteppedClock(TimeProvider.System.GetUtcNow());
        var options = new FootageOptions
        {
            VolumePath = Directory.CreateDirectory(Path.Combine(folder, "memory")).FullName,
            IndexPath = Path.Combine(folder, "memory.db"),
            Site = SiteId.Of("S1"),
        };
        await using var archive = await FootageArchive
            .OpenAsync(options, null, time, NullLogger<FootageArchive>.Instance, CancellationToken.None)
            .ConfigureAwait(false);
        var recorders = Enumerable.Range(0, cameras).Select(i => archive.Recorder(RoomId.Of("R1"), CameraId.Of($"C{i}"))).ToList();
        foreach (var recorder in recorders)
            await recorder.StartRunAsync(initialization, new("aac", false), time.Now, CancellationToken.None).ConfigureAwait(false);
        var cpu = TimeSpan.Zero;
        var length = fragments[^1].End - fragments[0].Start;
        for (var round = 0; round < 3 * (Minutes + 1); round++)
        {
            if (round == 3)
                cpu = Process.GetCurrentProcess().TotalProcessorTime;
            foreach (var fragment in fragments.Select(f => Moved(f, initialization, round * length)))
            {
                time.Now += new Pts90k(fragment.Duration).ToTimeSpan();
                foreach (var recorder in recorders)
                    await recorder.AppendAsync(fragment, time.Now, CancellationToken.None).ConfigureAwait(false);
                await Task.WhenAll(recorders.Select(r => r.DrainAsync())).ConfigureAwait(false);
            }
        }

        return (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMilliseconds / cameras / (Minutes * 60);
    }

    private static Fragment Moved(Fragment fragment, InitializationSegment initialization, long by90k) =>
        fragment with
        {
            Start = new(fragment.Start.Ticks + by90k),
            Tracks =
            [
                .. fragment.Tracks.Select(t =>
                    t with
                    {
                        BaseDecodeTime =
                            t.BaseDecodeTime
                            + ((ulong)by90k * initialization.Tracks.First(i => i.Id == t.TrackId).Timescale / Pts90k.PerSecond),
                    }
                ),
            ],
        };

    private static async Task<(InitializationSegment Initialization, List<Fragment> Fragments)> ReadAsync(string path)
    {
        var stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
        {
            var reader = new FragmentReader(stream);
            var initialization = await reader.ReadInitializationAsync(CancellationToken.None).ConfigureAwait(false);
            var fragments = new List<Fragment>();
            while (await reader.ReadFragmentAsync(CancellationToken.None).ConfigureAwait(false) is { } fragment)
                fragments.Add(fragment);
            return (initialization, fragments);
        }
    }

    private static async Task CopyAsync(string clip, string output)
    {
        string[] arguments =
        [
            "-v",
            "error",
            "-nostdin",
            "-y",
            "-i",
            clip,
            "-c",
            "copy",
            "-movflags",
            "+frag_keyframe+empty_moov+default_base_moof",
            "-f",
            "mp4",
            output,
        ];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException("ffmpeg could not copy the clip.");
    }

    private static async Task<string> MakeClipAsync(string path)
    {
        string[] arguments =
        [
            "-v",
            "error",
            "-nostdin",
            "-f",
            "lavfi",
            "-t",
            "20",
            "-i",
            "testsrc2=s=1920x1080:r=25",
            "-f",
            "lavfi",
            "-t",
            "20",
            "-i",
            "sine=f=440:r=48000",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-b:v",
            "4M",
            "-maxrate",
            "4M",
            "-bufsize",
            "4M",
            "-x264-params",
            "nal-hrd=cbr",
            "-g",
            "50",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            path,
        ];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? path : throw new InvalidOperationException("ffmpeg could not make the clip.");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class SteppedClock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
