using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Geometry;

public sealed class CameraSolverTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(6, 0.8, 0.98)]
    [InlineData(8, 0.9, 0.99)]
    [InlineData(12, 0.97, 0.995)]
    [InlineData(24, 1.0, 1.0)]
    public void Solve_RandomCamerasWithClickNoise_ProjectsHeldOutPointsWithinOnePercentOfTheWidth(
        int points,
        double roomShare,
        double pointShare
    )
    {
        var worst = new List<double>();
        var all = new List<double>();
        for (var seed = 0; seed < 70; seed++)
        {
            var room = new RandomRoom(seed, 0.6, points);
            if (!room.Markable)
                continue;
            var solution = CameraSolver.Solve(room.Map);
            Assert.True(solution.Kind == CalibrationKind.Spatial, $"seed {seed}: {solution.Refusal?.En}");
            var errors = room
                .HeldOut.Select(p => Distance(solution.Projection!.Project(p), room.Truth.Project(p)!.Value) / room.Size.Width)
                .ToArray();
            worst.Add(errors.Max());
            all.AddRange(errors);
        }

        worst.Sort();
        all.Sort();
        output.WriteLine(
            $"{points} points, {worst.Count} rooms, {all.Count} held-out points; error as share of the width: points median {At(all, 0.5):P3}, 95 % {At(all, 0.95):P3}, 99 % {At(all, 0.99):P3}; worst of each room median {At(worst, 0.5):P3}, 90 % {At(worst, 0.9):P3}, 99 % {At(worst, 0.99):P3}, max {worst[^1]:P3}; rooms within 1 %: {Within(worst):P1}, points within 1 %: {Within(all):P2}"
        );
        Assert.True(worst.Count > 30);
        Assert.True(Within(worst) >= roomShare, $"rooms {Within(worst):P2}");
        Assert.True(Within(all) >= pointShare, $"points {Within(all):P3}");
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(20)]
    public void Solve_OnePointMarkedWrong_IsRefusedAndNamesThatPoint(int points)
    {
        int rooms = 0,
            named = 0;
        for (var seed = 200; seed < 235; seed++)
        {
            var room = new RandomRoom(seed, 0.6, points);
            if (!room.Markable)
                continue;
            rooms++;
            var (wrong, away) = (seed % points, 0.09 * double.Hypot(room.Size.Width, room.Size.Height));
            var (sin, cos) = Math.SinCos(seed);
            var pixel = room.Marked[wrong].Pixel;
            room.Marked[wrong] = room.Marked[wrong] with { Pixel = new(pixel.U + (away * cos), pixel.V + (away * sin)) };
            var solution = CameraSolver.Solve(room.Map);
            if (
                solution.Refusal is { } refusal
                && refusal.En.StartsWith($"Point {wrong + 1} ", StringComparison.Ordinal)
                && refusal.Zh.Contains($"第 {wrong + 1} 点")
            )
                named++;
        }

        output.WriteLine($"{points} points: named in {named} of {rooms} rooms");
        Assert.True(named >= (points > 8 ? 1 : 0.9) * rooms, $"{named} of {rooms}");
    }

    [Fact]
    public void Solve_PointALittleOff_IsAcceptedAndRemarked()
    {
        var room = new RandomRoom(6, 0.3, 20);
        Assert.True(room.Markable);
        var pixel = room.Marked[3].Pixel;
        room.Marked[3] = room.Marked[3] with { Pixel = new(pixel.U + (0.012 * room.Size.Width), pixel.V) };
        var solution = CameraSolver.Solve(room.Map);
        Assert.Equal(CalibrationKind.Spatial, solution.Kind);
        Assert.True(solution.Points[3].Suspect);
        Assert.Contains(solution.Remarks, r => r.En.StartsWith("Point 4 stands out", StringComparison.Ordinal));
        Assert.True(solution.Points.Count(p => p.Suspect) == 1);
    }

    [Fact]
    public void Solve_WorktopsAndTwoFloorCorners_IsEnoughOffOnePlane()
    {
        var truth = TestScene.Camera(new(0.3, 0.3, 2.8), new(5, 5, 0.5));
        SpacePoint[] places = [.. TestScene.Lattice().Where(p => p.Z == 0.75), new(8, 8, 0), new(8, 0, 0)];
        var solution = CameraSolver.Solve(new(TestScene.C1, TestScene.Size, null, TestScene.Points(truth, places)));
        Assert.Equal(CalibrationKind.Spatial, solution.Kind);
        Assert.Equal(0.3, solution.Projection!.Position!.Value.X, 0.01);
        Assert.Equal(2.8, solution.Projection.Position.Value.Z, 0.01);
        Assert.Equal(500, ((PinholeProjection)solution.Projection).FocalPx, 1.0);
    }

    [Theory]
    [InlineData("none", "", CalibrationKind.None)]
    [InlineData("five", "There are 5 points", CalibrationKind.Refused)]
    [InlineData("worktop-plane", "All points lie on one plane that is not the floor", CalibrationKind.Refused)]
    [InlineData("wall", "All points lie on one plane that is not the floor", CalibrationKind.Refused)]
    [InlineData("line", "All points lie on one line", CalibrationKind.Refused)]
    [InlineData("twice", "Points 1 and 2 are the same place", CalibrationKind.Refused)]
    [InlineData("floor-line", "The floor points do not fix the floor", CalibrationKind.Refused)]
    [InlineData("kilometres", "A point lies kilometres away", CalibrationKind.Refused)]
    [InlineData("mirrored", "Point", CalibrationKind.Refused)]
    public void Solve_PointsThatCannotDo_SaysWhatToMarkInBothLanguages(string what, string sentence, CalibrationKind kind)
    {
        var truth = TestScene.Camera(new(0.3, 0.3, 2.8), new(5, 5, 0.5));
        var lattice = TestScene.Lattice().ToArray();
        SpacePoint[] places = what switch
        {
            "five" => [.. lattice.Where(p => p.Z > 0.5 && p.X > 4).Take(5)],
            "worktop-plane" => [.. lattice.Where(p => p.Z == 0.75)],
            "wall" => [.. lattice.Where(p => p.X == 5)],
            "line" => [.. lattice.Where(p => p.X == 5 && p.Z == 0)],
            "twice" => [new(5, 5, 0), new(5, 5, 0), .. lattice],
            "floor-line" => [new(4, 4, 0), new(5, 5, 0), new(6, 6, 0), new(5, 3, 0)],
            "none" => [],
            _ => lattice,
        };
        var points = TestScene.Points(truth, places);
        if (what == "kilometres")
            points = new([.. points.Points.Skip(1), new(new(1e300, 0, 0), new(5, 5))]);
        if (what == "mirrored")
            points = new([.. points.Points.Select(p => p with { Plan = p.Plan with { Y = -p.Plan.Y } })]);
        var solution = CameraSolver.Solve(new(TestScene.C1, TestScene.Size, null, points));
        Assert.Equal(kind, solution.Kind);
        Assert.Null(solution.Projection);
        Assert.StartsWith(sentence, solution.Refusal?.En ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal(sentence.Length > 0, solution.Refusal is { } r && r.Zh.Any(c => c >= 0x4E00));
        Assert.Equal(points.Points.Count, kind == CalibrationKind.None ? 0 : solution.Points.Count);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void Solve_FloorPointsOnly_SolvesTheFloorAndSaysThatHeightsAreIgnored(int count)
    {
        var truth = TestScene.Camera(new(0.3, 0.3, 2.8), new(5, 5, 0.5));
        SpacePoint[] places =
            count == 4
                ? [new(3, 2, 0), new(7, 3, 0), new(6, 7, 0), new(2, 5, 0)]
                : [.. TestScene.Lattice().Where(p => p.Z == 0 && p.X > 2 && p.Y > 2).Take(count)];
        var solution = CameraSolver.Solve(new(TestScene.C1, TestScene.Size, null, TestScene.Points(truth, places)));
        Assert.Equal(CalibrationKind.FloorOnly, solution.Kind);
        Assert.False(solution.Projection!.KnowsHeights);
        Assert.Null(solution.Projection.Position);
        Assert.Contains(solution.Remarks, r => r.En.Contains("heights are ignored"));
        Assert.Equal(count == 4, solution.Remarks.Contains(CalibrationSentences.NoSpare));
        Assert.Equal(count == 4, solution.HeldOutRmsPx is null);
        var seen = new SpacePoint(4.2, 4.9, 0);
        Assert.True(Distance(solution.Projection.Project(seen), truth.Project(seen)!.Value) < 0.01);
        Assert.Equal(solution.Projection.Project(seen), solution.Projection.Project(seen with { Z = 0.75 }));
        var back = solution.Projection.OnPlane(truth.Project(seen)!.Value, 0)!.Value;
        Assert.Equal(4.2, back.X, 0.001);
        Assert.Null(solution.Projection.Project(new(-9, -9, 0)));
    }

    [Fact]
    public void Solve_PointsInOneCorner_SaysWhichStationsAreUncertain()
    {
        var truth = TestScene.Camera(new(0.3, 0.3, 2.8), new(5, 5, 0.5));
        SpacePoint[] places =
        [
            new(6, 6, 0),
            new(6.5, 6, 0),
            new(6, 6.5, 0.4),
            new(6.5, 6.5, 0.75),
            new(6.2, 6.1, 0.75),
            new(6.5, 6, 0.75),
            new(6, 6.5, 0),
        ];
        var noisy = new Random(1);
        var points = new MapCalibration([
            .. TestScene
                .Points(truth, places)
                .Points.Select(p => p with { Pixel = new(p.Pixel.U + noisy.NextDouble() - 0.5, p.Pixel.V + noisy.NextDouble() - 0.5) }),
        ]);
        var map = TestScene.Map(
            [new(TestScene.C1, TestScene.Size, null, points)],
            TestScene.Station("S01", 2.5, 2.5),
            TestScene.Station("S02", 6.2, 6.2)
        );
        var solution = CameraSolver.Solve(map, map.Cameras[0]);
        var remark = Assert.Single(solution.Remarks, r => r.En.StartsWith("The points lie too far from", StringComparison.Ordinal));
        Assert.Contains("S01", remark.En);
        Assert.DoesNotContain("S02", remark.En);
    }

    [Fact]
    public void Solve_SampleRoom_FitsEveryCameraToClickNoise()
    {
        foreach (var camera in SampleRoom.Map.Cameras)
        {
            var solution = CameraSolver.Solve(SampleRoom.Map, camera);
            output.WriteLine(
                $"{camera.Id}: rms {solution.RmsPx:0.00} px, worst {solution.WorstPx:0.00} px, held out rms {solution.HeldOutRmsPx:0.00} px, worst {solution.HeldOutWorstPx:0.00} px"
            );
            Assert.Equal(CalibrationKind.Spatial, solution.Kind);
            Assert.True(solution.HeldOutRmsPx < 1.0);
            Assert.Empty(solution.Remarks);
            Assert.All(solution.Points, p => Assert.InRange(p.MissCm!.Value, 0, 5));
        }
    }

    [Fact]
    public void Solve_Twice_GivesTheSameBits()
    {
        var room = new RandomRoom(3, 0.6, 12);
        Assert.Equal(
            ((PinholeProjection)CameraSolver.Solve(room.Map).Projection!).FocalPx,
            ((PinholeProjection)CameraSolver.Solve(room.Map).Projection!).FocalPx
        );
    }

    private static double At(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];

    private static double Within(List<double> sorted) => sorted.Count(e => e <= 0.01) / (double)sorted.Count;

    private static double Distance(PixelPoint? a, PixelPoint b) =>
        a is { } p ? double.Hypot(p.U - b.U, p.V - b.V) : double.PositiveInfinity;
}
