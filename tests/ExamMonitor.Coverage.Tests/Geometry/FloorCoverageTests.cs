using System.Diagnostics;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Geometry;

public sealed class FloorCoverageTests(ITestOutputHelper output)
{
    // Hangs at 2.5 m and sees the whole square below 60° in front of it.
    private static readonly PinholeProjection South = TestScene.Camera(new(4, 0.1, 2.5), new(4, 5, 0), focal: 300);

    private static RoomGeometry Room(MapObstacle? obstacle = null, PlanPoint[]? outline = null, params PinholeProjection[] cameras)
    {
        var map = TestScene.Map([.. cameras.Select((c, i) => TestScene.MapCamera(c, $"C{i + 1}"))]);
        return RoomGeometry.Of(
            map with
            {
                Obstacles = obstacle is null ? null : [obstacle],
                Room = map.Room with { Outline = outline ?? map.Room.Outline },
            }
        );
    }

    [Fact]
    public void Share_OfTwoCameras_CountsOnceAndTwice()
    {
        var north = TestScene.Camera(new(4, 7.9, 2.5), new(4, 3, 0), focal: 300);
        var floor = Room(null, null, South, north).Floor;
        var both = floor.Share(_ => true);
        var south = floor.Share(c => c.Text == "C1");
        Assert.Equal(64, both.FloorAreaM2, 0.01);
        Assert.True(both.ByOne > south.ByOne);
        Assert.Equal(0, south.ByTwo);
        Assert.InRange(both.ByTwo!.Value, 0.4, south.ByOne!.Value);
        Assert.Equal(0, floor.Share(_ => false).ByOne);
        Assert.Equal(2, floor.Seeing(new(4, 4), _ => true));
        Assert.Equal(0, floor.Seeing(new(-4, 4), _ => true));
    }

    [Fact]
    public void Share_PillarHigherThanTheCamera_HidesAllBehindIt()
    {
        var pillar = new MapObstacle([new(3.75, 3), new(4.25, 3), new(4.25, 3.5), new(3.75, 3.5)], 3);
        var floor = Room(pillar, null, South).Floor;
        Assert.Equal(64 - 0.25, floor.Share(_ => true).FloorAreaM2, 0.03);
        Assert.Equal(0, floor.Seeing(new(4, 4), _ => true));
        Assert.Equal(0, floor.Seeing(new(4, 7.5), _ => true));
        Assert.Equal(1, floor.Seeing(new(4, 2.5), _ => true));
        Assert.Equal(1, floor.Seeing(new(5.5, 5), _ => true));
    }

    [Fact]
    public void Share_LowCabinet_HidesOnlyItsShadow()
    {
        // From 2.5 m the far edge at 3.4 m from the camera casts a shadow of 3.4 · 1 / (2.5 − 1) = 2.27 m behind it: to y = 5.77.
        var cabinet = new MapObstacle([new(3.5, 3), new(4.5, 3), new(4.5, 3.5), new(3.5, 3.5)], 1);
        var floor = Room(cabinet, null, South).Floor;
        Assert.Equal(0, floor.Seeing(new(4, 5.6), _ => true));
        Assert.Equal(1, floor.Seeing(new(4, 5.9), _ => true));
    }

    [Fact]
    public void Share_RoomRoundACorner_WallHidesTheFarArm()
    {
        PlanPoint[] l = [new(0, 0), new(8, 0), new(8, 3), new(3, 3), new(3, 8), new(0, 8)];
        var floor = Room(null, l, TestScene.Camera(new(7.8, 1.5, 2.5), new(3, 1.5, 0), focal: 300)).Floor;
        Assert.Equal(1, floor.Seeing(new(2, 1.5), _ => true));
        Assert.Equal(1, floor.Seeing(new(1, 3.4), _ => true));
        Assert.Equal(0, floor.Seeing(new(2.5, 6), _ => true));
        var blind = floor.BlindSpots(_ => true);
        Assert.Equal(blind.OrderByDescending(b => b.AreaM2), blind);
        Assert.True(Polygons.Contains(blind[0].Outline, 2.5, 6));
    }

    [Fact]
    public void BlindSpots_UnhealthyCamera_IsTheWholeFloorWithItsOutline()
    {
        var floor = Room(null, null, South).Floor;
        var spot = Assert.Single(floor.BlindSpots(_ => false));
        Assert.Equal(64, spot.AreaM2, 0.01);
        Assert.Equal(4, spot.Outline.Count);
    }

    [Fact]
    public void BlindSpots_PolygonAreas_MatchTheirCells()
    {
        var cabinet = new MapObstacle([new(3.5, 3), new(4.5, 3), new(4.5, 3.5), new(3.5, 3.5)], 1);
        var blind = Room(cabinet, null, South).Floor.BlindSpots(_ => true);
        Assert.NotEmpty(blind);
        foreach (var spot in blind)
        {
            var area = Polygons.Area([.. spot.Outline.Select(p => new PixelPoint(p.X, p.Y))]);
            Assert.InRange(area, spot.AreaM2 * 0.85, (spot.AreaM2 * 1.15) + 0.02);
        }
    }

    [Fact]
    public void ViewOf_CameraOverTheFloor_IsAPolygonAroundWhatItLooksAt()
    {
        var room = Room(null, null, South);
        var view = room.Floor.ViewOf(TestScene.C1);
        Assert.True(Polygons.Contains(view, 4, 4));
        Assert.False(Polygons.Contains(view, 0.1, 0.1));
        Assert.Empty(room.Floor.ViewOf(CameraId.Of("C9")));
    }

    [Fact]
    public void Share_OfTwentyCamerasOverAHall_TakesNoLongerThanReadingThemOnce()
    {
        var room = Room(null, [new(0, 0), new(20, 0), new(20, 15), new(0, 15)], [.. Enumerable.Repeat(South, 20)]);
        var cells = Enumerable.Range(0, 20).Select(_ => new bool[120_000]).ToArray();
        var seen = 0;
        var combined = Best(() => room.Floor.Share(_ => true));
        var readOnce = Best(() =>
        {
            foreach (var camera in cells)
            foreach (var cell in camera)
                if (cell)
                    seen++;
        });
        output.WriteLine($"20 cameras, 120 000 cells: {combined:0.000} ms; read cell by cell {readOnce:0.000} ms");
        Assert.True(combined < readOnce, $"{combined} ms, cell by cell {readOnce} ms");
        Assert.Equal(0, seen);

        static double Best(Action work) =>
            Enumerable
                .Range(0, 30)
                .Min(_ =>
                {
                    var start = Stopwatch.GetTimestamp();
                    work();
                    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                });
    }

    [Fact]
    public void Of_OutlineOfSquareKilometres_GetsLargerCells()
    {
        var grid = FloorGrid.Over([new(0, 0), new(90_000, 0), new(90_000, 3), new(0, 3)]);
        Assert.InRange(grid.Count, 1, 2 * FloorGrid.MostCells);
    }

    [Fact]
    public void Displaced_CameraTurnedAway_LosesFloorOfThatCameraOnly()
    {
        var room = Room(null, null, South, TestScene.Camera(new(4, 7.9, 2.5), new(4, 3, 0), focal: 300));
        var moved = room.Displaced(TestScene.C1, PictureHomography.Shift(300, 0));
        Assert.True(moved.Floor.Share(c => c == TestScene.C1).ByOne < room.Floor.Share(c => c == TestScene.C1).ByOne);
        Assert.Equal(room.Floor.Share(c => c != TestScene.C1), moved.Floor.Share(c => c != TestScene.C1));
        Assert.Equal(room.Floor.Share(_ => true), moved.Displaced(TestScene.C1, null).Floor.Share(_ => true));
    }
}
