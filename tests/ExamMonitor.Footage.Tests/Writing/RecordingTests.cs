using System.Security.Cryptography;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Writing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Writing;

public sealed class RecordingTests
{
    private static readonly FragmentedClip Minutes = new(Seconds: 150, Fps: 10, Gop: 10, Size: "128x72");

    [Fact]
    public async Task Run_OfMinutes_BecomesSegmentsThatPlayAloneAndJoinExactly()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Minutes));
        await bench.SettleAsync();
        var segments = archive.FindSegments(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start.AddHours(-1),
            ArchiveBench.Start.AddHours(1)
        );
        Assert.InRange(segments.Count, 2, 4);
        Assert.Equal(segments.Select(s => s.EndUtc).SkipLast(1), segments.Select(s => s.StartUtc).Skip(1));
        Assert.Equal(ArchiveBench.Start.AddSeconds(150), segments[^1].EndUtc, TimeSpan.FromMilliseconds(50));
        foreach (var segment in segments)
        {
            var file = Path.Combine(bench.VolumePath, segment.Path);
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.Equal(segment.SizeBytes, bytes.Length);
            Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), Convert.ToHexString(segment.Sha256.Span));
            await ArchiveBench.PlaysAsync(file);
            var (times, _) = await ArchiveBench.RunAsync(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "format=start_time,duration:stream=codec_type,start_time",
                "-of",
                "csv=p=0",
                file
            );
            Assert.Contains("video,0.0", times, StringComparison.Ordinal);
            Assert.Contains("audio,0.0", times, StringComparison.Ordinal);
        }

        Assert.Empty(bench.Files("*.part"));
    }

    [Fact]
    public async Task Timeline_OfARun_HasItsGapsAndExactCompleteness()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        _ = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        bench.Time.Advance(TimeSpan.FromSeconds(30));
        await bench.FeedAsync(await Clip.OfAsync(Minutes), end: true);
        await bench.SettleAsync();
        var timeline = archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddSeconds(200));
        Assert.Equal([GapCause.Unknown, GapCause.Network], timeline.Gaps.Select(g => g.Cause));
        Assert.Equal("Cable.", timeline.Gaps[1].Detail!.En);
        Assert.Null(timeline.Gaps[1].End);
        var exact = archive.GetTimeline(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start.AddSeconds(31),
            timeline.Segments[^1].End
        );
        Assert.True(exact.Completeness == 1, $"{exact.Completeness}");
        Assert.True(timeline.Completeness is > 0.74 and < 0.76);
    }

    [Fact]
    public async Task Outage_BeforeWhatIsWrittenNow_IsDecided()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 10, Fps: 5, Gop: 5, Size: "64x64"));
        await bench.FeedAsync(clip);
        await bench.SettleAsync();
        var back = bench.Time.GetUtcNow();
        await bench.FeedAsync(clip, end: false);
        var decided = archive.GetDecided(ArchiveBench.Room, ArchiveBench.Camera);
        // Not the end of what was committed last: the outage since then is missing already, and 100 % would be false.
        Assert.Equal(back, decided, TimeSpan.FromMilliseconds(50));
        var share = Completeness.Share(
            archive.GetProven(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, decided),
            ArchiveBench.Start,
            decided
        );
        Assert.Equal(10 / (back - ArchiveBench.Start).TotalSeconds, share!.Value, 0.01);
    }

    [Fact]
    public async Task PictureThatPauses_WhileSoundGoesOn_IsMissingAndTheSoundIsKept()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(
            new FragmentedClip(Seconds: 24, Fps: 5, Gop: 5, Size: "64x64", FragmentSeconds: 1, HoleFrom: 8, HoleTo: 15)
        );
        Assert.Contains(clip.Fragments, f => f.IsSoundAlone);
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new("aac", false), ArchiveBench.Start, CancellationToken.None);
        // A muxer that does not know the next picture yet lets none stand: the one that ffmpeg stretched over the pause is left out.
        var live = clip.Fragments.Where(f => f.Duration < 2 * Pts90k.PerSecond).ToList();
        foreach (var fragment in live)
        {
            var wait = ArchiveBench.Start + fragment.End.ToTimeSpan() - bench.Time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                bench.Time.Advance(wait);
            await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None, GapCause.Camera);
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        var (from, to) = (ArchiveBench.Start, ArchiveBench.Start.AddSeconds(24));
        var pause = Assert.Single(archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, from, to).Gaps);
        Assert.Equal((GapCause.Camera, 8.0), (pause.Cause, Math.Round((pause.End!.Value - pause.Start).TotalSeconds)));
        Assert.Equal(16, archive.GetProven(ArchiveBench.Room, ArchiveBench.Camera, from, to).Sum(s => (s.End - s.Start).TotalSeconds), 0.5);
        var segment = Assert.Single(archive.FindSegments(ArchiveBench.Room, ArchiveBench.Camera, from, to));
        var scanned = Recovery.Scan(new DiskVolume(bench.VolumePath), segment.Path);
        Assert.Equal(live.Count, scanned.Entries.Count);
        Assert.Equal(scanned.Entries.Select(e => e.Start90k).Order(), scanned.Entries.Select(e => e.Start90k));
        var ends = archive
            .RangePlaylist(ArchiveBench.Room, ArchiveBench.Camera, from, to)!
            .Split('\n')
            .Where(l => l.StartsWith("#EXTINF:", StringComparison.Ordinal))
            .Sum(l => double.Parse(l[8..^1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(16, ends, 0.5);
    }

    [Fact]
    public async Task DayLines_AreChainedAndNumbered()
    {
        await using var bench = new ArchiveBench();
        await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Minutes));
        await bench.CloseAsync();
        var lines = await File.ReadAllLinesAsync(Assert.Single(bench.Files("day.jsonl")));
        var previous = new string('0', 64);
        var number = 1;
        foreach (var line in lines)
        {
            var parsed = DayLog.TryParse(System.Text.Encoding.UTF8.GetBytes(line))!;
            Assert.Equal((previous, number++), (parsed.Previous, parsed.Number));
            previous = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(line)));
        }

        Assert.Equal(lines.Length, bench.Ledger.Leaves.Count);
        Assert.Equal([.. Enumerable.Range(1, lines.Length).Select(i => (long)i)], bench.Ledger.Leaves.Select(l => l.Number));
        Assert.Equal([.. Enumerable.Range(-1, lines.Length).Select(i => (long)i)], bench.Ledger.Leaves.Select(l => l.PreviousLeaf));
    }

    [Fact]
    public async Task Playlist_OfARange_PlaysInAnHlsPlayer()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Minutes));
        await bench.SettleAsync();
        var playlist = archive.RangePlaylist(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start.AddSeconds(20),
            ArchiveBench.Start.AddSeconds(140)
        )!;
        var folder = Directory.CreateDirectory(Path.Combine(bench.VolumePath, "segments")).FullName;
        foreach (
            var segment in archive.FindSegments(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddHours(1))
        )
            File.Copy(Path.Combine(bench.VolumePath, segment.Path), Path.Combine(folder, $"{segment.Id}.mp4"));
        var file = Path.Combine(bench.VolumePath, "playlist.m3u8");
        await File.WriteAllTextAsync(file, playlist);
        await ArchiveBench.PlaysAsync(file);
        var (output, _) = await ArchiveBench.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-count_packets",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=nb_read_packets",
            "-of",
            "csv=p=0",
            file
        );
        Assert.InRange(int.Parse(output.Trim().TrimEnd(',').Split('\n', ',')[0]), 1200, 1220);
    }

    [Fact]
    public async Task EmptyFolder_WhenTheIndexKnowsAVolume_IsRefused()
    {
        await using var bench = new ArchiveBench();
        await bench.OpenAsync();
        await bench.CloseAsync();
        File.Delete(Path.Combine(bench.VolumePath, VolumeIdentity.FileName));
        var error = await Assert.ThrowsAsync<WrongVolumeException>(bench.OpenAsync);
        Assert.Contains("Mount", error.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Files("*.mp4"));
    }

    [Fact]
    public async Task Index_ThatFailsWhenACameraIsFirstAskedFor_DoesNotKeepItOutForEver()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        archive.Context.Index.BeforeWrite = () => throw new FootageException("write the index", "disk", "full");
        Assert.Throws<FootageException>(() => archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera));
        archive.Context.Index.BeforeWrite = null;
        await bench.FeedAsync(await Clip.OfAsync(new FragmentedClip(Seconds: 6, Fps: 5, Gop: 5, Size: "64x64")));
        await bench.CloseAsync();
        archive = await bench.OpenAsync();
        Assert.Single(archive.FindSegments(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddMinutes(1)));
    }

    [Fact]
    public async Task SecondProcess_OnTheSameVolume_IsRefused()
    {
        await using var bench = new ArchiveBench();
        var first = await bench.OpenAsync();
        await Assert.ThrowsAsync<WrongVolumeException>(bench.OpenAsync);
        Assert.NotEqual(Guid.Empty, first.VolumeId);
    }
}
