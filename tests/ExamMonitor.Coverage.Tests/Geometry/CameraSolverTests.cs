using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Geometry;

public sealed class CameraSolverTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(8, 0.9)]
    [InlineData(12, 0.97)]
    [InlineData(24, 1.0)]
    public void Solve_RandomCamerasWithClickNoise_ProjectsHeldOutPointsWithinOnePercentOfTheWidth(int points, double share)
    {
        var errors = new List<double>();
        var rooms = 0;
        for (var seed = 0; seed < 150; seed++)
        {
            var room = new RandomRoom(seed, 0.6, points);
            if (!room.Markable) continue;
            rooms++;
            var solution = CameraSolver.Solve(room.Map);
            Assert.True(solution.Kind == CalibrationKind.Spatial, $"seed {seed}: {solution.Refusal?.En}");
            var worst = room.HeldOut.Max(p => Distance(solution.Projection!.Project(p), room.Truth.Project(p)!.Value));
            errors.Add(worst / room.Size.Width);
        }

        errors.Sort();
        output.WriteLine($"{points} points, {rooms} rooms, worst held-out error per room as share of width: median {errors[rooms / 2]:P3}, 90 % {errors[rooms * 9 / 10]:P3}, 95 % {errors[rooms * 95 / 100]:P3}, 99 % {errors[rooms * 99 / 100]:P3}, max {errors[^1]:P3}; within 1 %: {errors.Count(e => e <= 0.01) / (double)rooms:P1}");
        Assert.True(rooms > 60);
        Assert.True(errors.Count(e => e <= 0.01) >= share * rooms);
    }

    private static double Distance(PixelPoint? a, PixelPoint b) => a is { } p ? double.Hypot(p.U - b.U, p.V - b.V) : double.PositiveInfinity;
}
