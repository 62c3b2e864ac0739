using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;

namespace ExamMonitor.Dashboard.Tests.State;

/// <summary>A camera's picture shows what this camera proves, and a problem leads to its moment.</summary>
public sealed class CameraProofTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, true, Mark.Yes, Mark.Yes)]
    [InlineData(CameraHealth.Covered, true, Mark.Yes, Mark.No)]
    [InlineData(CameraHealth.Covered, null, Mark.Yes, Mark.No)]
    [InlineData(CameraHealth.Frozen, true, Mark.Yes, Mark.No)]
    [InlineData(CameraHealth.Noisy, true, Mark.Yes, Mark.Yes)]
    [InlineData(null, false, Mark.Yes, Mark.No)]
    [InlineData(null, null, Mark.Yes, Mark.Unknown)]
    [InlineData(null, true, Mark.No, Mark.No)]
    [InlineData(null, true, Mark.Unknown, Mark.Unknown)]
    public void Of_StationThatTheRoomProves_SaysWhatThisCameraProves(CameraHealth? health, bool? seen, Mark recording, Mark expected)
    {
        var place = DemoFloor.Manifest(Now, 1).Rooms[0];
        var words = DemoFloor.Station(0, Now, 1) with
        {
            Cameras = [new(DemoFloor.Cameras[0], seen, true, 182, 0.9, null), new(DemoFloor.Cameras[1], true, true, 150, 0.9, null)],
        };
        var fine = new ClaimReading(Mark.Yes, Now, null, Silence.None);
        var station = new StationReading(place.Stations[0], fine, fine, fine, words);
        var status = health is { } h ? DemoFloor.Camera(0, Now, 1, h) : DemoFloor.Camera(0, Now, 1);
        var camera = new CameraReading(place.Cameras[0], health is null ? Mark.Yes : Mark.No, recording, Silence.None, status, null);
        Assert.Equal(expected, CameraProof.Of(camera, station));
        Assert.Equal(Mark.Unknown, CameraProof.Of(camera with { Silence = Silence.NothingHeard }, station));
    }

    [Theory]
    [InlineData("camera-covered", "C1", null, "/cameras/demo/R7/C1?at=2026-03-02T00%3A59%3A50")]
    [InlineData("camera-moved", "C1", null, "/set-up/demo/agent-1/R7#calibrate/C1,moved")]
    [InlineData("station-not-covered", null, "S01", "/cameras/demo/R7/C1?at=2026-03-02T00%3A59%3A50")]
    [InlineData("room-not-ready", null, null, "/readiness#demo-R7")]
    [InlineData("plate-wrong", null, "S01", "/readiness#demo-R7")]
    [InlineData("approval-waits", null, null, "/retention")]
    [InlineData("free-space-unknown", null, null, "/retention")]
    [InlineData("clock-jump-refused", null, null, "/retention")]
    [InlineData("scrub-late", null, null, "/ledger")]
    [InlineData("day-line-changed", null, null, "/ledger")]
    [InlineData("ledger-forked", null, null, "/ledger")]
    [InlineData("space-short", null, null, "/retention")]
    [InlineData("schedule-unreadable", null, null, "/sessions")]
    [InlineData("something-new", null, null, "/rooms/demo/R7")]
    public void Links_OfAProblem_LeadToItsMomentOrPage(string code, string? camera, string? station, string expected)
    {
        var place = DemoFloor.Manifest(Now, 1).Rooms[0];
        var room = new RoomReading(DemoFloor.Site, DemoFloor.Agent, place, Silence.None, null, null, [], [], TimeZoneInfo.Utc);
        var subject = new ProblemSubject(
            DemoFloor.Room,
            camera is null ? null : CameraId.Of(camera),
            station is null ? null : StationId.Of(station)
        );
        Assert.StartsWith(expected, ProblemLinks.Of(DemoFloor.Site, code, subject, Now, room)[0].Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_OfEveryProblemThatIsDocumented_LeadToAPageThatTheAccountMayOpen()
    {
        var subject = new ProblemSubject(null, null, null);
        var codes = File.ReadLines(Repository.PathOf("docs", "operations.md"))
            .SkipWhile(l => l != "## Problems")
            .TakeWhile(l => !l.StartsWith("## Scrub", StringComparison.Ordinal))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(l => l.Split('|')[1].Split(','))
            .Select(c => c.Trim().Trim('`'))
            .ToList();
        Assert.True(codes.Count > 50, $"{codes.Count}");
        foreach (var code in codes)
        {
            var links = ProblemLinks.Of(DemoFloor.Site, code, subject, Now, null);
            Assert.Contains(links, l => l.Policy is null);
            Assert.All(links, l => Assert.Equal(AccessTable.Rules.FirstOrDefault(r => r.Route == l.Address)?.Policy, l.Policy));
        }
    }
}
