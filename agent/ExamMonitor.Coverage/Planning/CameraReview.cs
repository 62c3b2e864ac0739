using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>What a camera's points give, and what is wrong with which of them. Pure.</summary>
internal static class CameraReview
{
    /// <summary>The camera's numbers.</summary>
    public static CameraResult Result(CameraGeometry camera, PlannedFloor floor, bool isVirtual)
    {
        var s = camera.Solution;
        var wrong = WrongLimit(camera.Camera.Image);
        return new(
            camera.Camera.Id,
            isVirtual,
            s.Kind switch
            {
                CalibrationKind.Spatial => "spatial",
                CalibrationKind.FloorOnly => "floor-only",
                CalibrationKind.Refused => "refused",
                _ => "none",
            },
            s.Refusal,
            s.Remarks,
            [.. s.Points.Select(p => Point(p, wrong))],
            s.RmsPx,
            s.HeldOutRmsPx,
            s.HeldOutRmsPx / CameraSolver.Diagonal(camera.Camera.Image),
            camera.Camera.Image,
            CameraPoses.Of(camera.Projection),
            floor.ViewOf(camera.Camera.Id)
        );
    }

    /// <summary>What is to be said of the camera at <paramref name="index"/> of the map.</summary>
    public static IEnumerable<SetUpFinding> Of(StationMap map, CameraGeometry camera, int index)
    {
        var s = camera.Solution;
        var path = $"$.map.cameras[{index}].calibration";
        if (s.Kind == CalibrationKind.Refused && MirroredPoints.Find(camera.Camera) is { } mirrored)
            yield return mirrored with
            {
                Path = path,
                Camera = camera.Camera.Id,
            };
        else if (s.Kind == CalibrationKind.Refused)
        {
            var points = WrongPoints(map, camera, path).ToArray();
            if (points.Length == 0)
                yield return new(FindingLevel.Error, "calibration-refused", path, s.Refusal!, Mend) { Camera = camera.Camera.Id };
            foreach (var point in points)
                yield return point;
        }
        else
        {
            foreach (var point in s.Points.Where(p => p.Suspect))
                yield return At(map, camera, point, path, FindingLevel.Warning, "point-doubtful", CalibrationSentences.Doubtful(point));
            var doubts = s.Points.Where(p => p.Suspect).Select(CalibrationSentences.Doubtful).ToHashSet();
            foreach (var remark in s.Remarks.Where(r => !doubts.Contains(r)))
                yield return new(FindingLevel.Warning, "calibration-remark", path, remark, Look) { Camera = camera.Camera.Id };
        }
    }

    private static IEnumerable<SetUpFinding> WrongPoints(StationMap map, CameraGeometry camera, string path)
    {
        var limit = WrongLimit(camera.Camera.Image);
        if (camera.Solution.Tentative is null)
            yield break;
        foreach (var point in camera.Solution.Points.Where(p => p.MissPx > limit).OrderByDescending(p => p.MissPx).Take(20))
            yield return At(map, camera, point, path, FindingLevel.Error, "point-wrong", CalibrationSentences.WrongPoint([point], limit));
    }

    private static SetUpFinding At(
        StationMap map,
        CameraGeometry camera,
        PointResidual point,
        string path,
        FindingLevel level,
        string code,
        LocalText text
    )
    {
        var (station, sentence) = StationOfPoint.Mistaken(map, camera, point);
        return new(level, sentence is null ? code : "point-other-station", $"{path}.points[{point.Number - 1}]", sentence ?? text, Mark)
        {
            Camera = camera.Camera.Id,
            Point = point.Number - 1,
            Station = station,
        };
    }

    private static PointResult Point(PointResidual p, double limit)
    {
        var state =
            !double.IsFinite(p.MissPx) && p.Projected is null && p.HeldOutPx is null ? "unknown"
            : p.MissPx > limit ? "wrong"
            : p.Suspect ? "doubtful"
            : "fits";
        var text = state switch
        {
            "wrong" => CalibrationSentences.WrongPoint([p], limit),
            "doubtful" => CalibrationSentences.Doubtful(p),
            _ => null,
        };
        return new(p.Number - 1, p.Projected, double.IsFinite(p.MissPx) ? p.MissPx : null, p.MissCm, p.HeldOutPx, state, text);
    }

    private static double WrongLimit(PixelSize image) => CameraSolver.RefusedShareOfDiagonal * CameraSolver.Diagonal(image);

    private static LocalText Mend { get; } = new("Mark more points, or mark the wrong one again.", "请补充标点，或重新标记有误的点。");

    private static LocalText Mark { get; } = new("Mark it again, or correct its plan position.", "请重新标记该点，或更正其平面坐标。");

    private static LocalText Look { get; } = new("Look at the outlines in the picture before you save.", "保存前请核对画面中的轮廓。");
}
