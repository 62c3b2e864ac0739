using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Features.Camera;
using ExamMonitor.Dashboard.Media;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ExamMonitor.Dashboard.Tests.Media;

public sealed class MediaTests
{
    private const string CameraPath = "/api/v1/rooms/R7/cameras/C1";
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 16, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("picture.jpg", "?width=480", CameraPath + "/picture.jpg?width=480")]
    [InlineData("picture.jpg", "?other=1", CameraPath + "/picture.jpg")]
    [InlineData("reference.png", "", CameraPath + "/reference.png")]
    [InlineData(
        "problems/camera-covered-20260301080000-0a1b2c3d/now.jpg",
        "?x=1",
        CameraPath + "/problems/camera-covered-20260301080000-0a1b2c3d/now.jpg"
    )]
    [InlineData("problems/p1/reference.jpg", "", CameraPath + "/problems/p1/reference.jpg")]
    [InlineData("live/index.m3u8", "?_HLS_msn=7&x=y", CameraPath + "/live/index.m3u8?_HLS_msn=7")]
    [InlineData("live/init-3.mp4", "", CameraPath + "/live/init-3.mp4")]
    [InlineData("live/1234.m4s", "?token=x", CameraPath + "/live/1234.m4s")]
    [InlineData("segments/42.mp4", "", CameraPath + "/segments/42.mp4")]
    [InlineData(
        "playlist.m3u8",
        "?from=2026-03-02T09:00:00%2B08:00&to=2026-03-02T02:00:00Z",
        CameraPath + "/playlist.m3u8?from=2026-03-02T01%3A00%3A00.000Z&to=2026-03-02T02%3A00%3A00.000Z"
    )]
    public void Parse_AllowedRoute_IsPutTogetherAnew(string tail, string query, string expected) =>
        Assert.Equal(expected, Parse(tail, query)?.AgentPath);

    [Theory]
    [InlineData("picture.jpg", "?width=5")]
    [InlineData("picture.jpg", "?width=-480")]
    [InlineData("picture.jpg", "?width=481")]
    [InlineData("problems", "")]
    [InlineData("../problems", "")]
    [InlineData("timeline", "?from=2026-03-02T01:00:00Z&to=2026-03-02T02:00:00Z")]
    [InlineData("segments/../x.mp4", "")]
    [InlineData("segments/1234567890123456789.mp4", "")]
    [InlineData("problems/../x/now.jpg", "")]
    [InlineData("problems/p1/then.jpg", "")]
    [InlineData("live/a/b.m4s", "")]
    [InlineData("live/.m4s", "")]
    [InlineData("live/index.m3u8/x", "")]
    [InlineData("live/1.m4s\n", "")]
    [InlineData("playlist.m3u8", "?from=2026-03-02T02:00:00Z&to=2026-03-02T01:00:00Z")]
    [InlineData("playlist.m3u8", "?from=2026-03-02T02:00:00Z&to=2026-03-04T01:00:00Z")]
    [InlineData("download.mp4", "?from=now&to=later")]
    public void Parse_AnythingElse_IsRefused(string tail, string query) => Assert.Null(Parse(tail, query));

    [Theory]
    [InlineData(CameraPath + "/problems/p-1/now.jpg", "/media/s/a/rooms/R7/cameras/C1/problems/p-1/now.jpg")]
    [InlineData(CameraPath + "/picture.jpg", null)]
    [InlineData(CameraPath + "/problems/../../now.jpg", null)]
    [InlineData("https://elsewhere.example" + CameraPath + "/problems/p-1/now.jpg", null)]
    [InlineData(null, null)]
    public void Pair_EvidenceOfAnOnset_IsFetchedThroughTheDashboard(string? evidence, string? now)
    {
        var pair = ProblemPair.Of(SiteId.Of("s"), AgentId.Of("a"), evidence);
        Assert.Equal((now, now?.Replace("now", "reference", StringComparison.Ordinal)), (pair?.Now, pair?.Reference));
    }

    [Fact]
    public void Rewrite_AddressesOfTheAgent_BecomeRelative()
    {
        const string Playlist =
            "#EXTM3U\n#EXT-X-MAP:URI=\"http://127.0.0.1:9/api/v1/rooms/R7/cameras/C1/segments/1.mp4\",BYTERANGE=\"9@0\"\n#EXTINF:1,\n/api/v1/rooms/R7/cameras/C1/segments/1.mp4\nsegments/2.mp4\n";
        Assert.Equal(
            "#EXTM3U\n#EXT-X-MAP:URI=\"segments/1.mp4\",BYTERANGE=\"9@0\"\n#EXTINF:1,\nsegments/1.mp4\nsegments/2.mp4\n",
            PlaylistRewriter.Rewrite(Playlist, CameraPath, "")
        );
        Assert.Equal(
            "#EXTM3U\n5.m4s\n../segments/2.mp4\n",
            PlaylistRewriter.Rewrite($"#EXTM3U\r\n{CameraPath}/live/5.m4s\r\n{CameraPath}/segments/2.mp4\r\n", CameraPath, "live/")
        );
    }

    [Theory]
    [InlineData("https://elsewhere.example/x.mp4")]
    [InlineData("//elsewhere.example/x.mp4")]
    [InlineData("/api/v1/rooms/R8/cameras/C1/segments/1.mp4")]
    [InlineData("../../C2/segments/1.mp4")]
    [InlineData("data:video/mp4;base64,AAAA")]
    [InlineData("#EXT-X-KEY:METHOD=AES-128,URI=\"https://elsewhere.example/key\"")]
    public void Rewrite_AddressThatLeadsElsewhere_RefusesThePlaylist(string line) =>
        Assert.Null(PlaylistRewriter.Rewrite($"#EXTM3U\n{line}\n", CameraPath, ""));

    [Fact]
    public void Stretches_NeighbouringSegments_AreJoinedAndCutToTheDay()
    {
        TimelineSegment Segment(long id, double from, double to) => new(id, Day.AddSeconds(from), Day.AddSeconds(to), 1, "", false);
        var timeline = new Timeline(
            Day,
            Day.AddDays(1),
            [Segment(1, -30, 30), Segment(2, 30.05, 90), Segment(3, 100, 160)],
            [new(Day.AddSeconds(90), Day.AddSeconds(100), GapCause.Network, null), new(Day.AddSeconds(160), null, GapCause.Disk, null)],
            0.9
        );
        var stretches = DayView.Of(timeline, Day, Day.AddDays(1), Day.AddSeconds(200));
        Assert.Equal(
            [(0, 90, null), (90, 100, GapCause.Network), (100, 160, null), (160, 200, GapCause.Disk)],
            stretches.Select(s => ((int)(s.Start - Day).TotalSeconds, (int)(s.End - Day).TotalSeconds, s.Cause))
        );
        Assert.Equal(Day.AddSeconds(100), DayView.NearestHeld(stretches, Day.AddSeconds(95)));
        Assert.Equal(Day.AddSeconds(159), DayView.NearestHeld(stretches, Day.AddSeconds(500)));
        Assert.Null(DayView.NearestHeld([], Day));
    }

    [Theory]
    [InlineData(1, "100 %")]
    [InlineData(0.99999999, "99.99 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(0, "0 %")]
    public void Percent_NeverRoundsUp(double share, string expected) => Assert.Equal(expected, SiteClock.Percent(share));

    [Fact]
    public void Midnight_OfADayWithoutMidnight_IsItsFirstMoment()
    {
        // Summer time begins at midnight, as it did in several countries: 00:00 is followed by 01:00.
        var begins = TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 0, 0, 0), 10, 1);
        var ends = TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 0, 0, 0), 3, 20);
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            new(2020, 1, 1),
            new(2030, 12, 31),
            TimeSpan.FromHours(1),
            begins,
            ends
        );
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(-4), "test", "test", "test", [rule]);
        var start = SiteClock.Midnight(new(2023, 10, 1), zone);
        Assert.Equal(new DateTimeOffset(2023, 10, 1, 4, 0, 0, TimeSpan.Zero), start);
        Assert.Equal(TimeSpan.FromHours(23), SiteClock.Midnight(new(2023, 10, 2), zone) - start);
    }

    private static MediaRequest? Parse(string tail, string query) =>
        MediaRequest.Parse(RoomId.Of("R7"), CameraId.Of("C1"), tail, new QueryCollection(QueryHelpers.ParseQuery(query)));
}
