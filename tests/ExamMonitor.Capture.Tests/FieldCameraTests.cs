using ExamMonitor.CameraSimulator;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>What cameras in the field send: sound that does not come, clocks that step, time that stands, packets that are lost.</summary>
public sealed class FieldCameraTests(Clips clips)
{
    private const string Id = "C1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private async Task<CameraSimulatorServer> CameraAsync(SimulatedAudio audio, params CameraFault[] faults)
    {
        var server = await CameraSimulatorServer.StartAsync(
            new()
            {
                Cameras =
                [
                    new()
                    {
                        Id = Id,
                        Clips = [clips.Normal],
                        Audio = audio,
                    },
                ],
                SenderReportSeconds = 0.5,
            },
            TimeProvider.System
        );
        foreach (var fault in faults)
            await server.InjectAsync(Id, fault);
        return server;
    }

    private static CameraSource Source(CameraSimulatorServer server) =>
        Recording.Camera(server.RtspAddress(Id)) with
        {
            AnalysisSize = new(320, 240),
        };

    private static async Task GrowAsync(RunningCamera camera, int more)
    {
        var target = camera.Sink.Fragments.Count + more;
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= target, Patience);
    }

    [Fact]
    public async Task SoundAnnouncedAndNotSent_PictureIsRecordedAndSoundJoinsWhenItComes()
    {
        await using var server = await CameraAsync(SimulatedAudio.Pcmu, CameraFault.Of(CameraFaultKind.NoSound));
        await using var camera = await RunningCamera.StartAsync(Source(server), new() { ConnectTimeout = TimeSpan.FromSeconds(12) });
        await GrowAsync(camera, 3);
        Assert.Empty(camera.Sink.Failures);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.Ok));
        var before = camera.Sink.Fragments.Count;
        await Eventually.TrueAsync(
            () => camera.Sink.Fragments.Skip(before).Any(f => SoundEnd(camera, f) is { } end && Math.Abs(end - PictureEnd(f)) < 1.5),
            Patience
        );
        Assert.Single(camera.Sink.Starts);
        Assert.Empty(camera.Sink.Ends);
        AssertInStep(camera);
    }

    [Fact]
    public async Task SoundAnnouncedAndNotSent_PicturesArriveAsSoonAsWithoutSound()
    {
        // Both send the same pictures at the same moments; without sound a fragment is nothing but pictures.
        await using var server = await CameraSimulatorServer.StartAsync(
            new()
            {
                Cameras =
                [
                    new()
                    {
                        Id = "Q",
                        Clips = [clips.Normal],
                        Audio = SimulatedAudio.Pcmu,
                    },
                    new()
                    {
                        Id = Id,
                        Clips = [clips.Normal],
                        Audio = SimulatedAudio.None,
                    },
                ],
            },
            TimeProvider.System
        );
        await server.InjectAsync("Q", CameraFault.Of(CameraFaultKind.NoSound));
        await using var waits = await RunningCamera.StartAsync(Recording.Camera(server.RtspAddress("Q")));
        await using var plain = await RunningCamera.StartAsync(Recording.Camera(server.RtspAddress(Id)));
        await Eventually.TrueAsync(() => Late().Count >= 3, Patience);
        Assert.InRange(Late().Min(), -0.5, 0.6);
        Assert.Null(waits.Vitals.AudioOffsetMs);

        List<double> Late() =>
            [
                .. from w in waits.Sink.Fragments
                from p in plain.Sink.Fragments
                where w.Fragment.StartsWithSync && Media(w).SequenceEqual(Media(p))
                select (w.ArrivedAtUtc - p.ArrivedAtUtc).TotalSeconds,
            ];
        static ReadOnlySpan<byte> Media(CapturedFragment f) => f.Fragment.Bytes.Span[f.Fragment.Bytes.Span.IndexOf("mdat"u8)..];
    }

    [Theory]
    [InlineData(-30_000)]
    [InlineData(30_000)]
    [InlineData(-1_500)]
    [InlineData(1_500)]
    public async Task CameraClockSteps_NoPictureMovesAndTheStepIsTold(double milliseconds)
    {
        await using var server = await CameraAsync(SimulatedAudio.Pcmu);
        await using var camera = await RunningCamera.StartAsync(Source(server));
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Count >= 2 && camera.Vitals.ClockOffsetMs is not null, Patience);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Clock, Milliseconds = milliseconds });
        await Eventually.TrueAsync(() => camera.Vitals.ClockOffsetMs is { } offset && Math.Abs(offset - milliseconds) < 500, Patience);
        await GrowAsync(camera, 3);
        AssertInStep(camera);
        Assert.Single(camera.Sink.Starts);
        Assert.Empty(camera.Sink.Ends);
        Assert.InRange(camera.Vitals.ClockStep!.Milliseconds, milliseconds - 500, milliseconds + 500);
    }

    [Theory]
    [InlineData(-30_000)]
    [InlineData(30_000)]
    public async Task RtpTimeJumps_NoPictureMovesAndTheStepIsTold(double milliseconds)
    {
        await using var server = await CameraAsync(SimulatedAudio.None);
        await using var camera = await RunningCamera.StartAsync(Source(server));
        await GrowAsync(camera, 2);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.TimeJump, Milliseconds = milliseconds });
        await GrowAsync(camera, 4);
        AssertInStep(camera);
        Assert.Single(camera.Sink.Starts);
        Assert.Empty(camera.Sink.Ends);
        Assert.InRange(camera.Vitals.ClockStep!.Milliseconds, milliseconds - 500, milliseconds + 500);
    }

    [Fact]
    public async Task RtpTimeStands_EveryPictureHasItsTime()
    {
        await using var server = await CameraAsync(SimulatedAudio.None, CameraFault.Of(CameraFaultKind.TimeStands));
        await using var camera = await RunningCamera.StartAsync(Source(server));
        await GrowAsync(camera, 5);
        AssertInStep(camera);
        Assert.True(PictureEnd(camera.Sink.Fragments.Last()) > 3);
        Assert.True(camera.Vitals.TimeStands);
        await server.InjectAsync(Id, CameraFault.Of(CameraFaultKind.Ok));
        await Eventually.TrueAsync(() => !camera.Vitals.TimeStands, Patience);
    }

    [Fact]
    public async Task PacketsMissing_AreCounted()
    {
        await using var server = await CameraAsync(SimulatedAudio.None);
        await using var camera = await RunningCamera.StartAsync(Source(server));
        await GrowAsync(camera, 2);
        Assert.Equal(0, camera.Vitals.PacketsLost);
        await server.InjectAsync(Id, new() { Kind = CameraFaultKind.Holes, Percent = 5 });
        await Eventually.TrueAsync(() => camera.Vitals.PacketsLost > 0, Patience);
        await Eventually.TrueAsync(() => camera.Sink.Fragments.Any(f => f.IsBroken), Patience);
        Assert.Empty(camera.Sink.Ends);
    }

    private static double PictureEnd(CapturedFragment fragment) =>
        fragment.Fragment.Tracks.Where(t => t.TrackId == 1).Select(t => (t.BaseDecodeTime + t.Duration) / 90_000.0).DefaultIfEmpty(0).Max();

    private static double? SoundEnd(RunningCamera camera, CapturedFragment fragment) =>
        camera.Sink.Starts.First().Initialization.Audio is { } audio
            ? fragment
                .Fragment.Tracks.Where(t => t.TrackId == audio.Id)
                .Select(t => (double?)(t.BaseDecodeTime + t.Duration) / audio.Timescale)
                .LastOrDefault()
            : null;

    /// <summary>Media time advances as arrivals do, to 1 s, at every fragment.</summary>
    private static void AssertInStep(RunningCamera camera)
    {
        var video = camera.Sink.Starts.First().Initialization.Video!;
        double End(CapturedFragment f) =>
            f
                .Fragment.Tracks.Where(t => t.TrackId == video.Id)
                .Select(t => (double)(t.BaseDecodeTime + t.Duration) / video.Timescale)
                .DefaultIfEmpty(double.NaN)
                .Max();
        var all = camera.Sink.Fragments.Where(f => !double.IsNaN(End(f))).ToList();
        var offsets = all.Skip(1).Select(f => (f.ArrivedAtUtc - all[1].ArrivedAtUtc).TotalSeconds - (End(f) - End(all[1]))).ToList();
        Assert.All(offsets, o => Assert.InRange(o, -1, 1));
    }
}
