using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>Turns plan–pixel pairs into a camera. Pure; the same pairs always give the same answer.</summary>
public static class CameraSolver
{
    /// <summary>A solution whose worst miss exceeds this share of the picture's diagonal is refused.</summary>
    public const double RefusedShareOfDiagonal = 0.03;

    /// <summary>Most pairs that are taken: more say nothing new and would only slow the solving down.</summary>
    public const int MostPoints = 500;

    /// <summary>Solves a camera; never throws for what a person marked.</summary>
    public static CameraSolution Solve(MapCamera camera)
    {
        var points = camera.Calibration?.Points ?? [];
        if (points.Count == 0)
            return new(camera.Id, CalibrationKind.None, null, [], null, null, null, null, null, []);
        if (points.Count > MostPoints)
            return Refused(camera, points, TooMany(points.Count));
        var (plan, refusal) = CalibrationShape.Choose(points, camera.Calibration?.From == MapCalibration.Plates);
        if (plan is null)
            return Refused(camera, points, refusal!);
        return plan.FloorOnly ? FloorSolution.Solve(camera, points, plan) : SpatialSolution.Solve(camera, points, plan.OnePlane);
    }

    /// <summary>Solves a camera of a map, and looks at what the solution means for its room and stations.</summary>
    public static CameraSolution Solve(StationMap map, MapCamera camera)
    {
        var solution = Solve(camera);
        return solution.Projection is PinholeProjection lens
            ? solution with
            {
                Remarks = [.. solution.Remarks, .. SolutionInRoom.Remarks(map, lens)],
            }
            : solution;
    }

    internal static double Diagonal(PixelSize size) => double.Hypot(size.Width, size.Height);

    internal static CameraSolution Refused(MapCamera camera, IReadOnlyList<CalibrationPoint> points, LocalText why) =>
        new(
            camera.Id,
            CalibrationKind.Refused,
            null,
            [.. points.Select((p, i) => new PointResidual(i + 1, p, null, double.PositiveInfinity, null, null, Suspect: false))],
            null,
            null,
            null,
            null,
            why,
            []
        );

    /// <summary>Judges solved residuals: accepted with remarks, or refused with the wrong point named.</summary>
    internal static CameraSolution Judged(
        MapCamera camera,
        CalibrationKind kind,
        CameraProjection projection,
        IReadOnlyList<PointResidual> residuals,
        IReadOnlyList<LocalText> remarks
    )
    {
        var limit = RefusedShareOfDiagonal * Diagonal(camera.Image);
        var worst = residuals.MaxBy(r => r.MissPx)!;
        var heldOut = residuals.Where(r => r.HeldOutPx is not null).Select(r => r.HeldOutPx!.Value).ToArray();
        var refusal = worst.MissPx > limit ? CalibrationSentences.WrongPoint(residuals, limit) : null;
        var all = residuals.Where(r => r.Suspect && r.MissPx <= limit).Select(CalibrationSentences.Doubtful).Concat(remarks);
        return new(
            camera.Id,
            refusal is null ? kind : CalibrationKind.Refused,
            refusal is null ? projection : null,
            residuals,
            Rms(residuals.Select(r => r.MissPx)),
            worst.MissPx,
            heldOut.Length == 0 ? null : Rms(heldOut),
            heldOut.Length == 0 ? null : heldOut.Max(),
            refusal,
            [.. all]
        )
        {
            Tentative = projection,
        };
    }

    private static double Rms(IEnumerable<double> values) => Math.Sqrt(values.Average(v => v * v));

    private static LocalText TooMany(int count) =>
        new(
            $"There are {count} points; at most {MostPoints} are taken. Delete some.",
            $"共有 {count} 个点，最多 {MostPoints} 个。请删除一些。"
        );
}
