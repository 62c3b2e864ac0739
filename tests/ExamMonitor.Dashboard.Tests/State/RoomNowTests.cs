using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Tests.Fixtures;

namespace ExamMonitor.Dashboard.Tests.State;

/// <summary>The worst thing now comes first, what concerns later comes second.</summary>
public sealed class RoomNowTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NothingWrong_IsFine() => Assert.Equal(new(RoomRank.Fine, null, null, 0, null), RoomNow.Of(Room(), []));

    [Fact]
    public void Of_CoveredLensBesideACriticalReadiness_TheLensComesFirst()
    {
        var now = RoomNow.Of(
            Room(),
            [
                Problem("room-not-ready", Severity.Critical, null, "Not ready for session demo-2."),
                Problem("camera-covered", Severity.Warning, DemoFloor.Cameras[1], "North-east: the lens is blocked."),
            ]
        );
        Assert.Equal(
            (RoomRank.Warning, "North-east: the lens is blocked.", "Not ready for session demo-2.", 0),
            (now.Rank, now.Text?.En, now.Later?.En, now.More)
        );
    }

    [Fact]
    public void Of_NotReadyAlone_IsNoFaultNow()
    {
        var now = RoomNow.Of(Room(), [Problem("room-not-ready", Severity.Critical, null, "Not ready for session demo-2.")]);
        Assert.Equal((RoomRank.Fine, null, "Not ready for session demo-2."), (now.Rank, now.Text, now.Later?.En));
    }

    [Fact]
    public void Of_CameraFaultThatNoProblemTells_IsSaidWhileEveryStationHolds()
    {
        var now = RoomNow.Of(Room(health: CameraHealth.Covered), []);
        Assert.Equal(RoomRank.Warning, now.Rank);
        Assert.StartsWith("North-west: ", now.Text?.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_StationThatFails_IsWorseThanACamerasFault()
    {
        var now = RoomNow.Of(
            Room(covered: DemoFloor.Occluded(Now)),
            [Problem("camera-noisy", Severity.Warning, DemoFloor.Cameras[1], "North-east: noisy.")]
        );
        Assert.Equal((RoomRank.Critical, 1), (now.Rank, now.More));
        Assert.StartsWith("Something stands in front", now.Text?.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SilentRoom_ClaimsNothing() =>
        Assert.Equal(RoomRank.Silent, RoomNow.Of(Room() with { Silence = Silence.AgentOffline }, []).Rank);

    private static ProblemEvent Problem(string code, Severity severity, CameraId? camera, string en) =>
        new(
            ProblemEvent.SchemaName,
            Now,
            1,
            DemoFloor.Agent,
            code,
            ProblemChange.Opened,
            code,
            severity,
            new(DemoFloor.Room, camera, null),
            Now.AddMinutes(-1),
            new(en, en),
            null
        );

    private static RoomReading Room(Claim? covered = null, CameraHealth? health = null)
    {
        var place = DemoFloor.Manifest(Now, 1).Rooms[0];
        ClaimReading Claim(Claim? claim) =>
            claim is null
                ? new(Mark.Yes, Now, null, Silence.None)
                : new(claim.Value == true ? Mark.Yes : Mark.No, claim.Since, claim.Text, Silence.None);
        var camera = health is { } h ? DemoFloor.Camera(0, Now, 1, h) : DemoFloor.Camera(0, Now, 1);
        return new(
            DemoFloor.Site,
            DemoFloor.Agent,
            place,
            Silence.None,
            null,
            null,
            [.. place.Stations.Select((s, i) => new StationReading(s, Claim(i == 3 ? covered : null), Claim(null), Claim(null), null))],
            [
                .. place.Cameras.Select(
                    (c, i) =>
                        new CameraReading(
                            c,
                            i == 0 && health is not null ? Mark.No : Mark.Yes,
                            Mark.Yes,
                            Silence.None,
                            i == 0 ? camera : null,
                            null
                        )
                ),
            ],
            TimeZoneInfo.Utc
        );
    }
}
