using ExamMonitor.CameraSimulator.Clips;
using ExamMonitor.CameraSimulator.Streaming;
using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

public sealed class PlaylistTests
{
    private const long Second = Flicks.PerSecond;

    [Theory]
    [InlineData(PlayOrder.Loop)]
    [InlineData(PlayOrder.Shuffle)]
    public async Task TryNext_AnHourOfASampleClip_HasNoSeam(PlayOrder order)
    {
        var playlist = new Playlist([await ReadAsync("C1_normal.mp4")], order == PlayOrder.Shuffle, new Random(3));
        var video = new List<long>();
        var audio = new List<long>();
        while (playlist.TryNext(3600 * Second, out var next))
        {
            (next.Track.IsVideo ? video : audio).Add(next.Shown);
        }

        // The clip has a key frame on each even second, so a block of 8 s holds 100 pictures and 375 sounds exactly.
        Assert.All(video.Zip(video.Skip(1)), p => Assert.Equal(Second * 2 / 25, p.Second - p.First));
        Assert.All(audio.Zip(audio.Skip(1)), p => Assert.Equal(Flicks.From(1024, 48000), p.Second - p.First));
        Assert.Equal(45001, video.Count);
        Assert.Equal(0, audio[0]);
    }

    [Fact]
    public async Task TryNext_Shuffled_NeverRepeatsABlockAtOnce()
    {
        var playlist = new Playlist([await ReadAsync("C1_normal.mp4")], shuffle: true, new Random(3));
        var blocks = new List<int>();
        while (playlist.TryNext(3600 * Second, out var next))
        {
            if (next.Track.IsVideo && next.Shown % (8 * Second) == 0)
            {
                blocks.Add(next.Sample.Offset);
            }
        }

        Assert.Equal(5, blocks.Distinct().Count());
        Assert.All(blocks.Zip(blocks.Skip(1)), p => Assert.NotEqual(p.First, p.Second));
    }

    [Fact]
    public async Task TryNext_BFramesAndSoundOfOddLength_RunsOnAcrossLoops()
    {
        using var folder = new TempFolder();
        var path = await Tools.MakeClipAsync(folder.Path, "b.mp4", ["-c:v", "libx264", "-bf", "2", "-g", "25"], ["-c:a", "aac"], 2.2);
        var playlist = new Playlist([await Mp4Reader.ReadFileAsync(path, default)], shuffle: false, new Random(3));
        var all = new List<DueSample>();
        while (playlist.TryNext(60 * Second, out var next))
        {
            all.Add(next);
        }

        var shown = all.Where(s => s.Track.IsVideo).Select(s => s.Shown).Order().ToArray();
        Assert.All(shown.Zip(shown.Skip(1)).SkipLast(3), p => Assert.Equal(Second / 25, p.Second - p.First));
        Assert.All(
            all.Where(s => s.Track.IsVideo).Select(s => s.Due).Zip(all.Where(s => s.Track.IsVideo).Select(s => s.Due).Skip(1)),
            p => Assert.Equal(Second / 25, p.Second - p.First)
        );
        var sound = all.Where(s => !s.Track.IsVideo).Select(s => s.Shown).ToArray();
        var packet = Flicks.From(1024, 48000);
        Assert.All(sound.Zip(sound.Skip(1)), p => Assert.InRange(p.Second - p.First, packet / 2, packet * 3 / 2));
    }

    [Fact]
    public async Task Change_InTheMiddleOfAGroup_WaitsForTheNextKeyFrame()
    {
        var other = await ReadAsync("C1_covered.mp4");
        var playlist = new Playlist([await ReadAsync("C1_normal.mp4")], shuffle: false, new Random(3));
        while (playlist.TryNext(Second * 5 / 2, out _)) { }

        playlist.Change([other], shuffle: false);
        DueSample next;
        while (playlist.TryNext(10 * Second, out next) && playlist.Current != other) { }

        Assert.True(next.Track.IsVideo && next.Sample.IsSync);
        Assert.Equal(Flicks.From(38 * 2, 25), next.Shown);
    }

    private static Task<Clip> ReadAsync(string name) => Mp4Reader.ReadFileAsync(Tools.Video(name), default);
}
