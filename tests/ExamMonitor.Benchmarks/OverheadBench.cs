using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage;
using ExamMonitor.Media;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>
/// What the recording engine costs beside ffmpeg that writes the same streams to files: every stream is taken twice over RTSP at the same time, by the same
/// command line but for the place that it writes to. Both arms feel the same load, so that their ratio can be trusted where their numbers cannot.
/// </summary>
internal static class OverheadBench
{
    /// <summary>Long enough for each camera to rotate once, so that the compiler is done with what a minute needs.</summary>
    private const int WarmUpSeconds = 100;
    private const int ClipSeconds = 10;

    private static readonly StreamFacts Facts = new("h264", 1920, 1080, "aac");

    /// <summary>[CAMERAS] [SECONDS] [PIPE_BYTES].</summary>
    public static async Task<int> RunAsync(string[] rest)
    {
        var cameras = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 8;
        var seconds = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 60;
        var pipeBytes = rest.Length > 2 ? int.Parse(rest[2], CultureInfo.InvariantCulture) : CameraSession.OutputPipeBytes;
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["volume"]);
        await MakeClipAsync(folder["clip.mp4"], folder["long.mp4"], WarmUpSeconds + seconds + 60).ConfigureAwait(false);
        var server = await GstRtspServer.StartAsync([GstMount.File("/cam", folder["long.mp4"])]).ConfigureAwait(false);
        await using var ends = server.ConfigureAwait(false);
        var options = new FootageOptions { VolumePath = folder["volume"], IndexPath = folder["index.db"], Site = SiteId.Of("S1") };
        var archive = await FootageArchive.OpenAsync(options, null, TimeProvider.System, NullLogger<FootageArchive>.Instance, CancellationToken.None).ConfigureAwait(false);
        await using var closes = archive.ConfigureAwait(false);
        var (plain, piped, recording) = (new List<ChildProcess>(), new List<ChildProcess>(), new List<Task>());
        for (var i = 0; i < cameras; i++)
        {
            plain.Add(await StartAsync(server.Address("/cam"), folder[$"{i}.mp4"], null).ConfigureAwait(false));
            piped.Add(await StartAsync(server.Address("/cam"), "pipe:1", pipeBytes).ConfigureAwait(false));
            recording.Add(RecordAsync(archive, i, piped[^1].Output));
        }

        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds), TimeProvider.System).ConfigureAwait(false);
        var before = Cpu(plain, piped);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System).ConfigureAwait(false);
        var after = Cpu(plain, piped);
        foreach (var child in plain.Concat(piped)) child.Kill();
        await Task.WhenAll(recording).ConfigureAwait(false);
        foreach (var child in plain.Concat(piped)) await child.DisposeAsync().ConfigureAwait(false);
        var (plainMs, pipedMs, engineMs) = ((after.Plain - before.Plain) / cameras / seconds, (after.Piped - before.Piped) / cameras / seconds, (after.Own - before.Own) / cameras / seconds);
        Say($"{cameras} cameras, 1080p25, 4 Mbit/s, sound, RTSP over TCP, {seconds} s, pipe of {pipeBytes >> 10} KiB; ms of CPU per camera and second:");
        Say($"ffmpeg that writes to files      {plainMs:0.00}");
        Say($"ffmpeg that writes to pipes      {pipedMs:0.00}");
        Say($"engine (read, hash, write, index) {engineMs:0.00}, of it kernel {(after.Kernel - before.Kernel) / cameras / seconds:0.00}; {after.Collections - before.Collections} collections");
        Say($"pipes and engine over files: {((pipedMs + engineMs) / plainMs) - 1:+0.0 %;-0.0 %} (asked for: at most 10 %)");
        return 0;
    }

    private static Task<ChildProcess> StartAsync(Uri address, string target, int? pipeBytes)
    {
        var arguments = CaptureArguments.Record(Facts, new CaptureOptions(), new(640, 360), null).ToArray();
        arguments[^1] = target;
        return ChildProcess.StartAsync(new ChildProcessStart("ffmpeg", ["-y", .. arguments]) { Input = ConcatScript.Format(address, null, RtspTransport.Tcp, TimeSpan.FromSeconds(8)), OutputPipeBytes = pipeBytes }, TimeProvider.System);
    }

    private static async Task RecordAsync(FootageArchive archive, int number, Stream stream)
    {
        var recorder = archive.Recorder(RoomId.Of("R1"), CameraId.Of($"C{number}"));
        var reader = new FragmentReader(stream);
        try
        {
            var initialization = await reader.ReadInitializationAsync(CancellationToken.None).ConfigureAwait(false);
            await recorder.StartRunAsync(initialization, new("aac", false), TimeProvider.System.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
            while (await reader.ReadFragmentAsync(CancellationToken.None).ConfigureAwait(false) is { } fragment)
                await recorder.AppendAsync(fragment, TimeProvider.System.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (InvalidMediaException e) when (e.Truncated)
        {
            // Killed at the end of the measurement.
        }

        await recorder.EndRunAsync(GapCause.Operator, null, TimeProvider.System.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
    }

    private static (double Plain, double Piped, double Own, double Kernel, int Collections) Cpu(List<ChildProcess> plain, List<ChildProcess> piped)
    {
        using var own = Process.GetCurrentProcess();
        return (plain.Sum(Of), piped.Sum(Of), own.TotalProcessorTime.TotalMilliseconds, own.PrivilegedProcessorTime.TotalMilliseconds, GC.CollectionCount(0));

        static double Of(ChildProcess child)
        {
            using var process = Process.GetProcessById(child.Id);
            return process.TotalProcessorTime.TotalMilliseconds;
        }
    }

    private static async Task MakeClipAsync(string clip, string longClip, int seconds)
    {
        await FfmpegAsync(
            "-f", "lavfi", "-t", ClipSeconds.ToString(CultureInfo.InvariantCulture), "-i", "testsrc2=s=1920x1080:r=25", "-f", "lavfi", "-t", ClipSeconds.ToString(CultureInfo.InvariantCulture), "-i", "sine=f=440:r=48000", "-c:v", "libx264", "-preset", "ultrafast",
            "-b:v", "4M", "-maxrate", "4M", "-bufsize", "4M", "-x264-params", "nal-hrd=cbr", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", clip).ConfigureAwait(false);
        await FfmpegAsync("-stream_loop", (seconds / ClipSeconds).ToString(CultureInfo.InvariantCulture), "-i", clip, "-c", "copy", longClip).ConfigureAwait(false);
    }

    private static async Task FfmpegAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]) { UseShellExecute = false })!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0) throw new InvalidOperationException("ffmpeg could not make the clip.");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
