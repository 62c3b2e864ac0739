using System.Text;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Pictures;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>What needs no process.</summary>
public sealed class PureTests
{
    [Fact]
    public void Script_HostilePassword_CannotLeaveItsLine()
    {
        var script = Encoding.UTF8.GetString(
            ConcatScript.Format(new("rtsp://cam/a'b?x=1"), new("u'ser", "p'\nfile 'x:@/"), RtspTransport.Udp, TimeSpan.FromSeconds(8))
        );
        var lines = script.Split('\n');
        Assert.Equal("file 'rtsp://u%27ser:p%27%0Afile%20%27x%3A%40%2F@cam/a%27b?x=1'", lines[1]);
        Assert.All(lines.Skip(2), l => Assert.True(l.Length == 0 || l.StartsWith("option ", StringComparison.Ordinal)));
    }

    [Fact]
    public void ErrorLines_NeverKeepCredentials()
    {
        var lines = new ErrorLines(new("viewer", "a b"));
        lines.Add("Impossible to open 'rtsp://viewer:a%20b@cam/x'");
        lines.Add("the word a b alone");
        Assert.Equal(["Impossible to open 'rtsp://cam/x'", "the word *** alone"], lines.Snapshot());
    }

    [Theory]
    [InlineData("method DESCRIBE failed: 401 Unauthorized", GapCause.Authentication)]
    [InlineData("method DESCRIBE failed: 404 Not Found", GapCause.Camera)]
    [InlineData("method SETUP failed: 453 Not Enough Bandwidth", GapCause.Camera)]
    [InlineData("Connection to tcp://127.0.0.1:1 failed: Connection refused", GapCause.Network)]
    [InlineData("Connection to tcp://10.0.0.1:554 failed: No route to host", GapCause.Network)]
    [InlineData("pipe:0: Connection timed out", GapCause.Network)]
    [InlineData("pipe:0: Invalid data found when processing input", GapCause.Camera)]
    public void Failure_IsExplained(string line, GapCause cause)
    {
        var failure = StreamFailure.Explain([line], new("rtsp://cam/x"));
        Assert.Equal(cause, failure.Cause);
        Assert.Contains("cam", failure.Text.En);
        Assert.Contains("cam", failure.Text.Zh);
    }

    [Theory]
    [InlineData("5.1.6-0+deb12u1", false)]
    [InlineData("5.0.1", true)]
    [InlineData("4.4.2-0ubuntu0.22.04.1", true)]
    [InlineData("n7.1", false)]
    [InlineData("7.0.2-full_build-www.gyan.dev", false)]
    [InlineData("N-118193-g5f38c82536", false)]
    public void Version_TooOld_IsTold(string version, bool tooOld) => Assert.Equal(tooOld, FfmpegTools.IsTooOld(version));

    [Fact]
    public async Task Tools_ConfiguredPathMissing_SaysHowToInstall()
    {
        var error = await Assert.ThrowsAsync<Children.ChildProcessException>(() =>
            FfmpegTools.FindAsync("/nowhere/ffmpeg", null, TimeProvider.System, CancellationToken.None)
        );
        Assert.Contains("/nowhere/ffmpeg", error.Message);
        Assert.Contains("apt-get install ffmpeg", error.Message);
    }

    [Fact]
    public void RunClock_WallClockSteps_KeepsItsTimeAndTells()
    {
        var time = new ManualTimeProvider();
        var clock = new RunClock(time);
        var start = clock.Now();
        time.Advance(TimeSpan.FromSeconds(10));
        time.StepWallClock(TimeSpan.FromHours(-1));
        Assert.Equal(TimeSpan.FromHours(-1), clock.Correct());
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Now() - start);
    }

    [Fact]
    public void RunClock_WallClockDrifts_FollowsByAtMost500Ppm()
    {
        var time = new ManualTimeProvider();
        var clock = new RunClock(time);
        var start = clock.Now();
        time.StepWallClock(TimeSpan.FromMilliseconds(100));
        time.Advance(TimeSpan.FromSeconds(100));
        Assert.Null(clock.Correct());
        Assert.Equal(TimeSpan.FromMilliseconds(100_050), clock.Now() - start);
        time.Advance(TimeSpan.FromSeconds(200));
        Assert.Null(clock.Correct());
        Assert.Equal(time.GetUtcNow(), clock.Now());
    }

    [Fact]
    public async Task Recorder_WallClockSteps_EndsTheRunAndBeginsAnotherAtTheNextKeyFrame()
    {
        var time = new ManualTimeProvider();
        var sink = new Recording();
        var recorder = new RunRecorder(
            new(new("", "", ""), new(), time, sink),
            Recording.Camera(new("rtsp://cam/x")),
            sink,
            new(time),
            static () => new()
        );
        await recorder.BeginAsync(Initialization, new("h264", 640, 480, null, false), default);
        await AddAsync(sync: true);
        time.StepWallClock(TimeSpan.FromMinutes(5));
        await AddAsync(sync: false);
        Assert.Empty(sink.Ends);
        await AddAsync(sync: true);
        await recorder.EndAsync(StreamFailure.Stopped);
        Assert.Equal([GapCause.Clock, GapCause.Operator], sink.Ends.Select(e => e.Cause));
        Assert.Equal(2, sink.Starts.Count);
        Assert.Equal(time.GetUtcNow(), sink.Fragments.Last().ArrivedAtUtc);
        Assert.Equal(3, sink.Fragments.Count);

        async Task AddAsync(bool sync)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(await recorder.AddAsync(Fragment(sync), default));
        }
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(12)]
    public async Task Recorder_FragmentThatFfmpegKept_WasSentWhenTheRelayHadItsPictures(double kept)
    {
        var time = new ManualTimeProvider();
        var sink = new Recording();
        var keyFrame = time.GetTimestamp();
        var recorder = new RunRecorder(
            new(new("", "", ""), new(), time, sink),
            Recording.Camera(new("rtsp://cam/x")),
            sink,
            new(time),
            () => new() { FirstKeyFrameAt = keyFrame }
        );
        var start = time.GetUtcNow();
        await recorder.BeginAsync(Initialization, new("h264", 640, 480, null, false), default);
        time.Advance(TimeSpan.FromSeconds(1 + kept));
        Assert.Null(await recorder.AddAsync(Fragment(true), default));
        // The next one comes at once, and says that it ends when the first one did.
        Assert.Null(await recorder.AddAsync(Fragment(true), default));
        await recorder.EndAsync(StreamFailure.Stopped);
        var fragment = sink.Fragments.First();
        Assert.True(sink.Fragments.Last().SentByUtc >= fragment.SentByUtc);
        Assert.Equal(start.AddSeconds(1), fragment.SentByUtc, TimeSpan.FromMilliseconds(1));
        Assert.Equal(start.AddSeconds(1 + kept), fragment.ArrivedAtUtc, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void Meter_FragmentsOfOneSecond_MeasuresRates()
    {
        var meter = new RunMeter(Initialization);
        var at = new DateTimeOffset(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 5; i++, at += TimeSpan.FromSeconds(1))
            meter.Add(new(Fragment(true), at.AddSeconds(1), at));
        Assert.Equal((25.0, 8.0), (meter.FramesPerSecond!.Value, meter.BitRateKbps!.Value));
    }

    [Fact]
    public void Backoff_GrowsToItsCapAndStaysWithinJitter()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 50; i++)
            Assert.InRange(backoff.Next().TotalSeconds, 0.18, 1.25);
        Assert.True(backoff.Reset());
        Assert.InRange(backoff.Next().TotalSeconds, 0.18, 0.32);
    }

    [Theory]
    [InlineData("http://cam/x")]
    [InlineData("rtsp://user:pw@cam/x")]
    public void Source_BadAddress_IsToldWithoutTheSecret(string address)
    {
        var mistake = Recording.Camera(new(address)).FirstMistake();
        Assert.NotNull(mistake);
        Assert.DoesNotContain("pw", mistake);
    }

    [Fact]
    public void Probe_Answers_AreJudged()
    {
        var probe = new CameraProbe(new("", "", ""), new ManualTimeProvider());
        ProbeResult Judge(string json) => probe.Judge(Encoding.UTF8.GetBytes(json), new("rtsp://cam/x"));
        Assert.Equal(
            new StreamFacts("hevc", 1920, 1080, "pcm_mulaw"),
            Judge(
                """{"streams":[{"codec_type":"audio","codec_name":"pcm_mulaw"},{"codec_type":"video","codec_name":"hevc","width":1920,"height":1080}]}"""
            ).Facts
        );
        Assert.Contains(
            "mpeg4",
            Judge("""{"streams":[{"codec_type":"video","codec_name":"mpeg4","width":640,"height":480}]}""").Failure!.Text.En
        );
        Assert.Contains("no video", Judge("""{"streams":[]}""").Failure!.Text.En);
        Assert.Equal(GapCause.Camera, Judge("{").Failure!.Cause);
        Assert.Equal(
            GapCause.Camera,
            Judge("""{"streams":[{"codec_type":"video","codec_name":"h264","width":99999,"height":2}]}""").Failure!.Cause
        );
    }

    [Fact]
    public async Task Nut_RandomBytes_AreRefusedNotTrusted()
    {
        var random = new Random(7);
        var refused = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(30, 400)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
                "nut/multimedia container\0NM"u8.CopyTo(bytes);
            try
            {
                Assert.Null(await new NutReader(new MemoryStream(bytes)).ReadAsync(static () => default, default));
            }
            catch (InvalidMediaException)
            {
                refused++;
            }
        }

        // A few end where a packet ends, as a stream does.
        Assert.InRange(refused, 1950, 2000);
        // No length that the bytes claim is believed: 64 KiB is the largest header.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 2000L * (96 << 10));
    }

    private static InitializationSegment Initialization { get; } =
        new(new byte[8], [new Track(1, TrackKind.Video, "avc1", 90_000, 640, 480, null)]);

    private static Fragment Fragment(bool sync) =>
        new(new byte[1000], [new TrackRun(1, 0, 90_000, 25, sync, 0, 8)], new(0), 90_000, sync, null);
}
