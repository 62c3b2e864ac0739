using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Geometry;

public sealed class CameraGeometryTests
{
    private static readonly PinholeProjection Truth = TestScene.Camera(new(4, 0.3, 2.6), new(4, 5, 0.5));

    [Fact]
    public void ViewOf_StationAhead_HasTheDensityOfATargetFacingTheCamera()
    {
        var map = TestScene.Map([TestScene.MapCamera(Truth)], TestScene.Station("S01", 4, 5));
        var view = CameraGeometry.Of(map, map.Cameras[0]).Stations[0];
        var centre = new Vec3(4, 5, 0.75 + 0.175);
        var depth = Truth.Rotation.Apply(centre).Z + Truth.Translation.Z;
        Assert.Equal(500 / depth, view.PxPerMetre, 0.5);
        Assert.True(view.WorktopPxPerMetre < 0.6 * view.PxPerMetre);
        Assert.Equal(DensityBasis.Calibrated, view.Basis);
        Assert.Equal(1, view.InPictureShare);
        Assert.Equal(32, view.Outline.Count);
        Assert.True(view.WorkVolume.Min(p => p.V) < view.Outline.Min(p => p.V));
        Assert.Equal(ViewShortfall.TooFar, view.Shortfall);
    }

    [Fact]
    public void ViewOf_RecordedLargerThanMarked_CountsDensityAtTheRecordedSize()
    {
        var camera = TestScene.MapCamera(Truth) with { RecordedSize = new(2000, 1200) };
        var map = TestScene.Map([TestScene.MapCamera(Truth)], TestScene.Station("S01", 4, 5));
        var small = CameraGeometry.Of(map, map.Cameras[0]).Stations[0];
        var large = CameraGeometry.Of(map, camera).Stations[0];
        Assert.Equal(2 * small.PxPerMetre, large.PxPerMetre, 0.01);
        Assert.Equal(small.Outline, large.Outline);
        Assert.True(large.Passes);
    }

    [Theory]
    [InlineData(null, null, 125)]
    [InlineData(60.0, null, 60)]
    [InlineData(60.0, 40.0, 40)]
    public void Requirements_StationOverRoomOverDefault(double? room, double? station, double expected)
    {
        var s = TestScene.Station("S01", 4, 5) with { Requirements = station is null ? null : new(station) };
        var map = TestScene.Map([TestScene.MapCamera(Truth)], s) with { Requirements = room is null ? null : new(room) };
        Assert.Equal(expected, StationRequirements.Of(map, s).DensityPxPerMetre);
        Assert.Equal(0.75, StationRequirements.Of(map, s).InPictureShare);
    }

    [Fact]
    public void ViewOf_StationUnderAndBehindTheCamera_IsCutAtTheView()
    {
        var map = TestScene.Map(
            [TestScene.MapCamera(Truth)],
            TestScene.Station("S01", 4, 0.6, 90),
            TestScene.Station("S02", 4, -3),
            TestScene.Station("S03", 0.4, 3)
        );
        var camera = CameraGeometry.Of(map, map.Cameras[0]);
        Assert.Equal(0, camera.Stations[0].InPictureShare);
        Assert.Empty(camera.Stations[0].Visible);
        Assert.Empty(camera.Stations[1].Outline);
        Assert.Equal(0, camera.Stations[1].PxPerMetre);
        Assert.InRange(camera.Stations[2].InPictureShare, 0.05, 0.7);
        Assert.All(camera.Stations[2].Visible, p => Assert.True(p.U is >= -1e-9 and <= 1000.000001 && p.V is >= -1e-9 and <= 600.000001));
        Assert.Equal(ViewShortfall.OutsidePicture, camera.Stations[2].Shortfall);
    }

    [Fact]
    public void ViewOf_HandDrawnRegion_WinsAndItsDensityIsSaidToBeEstimated()
    {
        PixelPoint[] region = [new(900, 100), new(1100, 100), new(1100, 200), new(900, 200)];
        var station = TestScene.Station("S01", 4, 5) with
        {
            Regions = new Dictionary<Contracts.CameraId, IReadOnlyList<PixelPoint>> { [TestScene.C1] = region },
        };
        var drawnOnly = new MapCamera(TestScene.C1, TestScene.Size);
        var map = TestScene.Map([drawnOnly], station);
        var view = CameraGeometry.Of(map, drawnOnly).Stations[0];
        Assert.True(view.HandDrawn);
        Assert.Equal(region, view.Outline);
        Assert.Equal(0.5, view.InPictureShare, 1e-9);
        Assert.Equal(DensityBasis.Region, view.Basis);
        Assert.Equal(Math.Sqrt(200 * 100 / (1.2 * 0.65)), view.PxPerMetre, 0.01);
        var calibrated = CameraGeometry.Of(map, TestScene.MapCamera(Truth)).Stations[0];
        Assert.Equal(region, calibrated.Outline);
        Assert.Equal(DensityBasis.Calibrated, calibrated.Basis);
        Assert.Null(new StationsInView(CameraGeometry.Of(map, drawnOnly)).Stations([])[0].PxPerMetre);
    }

    [Fact]
    public void Displaced_CameraTurned_PutsStationsWhereTheTurnedCameraSeesThem()
    {
        var turn = Rotation.About(new(0.01, 0.03, 0.005)); // 1.8° in all, in the camera's own axes
        var turned = new PinholeProjection(Truth.Size, 500, 0, turn.Times(Truth.Rotation), turn.Apply(Truth.Translation));
        var map = TestScene.Map([TestScene.MapCamera(Truth)], TestScene.Station("S01", 4, 5), TestScene.Station("S02", 0.6, 3.2));
        var camera = CameraGeometry.Of(map, map.Cameras[0]);
        var moved = HomographyOf(turn);
        var displaced = camera.Displaced(moved);
        foreach (var (now, s) in displaced.Stations.Zip(map.Stations))
        {
            var expected = StationShape.Outline(turned, StationShape.Corners(s, 0));
            Assert.All(now.Outline.Zip(expected), p => Assert.True(double.Hypot(p.First.U - p.Second.U, p.First.V - p.Second.V) < 0.2));
            Assert.Equal(StationShape.InPictureShare(turned, s), now.InPictureShare, 0.01);
        }

        Assert.NotEqual(camera.Stations[1].InPictureShare, displaced.Stations[1].InPictureShare);
        Assert.Equal(turn.Angle * 180 / Math.PI, camera.TurnDegrees(moved)!.Value, 0.05);
        Assert.Equal(camera.Stations[0].PxPerMetre, displaced.Displaced(null).Stations[0].PxPerMetre);
    }

    [Fact]
    public void StationsInView_Displaced_KeepsTheSameStationsInTheSameOrder()
    {
        var map = TestScene.Map(
            [TestScene.MapCamera(Truth)],
            TestScene.Station("S01", 4, 5),
            TestScene.Station("S02", 4, -3),
            TestScene.Station("S03", 0.4, 3)
        );
        var view = new StationsInView(CameraGeometry.Of(map, map.Cameras[0]));
        Assert.Equal(["S01", "S03"], view.Stations([]).Select(s => s.Station.Text));
        var gone = view.Stations([1, 0, 5000, 0, 1, 0, 0, 0, 1]);
        Assert.Equal(["S01", "S03"], gone.Select(s => s.Station.Text));
        Assert.All(gone, s => Assert.Equal(0, s.InPictureShare));
        Assert.All(gone, s => Assert.True(s.Worktop.Count >= 3));
        Assert.Throws<ArgumentException>(() => view.Stations([1, 2, 3]));
    }

    [Fact]
    public void Homography_InverseAndScale_RoundTrip()
    {
        var h = new PictureHomography(1.02, 0.01, 8, -0.02, 0.99, -5, 1e-5, 2e-5, 1);
        var p = new PixelPoint(321, 123);
        var back = h.Inverse()!.Value.Apply(h.Apply(p)!.Value)!.Value;
        Assert.Equal(p.U, back.U, 1e-9);
        var half = h.Scaled(new(960, 540), new(480, 270));
        Assert.Equal(h.Apply(p)!.Value.V / 2, half.Apply(new(p.U / 2, p.V / 2))!.Value.V, 1e-9);
        Assert.Null(new PictureHomography(1, 1, 0, 1, 1, 0, 0, 0, 1).Inverse());
    }

    [Fact]
    public void SampleRoom_StationsOfC1AndC2_AllPass_AndC3MissesTheLastRow()
    {
        var room = RoomGeometry.Of(SampleRoom.Map);
        Assert.All(
            room.Cameras[0].Stations.Concat(room.Cameras[1].Stations),
            s => Assert.True(s.Passes, $"{s.Camera} {s.Station}: {s.Shortfall}")
        );
        Assert.Equal(["S08", "S09", "S11", "S12"], room.Cameras[2].Stations.Where(s => !s.Passes).Select(s => s.Station.Text));
        Assert.Equal("C3", room.Best(Contracts.StationId.Of("S06"))!.Camera.Text);
        Assert.InRange(room.Floor.Share(_ => true).ByOne!.Value, 0.99, 1);
    }

    private static PictureHomography HomographyOf(Rotation r)
    {
        PictureHomography k = new(500, 0, 500, 0, 500, 300, 0, 0, 1);
        PictureHomography m = new(r.R0.X, r.R0.Y, r.R0.Z, r.R1.X, r.R1.Y, r.R1.Z, r.R2.X, r.R2.Y, r.R2.Z);
        return k.After(m).After(k.Inverse()!.Value);
    }
}
