using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting;
using ExamMonitor.Media;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.EndToEnd.Site;

/// <summary>
/// Footage that was recorded before the agent starts: written by the archive itself, under the agent's own ledger, on a clock of the past.
/// </summary>
internal static class SeededFootage
{
    /// <summary>Between two clips of a camera.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromSeconds(6);

    /// <summary>Records clips, those of each camera one after the other.</summary>
    /// <param name="configuration">Folder of the configuration file.</param>
    /// <param name="start">UTC of the first picture of all cameras.</param>
    /// <param name="clips">Fragmented MP4 of each camera.</param>
    /// <param name="segment">Length of a segment.</param>
    /// <returns>UTC of the last picture's end.</returns>
    public static async Task<DateTimeOffset> WriteAsync(
        string configuration,
        DateTimeOffset start,
        IReadOnlyDictionary<CameraId, byte[][]> clips,
        TimeSpan segment
    )
    {
        var (folder, time) = (new AgentFolder(configuration, Path.Combine(configuration, "state")), new ManualTimeProvider(start));
        folder.Create();
        var volume = Directory.CreateDirectory(folder.Resolve("footage")).FullName;
        using var ledger = new VolumeLedger(volume, folder.LedgerKey, SiteId.Of("e2e"), AgentId.Of("agent-1"), time, folder.LedgerHeads);
        var options = new FootageOptions
        {
            VolumePath = volume,
            IndexPath = Path.Combine(folder.Root, "index.db"),
            Site = SiteId.Of("e2e"),
            SegmentLength = segment,
        };
        await using var archive = await FootageArchive.OpenAsync(
            options,
            ledger,
            time,
            NullLogger<FootageArchive>.Instance,
            CancellationToken.None
        );
        var running = clips.Select(c => new Run(archive.Recorder(RoomId.Of("R7"), c.Key), new(c.Value), start)).ToList();
        foreach (var run in running)
            await run.BeginAsync();
        while (running.Where(r => r.Waiting.Count > 0).MinBy(r => r.Next) is { } run)
        {
            if (run.Next > time.GetUtcNow())
                time.Advance(run.Next - time.GetUtcNow());
            await run.AppendAsync();
        }

        return running.Max(r => r.At);
    }

    /// <summary>One of the recorded sample clips in fragments, bit for bit.</summary>
    /// <param name="name">File below samples/video.</param>
    /// <param name="seconds">How much of it.</param>
    public static Task<byte[]> SampleAsync(string name, int seconds = 40) =>
        CutAsync(["-i", Repository.PathOf("samples", "video", name), "-t", Text(seconds), "-c", "copy"]);

    /// <summary>A sample clip as a camera of 25 pictures a second sends it: 1280 × 720, 2 Mbit/s, a key frame every second.</summary>
    public static Task<byte[]> CameraAsync(string name, int seconds) =>
        CutAsync([
            "-stream_loop",
            "-1",
            "-i",
            Repository.PathOf("samples", "video", name),
            "-t",
            Text(seconds),
            "-vf",
            "fps=25,scale=1280:720",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-g",
            "25",
            "-keyint_min",
            "25",
            "-sc_threshold",
            "0",
            "-b:v",
            "2M",
            "-bf",
            "0",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "copy",
        ]);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static async Task<byte[]> CutAsync(string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(
                "ffmpeg",
                ["-v", "error", "-nostdin", .. arguments, "-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1"]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        using var bytes = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(bytes);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? bytes.ToArray() : throw new InvalidOperationException("ffmpeg made no fragments.");
    }

    /// <summary>A camera that is recorded: its own time runs with its own fragments.</summary>
    private sealed class Run(CameraRecorder recorder, Queue<byte[]> clips, DateTimeOffset start)
    {
        public DateTimeOffset At { get; private set; } = start;

        public Queue<Fragment> Waiting { get; } = new();

        public DateTimeOffset Next => At + new Pts90k(Waiting.Peek().Duration).ToTimeSpan();

        public async Task BeginAsync()
        {
            using var stream = new MemoryStream(clips.Dequeue());
            var reader = new FragmentReader(stream);
            await recorder.StartRunAsync(
                await reader.ReadInitializationAsync(CancellationToken.None),
                new RunFacts("aac", false),
                At,
                CancellationToken.None
            );
            while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
                Waiting.Enqueue(fragment);
        }

        public async Task AppendAsync()
        {
            At = Next;
            // The archive gives up what comes quicker than the disk takes it.
            if (recorder.WaitingBytes > 4 << 20)
                await Eventually.TrueAsync(() => recorder.WaitingBytes == 0, TimeSpan.FromSeconds(60));
            if (!await recorder.AppendAsync(Waiting.Dequeue(), At, CancellationToken.None))
                throw new InvalidOperationException("The archive gave a fragment up.");
            if (Waiting.Count > 0)
                return;
            await recorder.EndRunAsync(GapCause.Network, new("Cable.", "网线。"), At, CancellationToken.None);
            if (clips.Count == 0)
                return;
            At += Gap;
            await BeginAsync();
        }
    }
}
