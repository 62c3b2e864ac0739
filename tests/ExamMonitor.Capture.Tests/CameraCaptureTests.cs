using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

[assembly: AssemblyFixture(typeof(ExamMonitor.Capture.Tests.Clips))]

namespace ExamMonitor.Capture.Tests;

/// <summary>Real ffmpeg against a real RTSP server.</summary>
public sealed class CameraCaptureTests(Clips clips)
{
    private const string Password = "p@ss:w0rd/'%? x";

    [Theory]
    [InlineData(RtspTransport.Tcp)]
    [InlineData(RtspTransport.Udp)]
    public async Task Capture_DigestCamera_RecordsDecodableFragmentsAndPictures(RtspTransport transport)
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)], "viewer", Password);
        var source = Recording.Camera(server.Address("/cam"), "viewer", Password) with
        {
            Transport = transport,
            AnalysisSize = new(320, 180),
        };
        await using var camera = await RunningCamera.StartAsync(source);
        var sink = camera.Sink;
        await Eventually.TrueAsync(() => sink.Fragments.Count >= 4 && sink.Pictures.Count >= 4);
        AssertNobodySees(Password);
        await camera.StopAsync();

        Assert.Equal(new StreamInfo("h264", 640, 480, "aac", false), camera.Vitals.Stream);
        Assert.Equal(GapCause.Operator, Assert.Single(sink.Ends).Cause);
        Assert.All(sink.Pictures, p => Assert.Equal((240, 180), (p.Width, p.Height)));
        Assert.All(sink.Pictures.Zip(sink.Pictures.Skip(1)), p => Assert.InRange(p.Second.Seconds - p.First.Seconds, 0.95, 1.05));
        Assert.DoesNotContain(sink.Log, line => line.Contains(Password) || line.Contains(Uri.EscapeDataString(Password)));
        using var folder = new TempFolder();
        await sink.SaveAsync(folder["run.mp4"]);
        var frames = await Clips.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-count_frames",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=nb_read_frames",
            "-of",
            "csv=p=0",
            folder["run.mp4"]
        );
        var sent = sink.Fragments.Sum(f => f.Fragment.Tracks.Where(t => t.TrackId == 1).Sum(t => t.Samples));
        Assert.Equal(sent.ToString(), frames);
    }

    [Fact]
    public async Task Vitals_WhileRunning_AreMeasured()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        await Eventually.TrueAsync(() => camera.Vitals.ClockOffsetMs is not null && camera.Sink.Fragments.Count > 5);
        var vitals = camera.Vitals;
        Assert.Equal(CaptureState.Running, vitals.State);
        Assert.InRange(vitals.FramesPerSecond!.Value, 23, 27);
        Assert.True(vitals.BitRateKbps > 50);
        Assert.InRange(vitals.ClockOffsetMs!.Value, -400, 200);
        var first = camera.Sink.Fragments.First();
        Assert.True(first.ArrivedAtUtc > first.FirstFrameAtUtc);
        Assert.All(
            camera.Sink.Fragments.Zip(camera.Sink.Fragments.Skip(1)),
            p => Assert.Equal(p.First.ArrivedAtUtc, p.Second.FirstFrameAtUtc)
        );
    }

    [Fact]
    public async Task Pictures_TakerBlocks_RecordingGoesOnAndDropsAreCounted()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        await using var camera = await RunningCamera.StartAsync(
            Recording.Camera(server.Address("/cam")) with
            {
                AnalysisSize = new(1280, 960),
            }
        );
        camera.Sink.PictureGate.Reset();
        // 1.8 MB a picture: a pipe that nobody drains is full after one.
        await Eventually.TrueAsync(() => camera.Vitals.PicturesDropped >= 3 && camera.Sink.Fragments.Count >= 6);
        Assert.Empty(camera.Sink.Pictures);
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task Pictures_OfAKeyFrame_ArriveWithItNotOneGopLater()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.LongGop)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        await Eventually.TrueAsync(() => !camera.Sink.Pictures.IsEmpty, TimeSpan.FromSeconds(5.5));
        Assert.True(camera.Sink.Pictures.First().Seconds < 0.1);
    }

    [Fact]
    public async Task LongGop_FragmentsStayShortAndOnlyKeyFramesSaySync()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.LongGop)]);
        await using var camera = await RunningCamera.StartAsync(
            Recording.Camera(server.Address("/cam")),
            new CaptureOptions { MaximumFragment = TimeSpan.FromSeconds(1) }
        );
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count(f => f.Fragment.StartsWithSync) >= 2);
        Assert.All(camera.Sink.Fragments, f => Assert.InRange(f.Fragment.Duration, 0, 1.2 * 90_000));
        Assert.Contains(camera.Sink.Fragments, f => !f.Fragment.StartsWithSync);
        Assert.True(camera.Sink.Fragments.First().Fragment.StartsWithSync);
    }

    [Fact]
    public async Task Hevc_IsRecordedAsHvc1()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Hevc, audio: false, hevc: true)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2 && camera.Sink.Pictures.Count >= 2);
        Assert.Equal("hvc1", camera.Sink.Starts.First().Initialization.Tracks[0].SampleEntry);
        Assert.Equal(new StreamInfo("hevc", 640, 480, null, false), camera.Vitals.Stream);
    }

    [Fact]
    public async Task G711Audio_IsTranscodedAndSaidSo()
    {
        var launch =
            GstMount.File("/cam", clips.Normal, audio: false).Launch.TrimEnd(')')
            + " audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay name=pay1 pt=8 )";
        await using var server = await GstRtspServer.StartAsync([new("/cam", launch)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 3);
        Assert.Equal(new StreamInfo("h264", 640, 480, "pcm_alaw", true), camera.Vitals.Stream);
        Assert.Equal("mp4a", camera.Sink.Starts.First().Initialization.Tracks[1].SampleEntry);
        Assert.True(camera.Sink.Fragments.Skip(1).All(f => f.Fragment.Tracks.Any(t => t.TrackId == 2 && t.Samples > 0)));
    }

    [Fact]
    public async Task SubStreamFails_RecordingRunsAndPicturesFallBackToTheMainStream()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        var source = Recording.Camera(server.Address("/cam")) with
        {
            AnalysisAddress = server.Address("/none"),
            AnalysisSize = new(320, 240),
        };
        await using var camera = await RunningCamera.StartAsync(source);
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 4 && camera.Sink.Pictures.Count >= 2);
        Assert.Contains("no stream /none", camera.Vitals.AnalysisFailure!.En);
        Assert.Empty(camera.Sink.Ends);
    }

    [Fact]
    public async Task SubStream_GivesThePictures()
    {
        await using var server = await GstRtspServer.StartAsync([
            GstMount.File("/cam", clips.LongGop),
            GstMount.File("/sub", clips.Normal, audio: false),
        ]);
        var source = Recording.Camera(server.Address("/cam")) with { AnalysisAddress = server.Address("/sub") };
        await using var camera = await RunningCamera.StartAsync(source);
        // The main stream has a key frame every 6 s only.
        await Eventually.TrueAsync(() => camera.Sink.Pictures.Count >= 3 && !camera.Sink.Fragments.IsEmpty, TimeSpan.FromSeconds(9));
        Assert.Null(camera.Vitals.AnalysisFailure);
    }

    [Fact]
    public async Task WriterThatThrows_RunEndsWithCauseDiskAndItsWords()
    {
        await using var server = await GstRtspServer.StartAsync([GstMount.File("/cam", clips.Normal)]);
        await using var camera = await RunningCamera.StartAsync(Recording.Camera(server.Address("/cam")));
        camera.Sink.OnFragment = _ => throw new IOException("The volume is gone.");
        await Eventually.TrueAsync(() => !camera.Sink.Ends.IsEmpty);
        Assert.Equal(GapCause.Disk, camera.Sink.Ends.First().Cause);
        Assert.Contains("The volume is gone.", camera.Sink.Ends.First().Text.En, StringComparison.Ordinal);
        camera.Sink.OnFragment = null;
        // A disk that writes again is written to again, by a run of its own.
        await Eventually.TrueAsync(() => camera.Sink.Starts.Count == 2 && camera.Vitals.State == CaptureState.Running);
    }

    internal static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return string.Empty;
        }
    }

    internal static int ParentOf(int pid) => int.Parse(File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ')[1]);

    private static void AssertNobodySees(string password)
    {
        var own = Directory
            .GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(n => int.TryParse(n, out _))
            .Select(n => (Pid: int.Parse(n!), Line: CommandLine(int.Parse(n!))))
            .Where(p => !p.Line.Contains("gst-rtsp-server.py"))
            .ToList();
        Assert.Contains(own, p => p.Line.Contains("-frag_duration"));
        Assert.DoesNotContain(own, p => p.Line.Contains(password) || p.Line.Contains(Uri.EscapeDataString(password)));
    }
}
