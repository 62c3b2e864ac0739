using ExamMonitor.Agent.Api;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using Xunit;

namespace ExamMonitor.Agent.Tests.Api;

public sealed class DownloadLabelTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_AWholeRange_SaysPlaceTimesAndThatNothingIsMissing()
    {
        var label = Of(0, 600, (-20, 300), (300, 640));
        Assert.Equal("demo / R7 / C1 2026-03-02 09:00:00–09:10:00 +08:00 (Asia/Shanghai)", label.Title);
        Assert.Equal((Nine, "2026-03-02 09:00:00 +08:00"), (label.CreatedUtc, $"{label.CreatedLocal:yyyy-MM-dd HH:mm:ss zzz}"));
        Assert.StartsWith("Nothing of it is missing.", label.Comment, StringComparison.Ordinal);
        Assert.Contains("所要求的时段完整无缺。", label.Comment, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_ARangeWithHoles_NamesEachAndWhereItBeginsAndEnds()
    {
        var label = Of(0, 600, (15, 100), (100.4, 200), (230, 580));
        Assert.Equal(Nine.AddSeconds(15), label.CreatedUtc);
        Assert.Equal(
            "Begins 15 s after the asked start. Ends 20 s before the asked end. Holes, closed up here (2): 09:01:40.0–09:01:40.4, 09:03:20.0–09:03:50.0. The cut falls on the key frame before. "
                + "比所要求的开始时间晚 15 秒。比所要求的结束时间早 20 秒。缺失时段（2 处，播放时已接合）：09:01:40.0–09:01:40.4, 09:03:20.0–09:03:50.0。切点为其前一关键帧。",
            label.Comment
        );
    }

    [Fact]
    public void Of_ManyHoles_NamesTwentyAndCountsAll()
    {
        var label = Of(0, 6000, [.. Enumerable.Range(0, 51).Select(i => (i * 100.0, (i * 100.0) + 50))]);
        Assert.Contains("(50)", label.Comment, StringComparison.Ordinal);
        Assert.Contains(" …", label.Comment, StringComparison.Ordinal);
        Assert.InRange(label.Comment.Length, 500, 1500);
    }

    private static Capture.MediaLabel Of(double from, double to, params (double From, double To)[] held) =>
        DownloadLabel.Of(
            "demo / R7 / C1",
            new(Nine.AddSeconds(from), Nine.AddSeconds(to)),
            [
                .. held.Select(
                    (h, i) =>
                        new StoredSegment(
                            i,
                            RoomId.Of("R7"),
                            CameraId.Of("C1"),
                            1,
                            i,
                            "",
                            Nine.AddSeconds(h.From),
                            Nine.AddSeconds(h.To),
                            0,
                            0,
                            0,
                            default,
                            false,
                            null
                        )
                ),
            ],
            SiteZone.Of("Asia/Shanghai")
        );
}
