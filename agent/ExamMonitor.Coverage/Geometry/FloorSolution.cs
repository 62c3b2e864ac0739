using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>The floor alone, from four floor points or more.</summary>
internal static class FloorSolution
{
    public static CameraSolution Solve(MapCamera camera, IReadOnlyList<CalibrationPoint> points, CalibrationPlan choice)
    {
        var plan = choice.Use.Select(i => new PlanPoint(points[i].Plan.X, points[i].Plan.Y)).ToArray();
        var pixel = choice.Use.Select(i => points[i].Pixel).ToArray();
        var scale = 0.003 * CameraSolver.Diagonal(camera.Image);
        if (HomographyFit.FitRobust(plan, pixel, scale) is not { } fit)
            return CameraSolver.Refused(camera, points, OnLine);
        var misses = plan.Select((p, i) => HomographyFit.Miss(fit.ToPixel, p, pixel[i])).ToArray();
        var front = plan[Array.IndexOf(misses, misses.Min())];
        var projection = new FloorProjection(camera.Image, fit.ToPixel, fit.ToPlan, front);
        var residuals = points
            .Select(
                (p, i) =>
                {
                    var k = Array.IndexOf(choice.Use, i);
                    if (k < 0)
                        return new PointResidual(i + 1, p, projection.Project(p.Plan), 0, null, null, Suspect: false);
                    var seen = projection.Project(p.Plan);
                    var density = PixelDensity.OnFloor(projection, p.Plan)?.Larger;
                    return new(
                        i + 1,
                        p,
                        seen,
                        seen is null ? double.PositiveInfinity : misses[k],
                        density is > 0 ? misses[k] / density * 100 : null,
                        HeldOut(plan, pixel, k, scale),
                        misses[k] > 3 * scale
                    );
                }
            )
            .ToArray();
        LocalText[] remarks = choice.Use.Length == 4 ? [choice.Remark!, CalibrationSentences.NoSpare] : [choice.Remark!];
        return CameraSolver.Judged(camera, CalibrationKind.FloorOnly, projection, residuals, remarks);
    }

    private static double? HeldOut(PlanPoint[] plan, PixelPoint[] pixel, int left, double scale)
    {
        if (plan.Length < 5)
            return null;
        var rest = Enumerable.Range(0, plan.Length).Where(i => i != left).ToArray();
        return HomographyFit.FitRobust([.. rest.Select(i => plan[i])], [.. rest.Select(i => pixel[i])], scale) is { } fit
            ? HomographyFit.Miss(fit.ToPixel, plan[left], pixel[left])
            : null;
    }

    private static LocalText OnLine { get; } =
        new(
            "The floor points do not fix the floor: three of four, or all but one, lie on one line. Mark four that make a wide quadrangle, near and far.",
            "地面点无法确定地面：四点中有三点（或除一点外全部）在一条直线上。请标出远近展开、构成较大四边形的四个点。"
        );
}
