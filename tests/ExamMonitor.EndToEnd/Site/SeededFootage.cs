using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage;
using ExamMonitor.Hosting;
using ExamMonitor.Media;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.EndToEnd.Site;

/// <summary>Footage that was recorded before the agent starts: written by the archive itself, under the agent's own ledger, on a clock of the past.</summary>
internal static class SeededFootage
{
    /// <summary>Records the clips side by side, one for each camera.</summary>
    /// <param name="configuration">Folder of the configuration file.</param>
    /// <param name="start">UTC of the first picture of all cameras.</param>
    /// <param name="clips">Fragmented MP4 of each camera.</param>
    /// <param name="segment">Length of a segment.</param>
    /// <returns>UTC of the last picture's end.</returns>
    public static async Task<DateTimeOffset> WriteAsync(string configuration, DateTimeOffset start, IReadOnlyDictionary<CameraId, byte[]> clips, TimeSpan segment)
    {
        var (folder, time) = (new AgentFolder(configuration, Path.Combine(configuration, "state")), new ManualTimeProvider(start));
        folder.Create();
        var volume = Directory.CreateDirectory(folder.Resolve("footage")).FullName;
        using var ledger = new VolumeLedger(volume, folder.LedgerKey, SiteId.Of("e2e"), AgentId.Of("agent-1"), time, folder.LedgerHeads);
        var options = new FootageOptions { VolumePath = volume, IndexPath = Path.Combine(folder.Root, "index.db"), Site = SiteId.Of("e2e"), SegmentLength = segment };
        await using var archive = await FootageArchive.OpenAsync(options, ledger, time, NullLogger<FootageArchive>.Instance, CancellationToken.None);
        var running = new List<(CameraRecorder Recorder, Queue<Fragment> Waiting)>();
        foreach (var (camera, bytes) in clips) running.Add(await StartAsync(archive.Recorder(RoomId.Of("R7"), camera), bytes, start));
        while (running.Any(r => r.Waiting.Count > 0))
        {
            time.Advance(new Pts90k(running.Where(r => r.Waiting.Count > 0).Max(r => r.Waiting.Peek().Duration)).ToTimeSpan());
            foreach (var (recorder, waiting) in running)
                if (waiting.TryDequeue(out var next)) await recorder.AppendAsync(next, time.GetUtcNow(), CancellationToken.None);
        }

        var end = time.GetUtcNow();
        foreach (var (recorder, _) in running) await recorder.EndRunAsync(GapCause.Operator, new("The day is over.", "当日录像结束。"), end, CancellationToken.None);
        return end;
    }

    /// <summary>One of the recorded sample clips in fragments, bit for bit, as often as is said.</summary>
    public static async Task<byte[]> SampleAsync(string name, int times = 1)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg",
            ["-v", "error", "-nostdin", "-stream_loop", (times - 1).ToString(CultureInfo.InvariantCulture), "-i", Repository.PathOf("samples", "video", name), "-c", "copy",
            "-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(bytes);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? bytes.ToArray() : throw new InvalidOperationException($"ffmpeg did not cut {name} into fragments.");
    }

    private static async Task<(CameraRecorder Recorder, Queue<Fragment> Waiting)> StartAsync(CameraRecorder recorder, byte[] bytes, DateTimeOffset at)
    {
        using var stream = new MemoryStream(bytes);
        var reader = new FragmentReader(stream);
        await recorder.StartRunAsync(await reader.ReadInitializationAsync(CancellationToken.None), new RunFacts("aac", false), at, CancellationToken.None);
        var fragments = new Queue<Fragment>();
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment) fragments.Enqueue(fragment);
        return (recorder, fragments);
    }
}
