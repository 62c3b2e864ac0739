using System.Collections.Concurrent;
using ExamMonitor.Contracts;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Playback;

public sealed class FactsTests
{
    private static readonly FragmentedClip Shape = new(Seconds: 6, Fps: 5, Gop: 5, Size: "64x64");

    private static Contracts.Messages.CameraFootage FactsOf(ArchiveBench bench) =>
        bench.Archive!.GetFacts(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start);

    [Fact]
    public async Task Facts_NothingHasChanged_AreSaidWithoutReadingTheDayAgain()
    {
        await using var bench = new ArchiveBench();
        await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Shape));
        await bench.SettleAsync();
        var before = FactsOf(bench);
        var (reads, me) = (0, Environment.CurrentManagedThreadId);
        bench.Archive!.Context.Index.BeforeRead = () => reads += Environment.CurrentManagedThreadId == me ? 1 : 0;
        bench.Time.Advance(TimeSpan.FromSeconds(60));
        var after = FactsOf(bench);
        Assert.Equal(0, reads);
        Assert.True(after.CompletenessToday < before.CompletenessToday, "time passes all the same");
        Assert.Equal((before.GapsToday, before.LastSegmentAt, before.SizeBytes), (after.GapsToday, after.LastSegmentAt, after.SizeBytes));
    }

    [Fact]
    public async Task Facts_FootageCommitted_AreSaidToHaveChangedAndAgreeWithTheTimeline()
    {
        await using var bench = new ArchiveBench();
        await bench.OpenAsync();
        var clip = await Clip.OfAsync(Shape);
        await bench.FeedAsync(clip);
        await bench.SettleAsync();
        var first = FactsOf(bench);
        var told = new ConcurrentQueue<(RoomId Room, CameraId Camera)?>();
        bench.Archive!.FactsChanged += told.Enqueue;
        await bench.FeedAsync(clip);
        await bench.SettleAsync();
        Assert.Contains((ArchiveBench.Room, ArchiveBench.Camera), told);
        var second = FactsOf(bench);
        Assert.True(second.LastSegmentAt > first.LastSegmentAt && second.SizeBytes > first.SizeBytes && second.GapsToday > first.GapsToday);
        var timeline = bench.Archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, bench.Time.GetUtcNow());
        Assert.Equal((timeline.Gaps.Count, timeline.Completeness), (second.GapsToday, second.CompletenessToday));
    }

    [Fact]
    public async Task Facts_OfTheNextDay_BeginAtItsMidnight()
    {
        await using var bench = new ArchiveBench();
        await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Shape));
        await bench.SettleAsync();
        Assert.True(FactsOf(bench).CompletenessToday > 0);
        bench.Time.Advance(TimeSpan.FromHours(24));
        var tomorrow = bench.Archive!.GetFacts(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start.AddHours(23));
        Assert.Equal((0, 1), (tomorrow.CompletenessToday, tomorrow.GapsToday));
    }
}
