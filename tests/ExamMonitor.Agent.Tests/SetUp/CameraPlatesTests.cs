using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.SetUp.Pictures;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>What one picture with plates in it makes of a camera.</summary>
public sealed class CameraPlatesTests
{
    private static readonly StationMap s_map = StationMapFile.Load(Repository.PathOf("samples", "rooms", "room7", "room.json")).Map!;
    private static readonly TakenPicture s_picture = new("pictures/C1-x.png", default, s_map.Cameras[0].Image, "00", null, []);

    [Fact]
    public void Solve_TwoPlatesOfOneNumber_UsesNeitherAndSaysWhere()
    {
        var seen = Seen();
        var clean = Solve(seen);
        Assert.DoesNotContain(clean.Findings, f => f.Code == "plate-twice");
        var twice = Solve([.. seen, seen[0] with { Center = new(500, 100) }]);
        var finding = Assert.Single(twice.Findings, f => f.Code == "plate-twice");
        Assert.Equal((s_map.Cameras[0].Id, FindingLevel.Error), (finding.Camera, finding.Level));
        Assert.Contains("(500, 100)", finding.Problem.En, StringComparison.Ordinal);
        Assert.Equal(clean.Calibrated.Calibration!.Points.Count - 1, twice.Calibrated.Calibration!.Points.Count);
        Assert.Equal("spatial", twice.Result.Kind);
    }

    [Fact]
    public void Solve_PlateOnAnotherStationsWorktop_IsNamed()
    {
        var seen = Seen();
        var swapped = Solve([seen[0] with { Center = seen[1].Center }, seen[1] with { Center = seen[0].Center }, .. seen.Skip(2)]);
        Assert.Contains(swapped.Findings, f => f.Code is "point-other-station" or "point-wrong" && f.Camera == s_map.Cameras[0].Id);
    }

    [Fact]
    public void Solve_PlateOfNoStation_IsSaidAndLeftOut()
    {
        var one = Solve([.. Seen(), new(99, new(300, 300), 20, 1)]);
        Assert.Contains("plate 99", Assert.Single(one.Findings, f => f.Code == "plate-unknown").Problem.En, StringComparison.Ordinal);
    }

    private static CameraFromPlates Solve(IReadOnlyList<PlateSighting> seen) =>
        CameraPlates.Solve(
            s_map,
            0,
            s_picture,
            new(s_map.Cameras[0].Image, 1, seen),
            PlateNumbers.Of(s_map).Numbers!,
            0,
            new PlanningCache()
        );

    /// <summary>
    /// A plate in the middle of every worktop, where the sample's camera sees it; nothing but them and two corners of the floor.
    /// </summary>
    private static PlateSighting[] Seen()
    {
        var lens = RoomGeometry.Of(s_map).Cameras[0].Projection!;
        var numbers = PlateNumbers.Of(s_map).Numbers!;
        return
        [
            .. s_map.Stations.Select(s => new PlateSighting(
                numbers.TagOf(s.Id),
                lens.Project(new(s.Center.X, s.Center.Y, s.Height))!.Value,
                20,
                1
            )),
        ];
    }
}
