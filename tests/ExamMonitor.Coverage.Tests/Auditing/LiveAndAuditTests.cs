using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ExamMonitor.CameraSimulator;
using ExamMonitor.Capture;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Tests.Judging;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Auditing;

/// <summary>One path for both: what a camera was judged live, its recording is judged afterwards.</summary>
public sealed class LiveAndAuditTests
{
    private const int Rate = 5;

    [Theory]
    // Key frames must be 0.9 s apart to be taken, and a busy computer dates the first one up to half a second late.
    [InlineData(8)]
    [InlineData(20)]
    public async Task Recording_AuditedAfterwards_GivesTheLinesThatTheLiveCameraGave(int framesInGroup)
    {
        using var folder = new TempFolder();
        var room = new SyntheticRoom();
        await EncodeAsync(
            folder["clip.mp4"],
            Enumerable
                .Range(0, 16 * Rate)
                .Select(f => f < 5 * Rate ? room.Frame(f) : room.Frame(f, change: SyntheticRoom.Patch(0, 0, 640, 360, 110))),
            framesInGroup
        );
        await using var server = await CameraSimulatorServer.StartAsync(
            new() { Cameras = [new() { Id = "C1", Clips = [folder["clip.mp4"]] }] },
            TimeProvider.System
        );
        var tools = await FfmpegTools.FindAsync(null, null, TimeProvider.System, CancellationToken.None);
        var sink = new Sink();
        var source = new CameraSource(RoomId.Of("R"), CameraId.Of("C1"), server.RtspAddress("C1"));
        using var stop = new CancellationTokenSource();
        var running = new CameraSupervisor(new(tools, new(), TimeProvider.System, NullLogger.Instance), source, sink).RunAsync(stop.Token);
        await Eventually.TrueAsync(() => sink.Pictures.Count >= 9, TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
        await running;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"handed over {string.Join(", ", sink.Delays.Select(d => $"{d.TotalSeconds:0.0}"))} s after the frame"
        );
        await sink.SaveAsync(folder["recorded.mp4"]);
        var live = await LinesAsync(room, sink.PicturesOfTheFirstRun());
        var audit = await LinesAsync(room, FileAsync(tools, folder["recorded.mp4"]));
        Assert.InRange(live.Count, 6, 40);
        Assert.Contains(live, l => l.Line.Contains("covered\"]", StringComparison.Ordinal));
        var times = FormattableString.Invariant(
            $"live at {string.Join(", ", live.Select(l => $"{l.Seconds:0.00}"))}; audit at {string.Join(", ", audit.Select(l => $"{l.Seconds:0.00}"))}"
        );
        Assert.True(live.Select(l => l.Line).SequenceEqual(audit.Take(live.Count).Select(l => l.Line)), times);
        // Arrival, by which the live camera is judged, runs as media time does, but for the network's milliseconds. A busy computer sends
        // one picture or another late; a first one waits for the decoder to begin.
        var offsets = sink.Pictures.Skip(2).Select(p => (p.At - DateTimeOffset.UnixEpoch - p.Media).TotalSeconds).Order().ToArray();
        var apart = offsets.Select(o => Math.Abs(o - offsets[offsets.Length / 2])).Order().ElementAt(offsets.Length / 2);
        Assert.True(apart < 0.5 + sink.Delays.Order().ElementAt(sink.Delays.Count / 2).TotalSeconds, $"{apart:0.00} s apart");
    }

    private static async Task<IReadOnlyList<(double Seconds, string Line)>> LinesAsync(
        SyntheticRoom room,
        IAsyncEnumerable<AuditPicture> pictures
    )
    {
        using var output = new MemoryStream();
        await AuditRun.RunAsync([room.Setup()], pictures, output, new() { HealthOnsetSeconds = 2.5 }, CancellationToken.None);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Timed)];
    }

    private static (double Seconds, string Line) Timed(string line)
    {
        var json = JsonNode.Parse(line)!.AsObject();
        var seconds = (double)json["t"]!;
        json.Remove("t");
        return (seconds, json.ToJsonString());
    }

    private static async IAsyncEnumerable<AuditPicture> FileAsync(FfmpegTools tools, string path)
    {
        await foreach (
            var picture in new RecordedPictures(tools, TimeProvider.System).ReadAsync(path, PictureSize.Analysis, CancellationToken.None)
        )
        {
            using (picture)
            {
                yield return new(
                    CameraId.Of("C1"),
                    picture.Pts.ToTimeSpan().TotalSeconds,
                    new(picture.Width, picture.Height),
                    picture.Bytes,
                    picture.IsKeyFrame ? PictureKind.Key : PictureKind.Between
                );
            }
        }
    }

    private static async Task EncodeAsync(string path, IEnumerable<byte[]> frames, int framesInGroup)
    {
        var info = new ProcessStartInfo("ffmpeg") { RedirectStandardInput = true, UseShellExecute = false };
        string[] words =
        [
            "-v",
            "error",
            "-f",
            "rawvideo",
            "-pix_fmt",
            "yuv420p",
            "-s",
            "640x360",
            "-r",
            $"{Rate}",
            "-i",
            "-",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-tune",
            "zerolatency",
            "-bf",
            "0",
            "-sc_threshold",
            "0",
            "-g",
            $"{framesInGroup}",
            "-keyint_min",
            $"{framesInGroup}",
            "-crf",
            "28",
            "-threads",
            "1",
            path,
        ];
        foreach (var word in words)
            info.ArgumentList.Add(word);
        using var process = Process.Start(info)!;
        foreach (var frame in frames)
            await process.StandardInput.BaseStream.WriteAsync(frame);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private sealed class Sink : ICameraSink
    {
        private RunStart? _run;
        private bool _ended;

        public ConcurrentQueue<CapturedFragment> Fragments { get; } = new();

        public ConcurrentQueue<(DateTimeOffset At, TimeSpan Media, PixelSize Size, byte[] Bytes, bool IsKey)> Pictures { get; } = new();

        public ConcurrentQueue<TimeSpan> Delays { get; } = new();

        public async Task SaveAsync(string path)
        {
            await using var file = File.Create(path);
            await file.WriteAsync(_run!.Initialization.Bytes);
            foreach (var fragment in Fragments)
                await file.WriteAsync(fragment.Fragment.Bytes);
        }

        public async IAsyncEnumerable<AuditPicture> PicturesOfTheFirstRun()
        {
            await Task.Yield();
            TimeSpan? first = null;
            // What arrived after the last fragment is not in the recording.
            foreach (var (_, media, size, bytes, isKey) in Pictures.Where(p => p.At <= Fragments.Last().ArrivedAtUtc.AddSeconds(-0.3)))
                yield return new(
                    CameraId.Of("C1"),
                    (media - (first ??= media)).TotalSeconds,
                    size,
                    bytes,
                    isKey ? PictureKind.Key : PictureKind.Between
                );
        }

        public void Picture(AnalysisPicture picture)
        {
            Delays.Enqueue(TimeProvider.System.GetUtcNow() - picture.ArrivedAtUtc);
            using (picture)
                Pictures.Enqueue(
                    (
                        picture.ArrivedAtUtc,
                        picture.Pts.ToTimeSpan(),
                        new(picture.Width, picture.Height),
                        picture.Bytes.ToArray(),
                        picture.IsKeyFrame
                    )
                );
        }

        public ValueTask RunStartedAsync(RunStart run, CancellationToken cancellationToken)
        {
            _run ??= run;
            return default;
        }

        public ValueTask FragmentAsync(CapturedFragment fragment, CancellationToken cancellationToken)
        {
            if (!_ended)
                Fragments.Enqueue(fragment);
            return default;
        }

        public ValueTask RunEndedAsync(RunEnd end, CancellationToken cancellationToken)
        {
            _ended = true;
            return default;
        }

        public ValueTask AttemptFailedAsync(RunEnd failure, CancellationToken cancellationToken) => default;
    }
}
