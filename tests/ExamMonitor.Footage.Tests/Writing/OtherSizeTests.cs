using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage.Tests.Field;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Writing;

public sealed class OtherSizeTests
{
    private static readonly byte[] Small = Convert.FromHexString("6742c016da0280bfe584000003000400000300783c58ba80");
    private static readonly byte[] Large = Convert.FromHexString("6742c01fda014016e840000003004000000783c60ca8");

    [Fact]
    public async Task Pictures_OfAnotherSizeInOneRun_BeginAFileOfTheirOwnWithoutAGap()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        var initialization = (
            await Clip.OfAsync(new FragmentedClip(Seconds: 6, Fps: 5, Gop: 5, Audio: false, Size: "64x64"))
        ).Initialization;
        var muxer = new FieldMuxer(initialization);
        await recorder.StartRunAsync(initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        for (var picture = 0; picture < 12 * 5; picture++)
        {
            muxer.Parameters = picture / 5 is >= 4 and < 8 ? Large : Small;
            bench.Time.Advance(TimeSpan.FromSeconds(0.2));
            if (await muxer.AddAsync(picture * 18_000, picture % 5 == 0, 0) is { } whole)
                await recorder.AppendAsync(whole.Fragment, bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        var days = await File.ReadAllLinesAsync(Assert.Single(bench.Files("day.jsonl")));
        var told = days.Where(l => l.Contains("\"kind\":\"segment\"", StringComparison.Ordinal))
            .Select(l => l.Contains("avc1.42c01f", StringComparison.Ordinal))
            .ToList();
        Assert.Equal([false, true, false], told);
        var timeline = archive.GetTimeline(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start.AddSeconds(1.5),
            ArchiveBench.Start.AddSeconds(10)
        );
        Assert.Empty(timeline.Gaps);
    }
}
