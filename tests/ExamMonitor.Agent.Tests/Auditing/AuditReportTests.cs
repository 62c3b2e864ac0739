using ExamMonitor.CommandLine.Auditing.Report;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Auditing;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using Xunit;
using CameraVerdict = ExamMonitor.Coverage.Judging.CameraVerdict;

namespace ExamMonitor.Agent.Tests.Auditing;

public sealed class AuditReportTests
{
    private static readonly CameraId s_camera = CameraId.Of("C1");
    private static readonly StationId[] s_stations = [StationId.Of("S1"), StationId.Of("S2")];

    [Fact]
    public void Lane_SameValueForHours_IsOneSpell()
    {
        var lane = new AuditLane();
        for (var s = 0; s < 7200; s++)
            lane.Take(s + (0.04 * (s % 3)), "yes");
        lane.Take(7200, "no");
        lane.Take(7260, "no");
        Assert.Equal([new(0, 7200, "yes"), new(7200, 7201, "no"), new(7260, 7261, "no")], lane.Spells);
        Assert.Equal(7200, lane.Seconds["yes"], 1.0);
        Assert.Equal(2, lane.Seconds["no"], 0.1);
    }

    [Fact]
    public void Lane_ThatCannotSay_CountsBesideTheShareAndNotInIt()
    {
        var lane = new AuditLane();
        Assert.Null(lane.Share("yes"));
        foreach (var (second, claim) in ((int, bool?)[])[(0, null), (1, null), (2, true), (3, true), (4, false), (5, true)])
            lane.Take(second, AuditLane.Word(claim));
        Assert.Equal(0.75, lane.Share("yes"));
        Assert.Equal(2, lane.UnknownSeconds);
    }

    [Fact]
    public void Stations_ThatFailTogether_AreOneProblemWithItsTimesAndBothOutlines()
    {
        var camera = Report().Cameras[0];
        for (var s = 0; s < 60; s++)
            camera.Take(
                s,
                Verdict(s, first: s is >= 20 and < 40 ? Reasons.TooDark : null, second: s is >= 23 and < 45 ? Reasons.TooDark : null),
                Frame(s)
            );
        var problem = Assert.Single(camera.Problems);
        Assert.Equal((20, 23, 45), (problem.Since, problem.Settled, problem.Ended));
        Assert.Equal(s_stations, problem.Stations);
        Assert.Equal("Stations 1 and <2> are too dark: mend or switch on their light.", problem.Text.En);
        Assert.Equal(2, problem.Outlines.Count);
        Assert.NotNull(problem.Picture);
    }

    [Fact]
    public void Condition_ThatLastsToTheEnd_StaysOpen_AndAnotherTimeIsAnotherProblem()
    {
        var camera = Report().Cameras[0];
        for (var s = 0; s < 60; s++)
            camera.Take(s, Verdict(s, s is >= 10 and < 20 or >= 50 ? CameraHealth.Covered : CameraHealth.Ok), Frame(s));
        Assert.Equal([(10, 20), (50, null)], camera.Problems.Select(p => (p.Since, p.Ended)));
        Assert.Equal(20, camera.Health.Seconds["covered"]);
    }

    [Fact]
    public async Task Page_IsWholeByItselfAndCarriesNothingFromOutsideAsMarkup()
    {
        var report = Report();
        for (var s = 0; s < 40; s++)
            report.Take(s, Verdict(s, first: s >= 20 ? Reasons.Obstructed : null), Frame(s));
        report.Close();
        using var writer = new StringWriter();
        await ReportPage.WriteAsync(writer, report, DateTimeOffset.UnixEpoch);
        var html = writer.ToString();
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.All(
            System.Text.RegularExpressions.Regex.Matches(html, "href=\"([^\"]{0,5})").Select(m => m.Groups[1].Value),
            h => Assert.True(h.StartsWith('#') || h == "data:", h)
        );
        // Commissioned picture once, the moment's once; each drawing names itself to who cannot see it.
        Assert.Equal(2, System.Text.RegularExpressions.Regex.Count(html, "data:image/jpeg"));
        Assert.Equal(
            System.Text.RegularExpressions.Regex.Count(html, "role=\"img\""),
            System.Text.RegularExpressions.Regex.Count(html, "role=\"img\" aria-label=")
        );
        Assert.Equal(
            System.Text.RegularExpressions.Regex.Count(html, "<th"),
            System.Text.RegularExpressions.Regex.Count(html, "<th scope=") + System.Text.RegularExpressions.Regex.Count(html, "<thead")
        );
        Assert.Contains("工位 1 被持续遮挡", html, StringComparison.Ordinal);
    }

    private static AuditReport Report()
    {
        var map = new StationMap(
            StationMap.SchemaName,
            new(RoomId.Of("R1"), "<script>", [new(0, 0), new(4, 0), new(4, 4), new(0, 4)], 3),
            [
                new(s_stations[0], "1", new(1, 1), new(1, 0.6), 0.75, Regions: Region(20)),
                new(s_stations[1], "<2>", new(3, 1), new(1, 0.6), 0.75, Regions: Region(90)),
            ],
            [new(s_camera, new(160, 90))]
        );
        var setup = new CameraSetup(new StationsInView(CameraGeometry.Of(map, map.Cameras[0])), new Picture(160, 90), []);
        return new(map, [(setup, "/footage/C1.mp4")]);
    }

    private static Dictionary<CameraId, IReadOnlyList<PixelPoint>> Region(double u) =>
        new() { [s_camera] = [new(u, 20), new(u + 40, 20), new(u + 40, 50), new(u, 50)] };

    private static AuditPicture Frame(double seconds) => new(s_camera, seconds, new(160, 90), new byte[160 * 90 * 3 / 2]);

    private static CameraVerdict Verdict(int at, CameraHealth health = CameraHealth.Ok, string? first = null, string? second = null)
    {
        var now = DateTimeOffset.UnixEpoch.AddSeconds(at);
        StationVerdict Station(int i, string? reason) =>
            new(
                s_stations[i],
                reason == Reasons.Obstructed ? false : true,
                now,
                reason is Reasons.TooDark ? false : true,
                now,
                1,
                null,
                reason,
                120
            );
        return new(s_camera, now, [health], now, null, null, 1, 120, 0, 1, [Station(0, first), Station(1, second)]);
    }
}
