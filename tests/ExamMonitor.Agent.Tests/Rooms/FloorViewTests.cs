using System.Collections.Immutable;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Floor.Publishing;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Floor.Views;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Rooms;

/// <summary>The sample room with its first camera alone.</summary>
public sealed class FloorViewTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly CameraId s_camera = CameraId.Of("C1");
    private static readonly RoomGeometry s_room = RoomGeometry.Of(
        Alone(StationMapFile.Load(Repository.PathOf("samples", "rooms", "room7", "room.json")).Map!)
    );
    private readonly FloorView _floor = new(s_room);

    private static StationMap Alone(StationMap map) => map with { Cameras = [.. map.Cameras.Where(c => c.Id == s_camera)] };

    private double? Percent(CameraHealth? health, params double[] judgedAt)
    {
        CameraHealth[] said = health is { } h ? [h] : [];
        var verdict = new CameraMeasurement(s_now, said, null, null, 1, 100, 0, new Dictionary<StationId, StationByCamera>())
        {
            JudgedAt = judgedAt.Length == 9 ? judgedAt : null,
        };
        var view = RoomView.Begin(s_room.Map, s_now) with
        {
            Cameras = ImmutableDictionary<CameraId, CameraView>.Empty.Add(s_camera, new(said, s_now, null, null, null)),
            Facts = [new(s_camera, "C1", SignalFacts.None, new(true, s_now, null, null), verdict)],
        };
        return _floor.Percent(view);
    }

    private double DensityOf(string station) => _floor.Geometry.CameraOf(s_camera).ViewOf(StationId.Of(station)).PxPerMetre;

    [Fact]
    public void Percent_Bumped_IsThatOfWhereTheCameraLooksNow()
    {
        var (commissioned, density) = (Percent(CameraHealth.Ok), DensityOf("S01"));
        Assert.InRange(commissioned!.Value, 20, 100);
        var bumped = Percent(CameraHealth.Moved, 1.02, 0, 160, 0, 1.02, -60, 0, 0, 1);
        Assert.InRange(Math.Abs(bumped!.Value - commissioned.Value), 1, 60);
        Assert.InRange(DensityOf("S01") / density, 1.005, 1.05);
        Assert.Equal(commissioned, Percent(CameraHealth.Ok));
        Assert.Equal(density, DensityOf("S01"));
    }

    [Fact]
    public void Percent_MovedTooFarFaultyOrUnmeasured_ProvesNoFloor()
    {
        Assert.Equal(0, Percent(CameraHealth.Moved));
        Assert.Equal(0, Percent(CameraHealth.Covered));
        Assert.Null(Percent(null));
        Assert.Equal(Percent(CameraHealth.Ok), Percent(CameraHealth.Noisy));
    }

    [Fact]
    public void Percent_SwayOfAFewPixels_IsNotLookedAtAgain()
    {
        Percent(CameraHealth.Moved, 1, 0, 40, 0, 1, 0, 0, 0, 1);
        var room = _floor.Geometry;
        Percent(CameraHealth.Moved, 1, 0, 43, 0, 1, 1, 0, 0, 1);
        Assert.Same(room, _floor.Geometry);
        Percent(CameraHealth.Moved, 1, 0, 46, 0, 1, 1, 0, 0, 1);
        Assert.NotSame(room, _floor.Geometry);
    }

    private StationInView? Shown(string station) => _floor.Views.Single().Stations.FirstOrDefault(s => s.Station.Text == station);

    private static PixelPoint Middle(StationInView station) => new(station.Outline.Average(p => p.U), station.Outline.Average(p => p.V));

    /// <summary>The picture moved by 96 of 960 and 54 of 540 pixels, a tenth each way: so do the outlines, and back.</summary>
    [Fact]
    public void Views_Bumped_OutlinesLieWhereStationsAreJudged()
    {
        Percent(CameraHealth.Ok);
        var views = _floor.Views;
        var commissioned = Middle(Shown("S01")!);
        Percent(CameraHealth.Ok);
        Assert.Same(views, _floor.Views);
        Percent(CameraHealth.Moved, 1, 0, 96, 0, 1, 54, 0, 0, 1);
        var bumped = Middle(Shown("S01")!);
        Assert.Equal(commissioned.U + 0.1, bumped.U, 1e-9);
        Assert.Equal(commissioned.V + 0.1, bumped.V, 1e-9);
        Percent(CameraHealth.Ok);
        Assert.Equal(commissioned, Middle(Shown("S01")!));
    }

    [Fact]
    public void Views_MovedTooFar_NoOutlineIsDrawnWhereNobodyJudges()
    {
        Percent(CameraHealth.Ok);
        Assert.NotNull(Shown("S01"));
        Percent(CameraHealth.Moved);
        Assert.Empty(_floor.Views.Single().Stations);
        Assert.Empty(_floor.Views.Single().FloorView);
        Percent(CameraHealth.Ok);
        Assert.NotNull(Shown("S01"));
    }

    [Fact]
    public void Manifest_CameraBumpedAndScheduleChanged_IsToldWithBoth()
    {
        var told = new List<AgentManifest>();
        var digest = "a";
        var room = new RoomSetup(
            s_room.Map,
            Repository.PathOf("samples", "rooms", "room7", "room.json"),
            s_room,
            [new(new(s_room.Map.Room.Id, s_camera, new("rtsp://127.0.0.1:1/none")), s_room.Map.Cameras[0])]
        );
        var manifest = new ManifestPublisher(
            ManifestComposer.Of([room], [], "Asia/Shanghai", digest, s_now),
            () => [(room.Id, _floor.Views)],
            () => digest,
            told.Add,
            TimeProvider.System
        );
        manifest.Publish();
        Assert.Empty(told);
        manifest.Begin();
        Percent(CameraHealth.Moved, 1, 0, 96, 0, 1, 54, 0, 0, 1);
        manifest.Publish();
        digest = "b";
        manifest.Publish();
        Assert.Equal(["a", "a", "b"], told.Select(m => m.ScheduleDigest));
        var places = told.ConvertAll(m => Middle(m.Rooms[0].Cameras.Single().Stations.First(v => v.Station.Text == "S01")).U);
        Assert.Equal(places[0] + 0.1, places[1], 1e-9);
        Assert.Equal(places[1], places[2]);
    }
}
