using System.Diagnostics;
using System.Globalization;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Capture;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Benchmarks;

/// <summary>
/// A camera that restarts again and again, with everything real: RTSP, ffmpeg children, archive, ledger. Prints what each restart leaves.
/// </summary>
internal static class RestartBench
{
    private const int WarmUp = 20;

    /// <summary>RESTARTS.</summary>
    public static async Task<int> RunAsync(string restarts)
    {
        var count = int.Parse(restarts, CultureInfo.InvariantCulture);
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["volume"]);
        await MakeClipAsync(folder["clip.mp4"]).ConfigureAwait(false);
        var simulator = await CameraSimulatorServer
            .StartAsync(new() { Cameras = [new() { Id = "C1", Clips = [folder["clip.mp4"]] }] }, TimeProvider.System)
            .ConfigureAwait(false);
        await using var ends = simulator.ConfigureAwait(false);
        using var log = LedgerLog.Open(folder["ledger"], folder["ledger.key"], "exam-monitor/bench/agent");
        var options = new FootageOptions
        {
            VolumePath = folder["volume"],
            IndexPath = folder["index.db"],
            Site = SiteId.Of("S1"),
        };
        var archive = await FootageArchive
            .OpenAsync(
                options,
                new FootageLedger(log, TimeProvider.System),
                TimeProvider.System,
                NullLogger<FootageArchive>.Instance,
                CancellationToken.None
            )
            .ConfigureAwait(false);
        await using var closes = archive.ConfigureAwait(false);
        var sink = new ArchiveSink(archive.Recorder(RoomId.Of("R1"), CameraId.Of("C1")));
        var tools = await FfmpegTools.FindAsync(null, null, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
        var source = new CameraSource(RoomId.Of("R1"), CameraId.Of("C1"), simulator.RtspAddress("C1"));
        var supervisor = new CameraSupervisor(new(tools, new CaptureOptions(), TimeProvider.System, NullLogger.Instance), source, sink);
        using var stop = new CancellationTokenSource();
        var running = supervisor.RunAsync(stop.Token);
        await UntilAsync(() => sink.Fragments > 0).ConfigureAwait(false);
        await simulator.InjectAsync("C1", new() { Kind = CameraFaultKind.Restart, Seconds = 2 }).ConfigureAwait(false);
        await UntilAsync(() => sink.Ends >= WarmUp).ConfigureAwait(false);
        var (clock, before, first) = (Stopwatch.GetTimestamp(), Now(folder.Path, log), sink.Ends);
        Say($"restarts  files  handles  threads  children  managed KiB  resident MiB  ledger entries");
        Print(0, before, before);
        for (var done = 0; done < count; )
        {
            done = Math.Min(count, done + Math.Max(1, count / 8));
            var target = first + done;
            await UntilAsync(() => sink.Ends >= target).ConfigureAwait(false);
            Print(done, Now(folder.Path, log), before);
        }

        var (seconds, after) = (Stopwatch.GetElapsedTime(clock).TotalSeconds, Now(folder.Path, log));
        Say(
            $"{count} restarts in {seconds:0} s: {(after.Files - before.Files) / (seconds / 60):0.0} files a minute, {(after.Leaves - before.Leaves) / (double)count:0.00} ledger entries a restart"
        );
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        return 0;
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var start = Stopwatch.GetTimestamp(); !holds(); )
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(20))
                throw new InvalidOperationException("The camera does not come back.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System).ConfigureAwait(false);
        }
    }

    private static Counts Now(string folder, LedgerLog log)
    {
        using var own = Process.GetCurrentProcess();
        var children = Directory.GetDirectories("/proc").Count(p => int.TryParse(Path.GetFileName(p), out _) && ParentOf(p) == own.Id);
        return new(
            Directory.GetFiles(Path.Combine(folder, "volume"), "*.mp4*", SearchOption.AllDirectories).Length,
            Directory.GetFiles("/proc/self/fd").Length,
            own.Threads.Count,
            children,
            GC.GetTotalMemory(forceFullCollection: true) >> 10,
            own.WorkingSet64 >> 20,
            log.Size
        );
    }

    private static int ParentOf(string process)
    {
        try
        {
            return int.Parse(File.ReadAllText(Path.Combine(process, "stat")).Split(") ")[1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or IndexOutOfRangeException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static void Print(int restarts, Counts now, Counts before) =>
        Say(
            $"{restarts, 8} {now.Files - before.Files, 6} {now.Handles, 8} {now.Threads, 8} {now.Children, 9} {now.ManagedKiB, 12} {now.ResidentMiB, 13} {now.Leaves - before.Leaves, 15}"
        );

    private static async Task MakeClipAsync(string path)
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
            "testsrc2=s=640x480:r=25",
            "-f",
            "lavfi",
            "-t",
            "20",
            "-i",
            "sine=440:r=16000",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-tune",
            "zerolatency",
            "-g",
            "25",
            "-sc_threshold",
            "0",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            path,
        ];
        using var process = Process.Start(new ProcessStartInfo("ffmpeg", arguments) { UseShellExecute = false })!;
        await process.WaitForExitAsync().ConfigureAwait(false);
        if (process.ExitCode != 0)
            throw new InvalidOperationException("ffmpeg could not make the clip.");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed record Counts(int Files, int Handles, int Threads, int Children, long ManagedKiB, long ResidentMiB, long Leaves);

    /// <summary>As the agent hands a camera over to its writer.</summary>
    private sealed class ArchiveSink(CameraRecorder recorder) : ICameraSink
    {
        private int _ends;
        private int _fragments;

        public int Ends => Volatile.Read(ref _ends);

        public int Fragments => Volatile.Read(ref _fragments);

        public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken) =>
            recorder.StartRunAsync(
                run.Initialization,
                new(run.Stream.AudioCodec, run.Stream.AudioTranscoded),
                run.StartedAtUtc,
                cancellationToken
            );

        public async ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken)
        {
            await recorder.AppendAsync(fragment.Fragment, fragment.ArrivedAtUtc, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _fragments);
        }

        public void Picture(AnalysisPicture picture) => picture.Dispose();

        public async ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken)
        {
            await recorder.EndRunAsync(end.Cause, end.Text, end.AtUtc, cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _ends);
        }

        public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken) =>
            recorder.ChangeGapAsync(failure.Cause, failure.Text, failure.AtUtc, cancellationToken);
    }
}
