using System.Diagnostics;
using System.Globalization;
using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.Contracts;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>
/// What the recording engine costs beside ffmpeg that writes the same streams to files. Every stream is taken three times over RTSP at the
/// same time: by plain ffmpeg that copies it into fragmented MP4 files of a minute; by the engine, with its ffmpeg; and by the engine's
/// command line writing to a file. All arms feel the same load, so that their ratios can be trusted where their numbers cannot.
/// </summary>
internal static class OverheadBench
{
    /// <summary>Long enough for each camera to rotate once, so that the compiler is done with what a minute needs.</summary>
    private const int WarmUpSeconds = 100;
    private const int ClipSeconds = 10;

    private static readonly StreamFacts Facts = new("h264", 1920, 1080, "aac");

    /// <summary>[CAMERAS] [SECONDS] [ROUNDS].</summary>
    public static async Task<int> RunAsync(string[] rest)
    {
        var cameras = rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 8;
        var seconds = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 60;
        var rounds = rest.Length > 2 ? int.Parse(rest[2], CultureInfo.InvariantCulture) : 3;
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["volume"]);
        await MakeClipAsync(folder["clip.mp4"], folder["long.mp4"], WarmUpSeconds + (rounds * seconds) + 60).ConfigureAwait(false);
        var server = await GstRtspServer.StartAsync([GstMount.File("/cam", folder["long.mp4"])]).ConfigureAwait(false);
        await using var ends = server.ConfigureAwait(false);
        var options = new FootageOptions
        {
            VolumePath = folder["volume"],
            IndexPath = folder["index.db"],
            Site = SiteId.Of("S1"),
        };
        var archive = await FootageArchive
            .OpenAsync(options, null, TimeProvider.System, NullLogger<FootageArchive>.Instance, CancellationToken.None)
            .ConfigureAwait(false);
        await using var closes = archive.ConfigureAwait(false);
        var context = new CaptureContext(
            await FfmpegTools.FindAsync(null, null, TimeProvider.System, CancellationToken.None).ConfigureAwait(false),
            new(),
            TimeProvider.System,
            NullLogger.Instance
        );
        using var stop = new CancellationTokenSource();
        var address = server.Address("/cam");
        var (plain, same, recording) = (new List<ChildProcess>(), new List<ChildProcess>(), new List<Task>());
        for (var i = 0; i < cameras; i++)
        {
            plain.Add(
                await ChildProcess
                    .StartAsync(new("ffmpeg", Plain(address, folder[$"plain-{i}"])) { Input = Array.Empty<byte>() }, TimeProvider.System)
                    .ConfigureAwait(false)
            );
            same.Add(
                await ChildProcess
                    .StartAsync(
                        new("ffmpeg", Same(folder[$"same-{i}.mp4"]))
                        {
                            Input = ConcatScript.Format(address, null, RtspTransport.Tcp, TimeSpan.FromSeconds(8)),
                        },
                        TimeProvider.System
                    )
                    .ConfigureAwait(false)
            );
            recording.Add(RecordAsync(context, archive.Recorder(RoomId.Of("R1"), CameraId.Of($"C{i}")), address, stop.Token));
        }

        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds), TimeProvider.System).ConfigureAwait(false);
        int[] others = [.. plain.Concat(same).Select(c => c.Id)];
        var piped = ProcessorTime.Children().Where(id => !others.Contains(id) && ProcessorTime.NameOf(id) == "ffmpeg").ToList();
        if (piped.Count != cameras)
            throw new InvalidOperationException($"{piped.Count} of {cameras} cameras are recorded.");
        Say(
            $"{cameras} cameras, 1080p25, 4 Mbit/s, sound, RTSP over TCP; ms of processor time per camera and second, in {rounds} rounds of {seconds} s after {WarmUpSeconds} s:"
        );
        Say($"{"", 8}{"plain", 9}{"same line", 11}{"engine's", 10}{"engine", 8}{"over plain", 12}{"over same", 11}");
        var (overPlain, overSame) = (new List<double>(), new List<double>());
        var before = Take();
        Say(
            $"engine with all that was compiled and opened: {before.Own.Total / cameras / WarmUpSeconds:0.00} in the first {WarmUpSeconds} s"
        );
        var first = before;
        for (var round = 1; round <= rounds; round++)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System).ConfigureAwait(false);
            var after = Take();
            var (plainMs, sameMs, pipedMs, ownMs) = (
                after.Plain - before.Plain,
                after.Same - before.Same,
                after.Piped - before.Piped,
                after.Own.Total - before.Own.Total
            );
            overPlain.Add(((pipedMs + ownMs) / plainMs) - 1);
            overSame.Add(((pipedMs + ownMs) / sameMs) - 1);
            var unit = (double)cameras * seconds;
            Say(
                $"{round, 7} {plainMs / unit, 9:0.00}{sameMs / unit, 11:0.00}{pipedMs / unit, 10:0.00}{ownMs / unit, 8:0.00}{overPlain[^1], 12:+0.0 %;-0.0 %}{overSame[^1], 11:+0.0 %;-0.0 %}"
            );
            before = after;
        }

        Say(
            $"over plain: {overPlain.Min():+0.0 %;-0.0 %} at least, {Median(overPlain):+0.0 %;-0.0 %} in the middle, {overPlain.Max():+0.0 %;-0.0 %} at most (asked for: at most 10 %); over the same line: {overSame.Min():+0.0 %;-0.0 %}, {Median(overSame):+0.0 %;-0.0 %}, {overSame.Max():+0.0 %;-0.0 %}"
        );
        foreach (var (thread, ms) in before.Own.Since(first.Own))
            Say($"engine's threads: {thread, -16} {ms / cameras / seconds / rounds:0.000}");
        Say(
            $"{before.Collections - first.Collections} collections, {(before.Allocated - first.Allocated) / 1024.0 / cameras / seconds / rounds:0} KiB allocated per camera and second"
        );
        await stop.CancelAsync().ConfigureAwait(false);
        foreach (var child in plain.Concat(same))
            child.Kill();
        await Task.WhenAll(recording).ConfigureAwait(false);
        foreach (var child in plain.Concat(same))
            await child.DisposeAsync().ConfigureAwait(false);
        return 0;

        (double Plain, double Same, double Piped, ProcessorTime.Threads Own, int Collections, long Allocated) Take() =>
            (
                plain.Sum(c => ProcessorTime.Of(c.Id)),
                same.Sum(c => ProcessorTime.Of(c.Id)),
                piped.Sum(ProcessorTime.Of),
                ProcessorTime.Threads.Now(),
                GC.CollectionCount(0),
                GC.GetTotalAllocatedBytes()
            );
    }

    /// <summary>What a person would write: no script, no wall time in the fragments, nothing flushed by hand.</summary>
    private static string[] Plain(Uri address, string file) =>
        [
            "-y",
            "-hide_banner",
            "-nostdin",
            "-nostats",
            "-loglevel",
            "info",
            "-rtsp_transport",
            "tcp",
            "-i",
            address.AbsoluteUri,
            "-c",
            "copy",
            "-f",
            "segment",
            "-segment_time",
            "60",
            "-segment_format",
            "mp4",
            "-segment_format_options",
            "movflags=+frag_keyframe+empty_moov+default_base_moof",
            file + "-%03d.mp4",
        ];

    private static string[] Same(string file)
    {
        var arguments = CaptureArguments.Record(Facts, new CaptureOptions(), new(640, 360), null).ToArray();
        arguments[^1] = file;
        return ["-y", .. arguments];
    }

    private static async Task RecordAsync(CaptureContext context, CameraRecorder recorder, Uri address, CancellationToken stop)
    {
        // An address for pictures that nobody opens: what is measured is recording alone.
        var source = new CameraSource(recorder.Room, recorder.Camera, address) { AnalysisAddress = address };
        var (relay, failure) = await RtspRelay.OpenAsync(source, address, context.Time, context.Tick, stop).ConfigureAwait(false);
        if (relay is null)
            throw new InvalidOperationException(failure!.Text.En);
        await using (relay.ConfigureAwait(false))
        {
            await new CameraSession(context, source, new RecorderSink(recorder), new VitalsStore(context.Time), new NoPictures(), relay)
                .RunOnceAsync(Facts, stop)
                .ConfigureAwait(false);
        }
    }

    private static double Median(List<double> values)
    {
        var ordered = values.Order().ToList();
        return (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
    }

    private static async Task MakeClipAsync(string clip, string longClip, int seconds)
    {
        await FfmpegAsync(
                "-f",
                "lavfi",
                "-t",
                ClipSeconds.ToString(CultureInfo.InvariantCulture),
                "-i",
                "testsrc2=s=1920x1080:r=25",
                "-f",
                "lavfi",
                "-t",
                ClipSeconds.ToString(CultureInfo.InvariantCulture),
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
                clip
            )
            .ConfigureAwait(false);
        await FfmpegAsync(
                "-stream_loop",
                (seconds / ClipSeconds).ToString(CultureInfo.InvariantCulture),
                "-i",
                clip,
                "-c",
                "copy",
                longClip
            )
            .ConfigureAwait(false);
    }

    private static async Task FfmpegAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments]) { UseShellExecute = false }
        )!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException("ffmpeg could not make the clip.");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class RecorderSink(CameraRecorder recorder) : ICameraSink
    {
        public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken) =>
            recorder.StartRunAsync(
                run.Initialization,
                new(run.Stream.AudioCodec, run.Stream.AudioTranscoded),
                run.StartedAtUtc,
                cancellationToken
            );

        public async ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken) =>
            await recorder.AppendAsync(fragment.Fragment, fragment.ArrivedAtUtc, cancellationToken).ConfigureAwait(false);

        public void Picture(AnalysisPicture picture) => picture.Dispose();

        public async ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken) =>
            await recorder.EndRunAsync(end.Cause, end.Text, end.AtUtc, cancellationToken).ConfigureAwait(false);

        public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken) =>
            throw new InvalidOperationException(failure.Text.En);
    }

    private sealed class NoPictures : IPictureTaker
    {
        public void Take(AnalysisPicture picture) => picture.Dispose();

        public void Dropped() { }

        public void Recorded(InitializationSegment initialization, Fragment fragment, DateTimeOffset arrivedAtUtc) { }
    }
}
