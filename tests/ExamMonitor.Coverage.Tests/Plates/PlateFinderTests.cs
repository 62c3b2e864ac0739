using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Plates;

public sealed class PlateFinderTests(ITestOutputHelper output)
{
    [Fact]
    public void Find_EveryTagOfTheFamily_ReadsItsOwnNumber()
    {
        using var finder = new PlateFinder();
        for (var first = 0; first < TagFamily36h11.Count; first += 150)
        {
            var scene = new PlateScene(15 * 50, 10 * 50);
            var tags = Enumerable.Range(first, Math.Min(150, TagFamily36h11.Count - first)).ToArray();
            for (var i = 0; i < tags.Length; i++)
                scene.DrawTilted(tags[i], 25 + (50 * (i % 15)), 25 + (50 * (i / 15)), 32, 0);
            var found = finder.Find([scene.Take()]);
            Assert.Equal(tags, found.Select(f => f.Tag));
            Assert.All(
                found,
                f =>
                    Assert.True(
                        double.Hypot(f.Center.U - 25 - (50 * ((f.Tag - first) % 15)), f.Center.V - 25 - (50 * ((f.Tag - first) / 15))) < 1
                    )
            );
            Assert.All(found, f => Assert.InRange(f.SidePx, 30, 34));
        }
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(28, 45)]
    [InlineData(40, 60)]
    public void Find_SmallestPromisedSide_IsRead(double side, double degrees)
    {
        var scene = new PlateScene(640, 360);
        for (var i = 0; i < 40; i++)
            scene.DrawTilted(i, 40 + (80 * (i % 8)) + (i * 0.13), 36 + (72 * (i / 8)) + (i * 0.21), side, degrees);
        using var finder = new PlateFinder();
        var one = finder.Find([scene.Take(0.5, 3)]).Count;
        var three = finder.Find([scene.Take(0.5, 3), scene.Take(0.5, 3), scene.Take(0.5, 3)]).Count;
        output.WriteLine($"{side} px at {degrees}°: {one} of 40 in one picture, {three} of 40 over three");
        Assert.True(three >= 38, $"{three} of 40");
    }

    [Fact]
    public void Find_PlateHiddenInOneOfThreePictures_IsStillSeen_AndAFleetingOneIsNot()
    {
        PlateScene Scene(bool hidden)
        {
            var scene = new PlateScene(320, 180);
            scene.DrawTilted(7, 80, 90, 40, 10);
            if (hidden)
                scene.DrawBlock(50, 60, 60, 60);
            return scene;
        }

        using var finder = new PlateFinder();
        var seen = Assert.Single(finder.Find([Scene(false).Take(), Scene(true).Take(), Scene(false).Take()]));
        Assert.Equal((7, 2), (seen.Tag, seen.Pictures));
        Assert.Empty(finder.Find([Scene(true).Take(), Scene(true).Take(), Scene(true).Take(), Scene(false).Take()]));
    }

    [Fact]
    public void Find_SampleRoomWithoutPlates_SeesNone()
    {
        using var finder = new PlateFinder();
        foreach (var camera in Geometry.SampleRoom.Map.Cameras)
            Assert.Empty(finder.Find([Picture.Decode(File.ReadAllBytes(Path.Combine(Geometry.SampleRoom.Folder, camera.Reference!)))]));
    }

    [Fact]
    public void Check_PlatesOnWorktops_SwappedTwiceAndMissing_AreTold()
    {
        var map = Geometry.SampleRoom.Map;
        // The room's C3 looks down on the first tables; recorded at twice the map's size, as a 1080p camera would be.
        var camera = CameraGeometry.Of(map, map.Cameras[2] with { RecordedSize = new(1920, 1080) });
        var (numbers, _) = PlateNumbers.Of(map);
        var scene = new PlateScene(1920, 1080);
        // S06 and S07 in place, S05 and S10 swapped, S03's plate at two places, S04's missing.
        foreach (var (tag, at) in new[] { (6, 6), (7, 7), (5, 10), (10, 5), (3, 3), (3, 2) })
            scene.Lay(camera, map.Stations[at - 1], tag);
        using var finder = new PlateFinder();
        var seen = finder.Find([scene.Take(), scene.Take()]);
        var findings = PlateCheck
            .Check(map, camera, PlateCheck.AtMapSize(seen, new(1920, 1080), map.Cameras[2].Image), numbers!)
            .ToDictionary(f => f.Station.Text);
        Assert.Equal(PlateState.InPlace, findings["S06"].State);
        Assert.Equal(PlateState.InPlace, findings["S07"].State);
        Assert.Equal((PlateState.Elsewhere, "S10"), (findings["S05"].State, findings["S05"].At!.Value.Text));
        Assert.Equal((PlateState.Elsewhere, "S05"), (findings["S10"].State, findings["S10"].At!.Value.Text));
        Assert.Equal(PlateState.Twice, findings["S03"].State);
        Assert.Equal(PlateState.NotSeen, findings["S04"].State);
        Assert.False(findings.ContainsKey("S09")); // out of this camera's picture
        Assert.All(findings.Values, f => Assert.Contains(f.Text.Zh, c => c >= 0x4E00));
        var points = PlateCheck.Points(map, PlateCheck.AtMapSize(seen, new(1920, 1080), map.Cameras[2].Image), numbers!);
        var point = Assert.Single(points, p => p.Plan.X == map.Stations[5].Center.X && p.Plan.Y == map.Stations[5].Center.Y);
        var truth = camera.Projection!.Project(point.Plan)!.Value;
        Assert.True(double.Hypot(truth.U - point.Pixel.U, truth.V - point.Pixel.V) < 0.5);
    }
}
