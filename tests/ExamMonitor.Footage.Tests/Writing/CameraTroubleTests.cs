using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Writing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Writing;

/// <summary>What cameras, clocks and networks do to a recording.</summary>
public sealed class CameraTroubleTests
{
    private static readonly FragmentedClip Minute = new(Seconds: 60, Fps: 5, Gop: 5, Size: "64x64");

    private static IReadOnlyList<StoredSegment> Segments(FootageArchive archive) =>
        archive.FindSegments(ArchiveBench.Room, ArchiveBench.Camera, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));

    [Fact]
    public async Task Camera_ThatRestartsEveryTenSecondsForAnHour_MakesAFileAMinute()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Minute);
        for (var i = 0; i < 360; i++)
        {
            await bench.FeedAsync(clip, count: 8);
            bench.Time.Advance(TimeSpan.FromSeconds(2));
        }

        await bench.SettleAsync();
        var segments = Segments(archive);
        Assert.InRange(segments.Count, 50, 75);
        Assert.Equal(segments.Count, bench.Files("*.mp4").Length);
        var timeline = archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddHours(1));
        Assert.InRange(timeline.Gaps.Count(g => g.Cause == GapCause.Network), 355, 360);
        Assert.Equal(0.8, timeline.Completeness!.Value, 0.01);
        foreach (var segment in segments.Take(3))
            await ArchiveBench.PlaysAsync(Path.Combine(bench.VolumePath, segment.Path));
        var playlist = archive.RangePlaylist(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddHours(1))!;
        Assert.InRange(playlist.Split("#EXT-X-DISCONTINUITY\n").Length - 1, 355, 425);
    }

    [Fact]
    public async Task Stream_ThatStartsInAGop_IsKeptFromItsFirstKeyFrame()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Minute);
        var late = new Clip(
            clip.Initialization,
            [
                clip.Fragments[0] with
                {
                    StartsWithSync = false,
                },
                clip.Fragments[1] with
                {
                    StartsWithSync = false,
                },
                .. clip.Fragments.Skip(2),
            ]
        );
        await bench.FeedAsync(late);
        await bench.SettleAsync();
        Assert.Equal(ArchiveBench.Start.AddSeconds(2), Segments(archive)[0].StartUtc, TimeSpan.FromMilliseconds(50));
        Assert.Equal(
            GapCause.Unknown,
            archive
                .GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddSeconds(2))
                .Gaps.Single()
                .Cause
        );
    }

    [Fact]
    public async Task KeyFrames_TenSecondsApart_MakeWholeFilesWithoutGap()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        // As capture asks for them: a key frame every ten seconds, a fragment every two.
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 240, Fps: 5, Gop: 50, Size: "64x64", FragmentSeconds: 2));
        Assert.Equal((24, true), (clip.Fragments.Count(f => f.StartsWithSync), clip.Fragments.Count > 100));
        await bench.FeedAsync(clip);
        await bench.SettleAsync();
        var segments = Segments(archive);
        Assert.InRange(segments.Count, 3, 6);
        Assert.All(segments, s => Assert.True(archive.Context.Index.Read(q => q.Fragments(s.Id))!.Value.Fragments[0].Sync));
        Assert.Equal(segments.Select(s => s.EndUtc).SkipLast(1), segments.Select(s => s.StartUtc).Skip(1));
        foreach (var segment in segments)
            await ArchiveBench.PlaysAsync(Path.Combine(bench.VolumePath, segment.Path));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-5 * 365 * 24)]
    [InlineData(5 * 365 * 24)]
    public async Task Clock_SetByHours_EndsTheRunAndLosesNothing(int hours)
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Minute);
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        for (var i = 0; i < 60; i++)
        {
            if (i == 40)
                bench.Time.StepWallClock(TimeSpan.FromHours(hours));
            bench.Time.Advance(new Pts90k(clip.Fragments[i].Duration).ToTimeSpan());
            await recorder.AppendAsync(clip.Fragments[i], bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await bench.CloseAsync();
        archive = await bench.OpenAsync();
        var segments = Segments(archive);
        Assert.Equal(60, segments.Sum(s => s.Duration90k) / 90_000.0, 0.5);
        Assert.Equal(2, segments.Select(s => s.Run).Distinct().Count());
        // The run ends with the step, and not some fragments later.
        Assert.Equal(40, segments.Where(s => s.Run == segments.Min(o => o.Run)).Sum(s => s.Duration90k) / 90_000.0, 0.5);
        var after = hours < 0 ? segments[0] : segments[^1];
        Assert.Equal(ArchiveBench.Start.AddSeconds(60).AddHours(hours), after.EndUtc, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task FrameRate_DeclaredWrongly_MakesNoPhantomGap()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Minute);
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        foreach (var fragment in clip.Fragments)
        {
            // 5 frames a second are declared, 4 come.
            bench.Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan() * 1.25);
            await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        var segments = Segments(archive);
        Assert.Equal(segments.Select(s => s.EndUtc).SkipLast(1), segments.Select(s => s.StartUtc).Skip(1));
        Assert.Equal(75, segments.Sum(s => (s.EndUtc - s.StartUtc).TotalSeconds), 3.0);
        Assert.Single(segments.Select(s => s.Run).Distinct());
    }

    [Fact]
    public async Task Picture_ThatStandsLongerThanAnyPictureShould_IsAHoleInTheProof()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Minute);
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        for (var i = 0; i < 50; i++)
        {
            // What a muxer makes of lost packets: the last picture before them lasts until the next one.
            var fragment =
                i == 20 ? Stretched(clip.Fragments[i], 12)
                : i > 20 ? Moved(clip.Fragments[i], 12)
                : clip.Fragments[i];
            bench.Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        var end = ArchiveBench.Start.AddSeconds(62);
        var timeline = archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, end);
        var hole = Assert.Single(timeline.Gaps, g => g.Start > ArchiveBench.Start && g.End < end);
        Assert.Equal(12, (hole.End - hole.Start)!.Value.TotalSeconds, 0.3);
        Assert.Equal(50.0 / 62, timeline.Completeness!.Value, 0.01);
    }

    [Fact]
    public async Task Fragment_OfManyHours_StopsNobodysRecording()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Minute);
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        const int Hours = 7 * 3600;
        for (var i = 0; i < 50; i++)
        {
            // The camera's time stamps jump by hours: the muxer makes the picture before the jump last until the one after it.
            var fragment =
                i == 20 ? Stretched(clip.Fragments[i], Hours)
                : i > 20 ? Moved(clip.Fragments[i], Hours)
                : clip.Fragments[i];
            bench.Time.Advance(new Pts90k(clip.Fragments[i].Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        Assert.False(archive.Failure.IsCompleted, archive.Failure.Exception?.ToString());
        Assert.Equal(
            1,
            archive
                .GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start.AddSeconds(1), ArchiveBench.Start.AddSeconds(50))
                .Completeness!.Value,
            0.03
        );
        Assert.NotNull(archive.RangePlaylist(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddMinutes(1)));
        await bench.CloseAsync();
        await bench.OpenAsync();
    }

    [Fact]
    public async Task Fragments_ByTheThousand_EndTheFileBeforeItsListGrowsTooLong()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 1, Fps: 5, Gop: 5, Size: "16x16", Audio: false));
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        for (var i = 0; i < SegmentFile.MostFragments + 100; i++)
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(1));
            await recorder.AppendAsync(
                clip.Fragments[0] with
                {
                    Start = new(90L * i),
                    Duration = 90,
                },
                bench.Time.GetUtcNow(),
                CancellationToken.None
            );
            if (i % 1000 == 0)
                await recorder.DrainAsync();
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        Assert.Equal(
            [SegmentFile.MostFragments, 100],
            Segments(archive).Select(s => archive.Context.Index.Read(q => q.Fragments(s.Id))!.Value.Fragments.Count)
        );
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(1.0)]
    public async Task Run_OfACameraWhoseClockIsTooFast_ClaimsNothingBeforeItsSessionBegan(double rate)
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Minute);
        await bench.FeedAsync(clip, count: 10);
        bench.Time.Advance(TimeSpan.FromSeconds(8));
        var connected = bench.Time.GetUtcNow();
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(
            clip.Initialization,
            new(null, false) { ConnectedAtUtc = connected },
            connected,
            CancellationToken.None
        );
        foreach (var fragment in clip.Fragments)
        {
            bench.Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan() / rate);
            await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        var proven = archive.GetProven(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, connected);
        Assert.Equal(10, proven.Sum(p => (p.End - p.Start).TotalSeconds), 0.1);
    }

    private static Fragment Stretched(Fragment fragment, int seconds) =>
        fragment with
        {
            Duration = fragment.Duration + (seconds * 90_000L),
            Tracks =
            [
                .. fragment.Tracks.Select(
                    (t, i) =>
                        i > 0
                            ? t
                            : t with
                            {
                                LongestSample = t.LongestSample + (ulong)(seconds * 10240L),
                                LongestSampleAt = t.Duration - t.LongestSample,
                            }
                ),
            ],
        };

    private static Fragment Moved(Fragment fragment, int seconds) =>
        fragment with
        {
            Start = new(fragment.Start.Ticks + (seconds * 90_000L)),
        };
}
