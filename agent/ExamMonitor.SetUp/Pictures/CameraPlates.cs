using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Exams.Plates;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>Turns plates of one picture into the camera's points, beside those that were marked by hand. Pure, but for the cache.</summary>
internal static class CameraPlates
{
    /// <summary>A hand-made point this near to a plate's middle is replaced by it, metres.</summary>
    private const double SamePlaceMetres = 0.1;

    /// <summary>Solves the camera at <paramref name="index"/> of the map.</summary>
    public static CameraFromPlates Solve(
        StationMap map,
        int index,
        TakenPicture? picture,
        PlateReading? reading,
        PlateNumbers numbers,
        double plateHeightMm,
        PlanningCache cache
    )
    {
        var camera = map.Cameras[index];
        if (picture is null || reading is null)
            return new(camera.Id, null, [], camera, Result(map, camera, cache).Result, [PlateFindings.NoPicture(index, camera.Id)]);
        SeenPlate[] seen = [.. reading.Seen.Select(s => new SeenPlate(s.Tag, numbers.StationOf(s.Tag), s.Center, [], s.SidePx))];
        List<SetUpFinding> findings =
        [
            .. seen.GroupBy(s => s.Number)
                .Where(g => g.Count() > 1)
                .Select(g => PlateFindings.Twice(index, camera.Id, g.Key, g.First().Station, [.. g.Select(s => s.Center)])),
            .. seen.Where(s => s.Station is null).Select(s => s.Number).Distinct().Select(n => PlateFindings.Unknown(index, camera.Id, n)),
        ];
        CalibrationPoint[] plates =
        [
            .. PlateCheck
                .Points(map, reading.Seen, numbers)
                .Select(p => p with { Plan = p.Plan with { Z = p.Plan.Z + (plateHeightMm / 1000) } }),
        ];
        var sized = Resized(camera, reading.Size) with { Reference = picture.Name };
        var hand = (sized.Calibration?.From is null ? sized.Calibration?.Points ?? [] : []).Where(p =>
            plates.All(q => Apart(p.Plan, q.Plan) > SamePlaceMetres)
        );
        CalibrationPoint[] points = [.. plates.Select(Rounded), .. hand];
        var calibrated = sized with
        {
            Calibration =
                points.Length == 0 ? null : new(points, plates.Length >= MapCalibration.FewestOnOnePlane ? MapCalibration.Plates : null),
        };
        var (result, said) = Result(
            map with
            {
                Cameras = [.. map.Cameras.Select((c, i) => i == index ? calibrated : c)],
            },
            calibrated,
            cache
        );
        if (result.Kind is "spatial" or "floor-only")
            return new(camera.Id, picture, seen, calibrated, result, [.. findings, .. said]);
        findings.Add(
            plates.Length < MapCalibration.FewestOnOnePlane
                ? PlateFindings.TooFew(index, camera.Id, plates.Length)
                : new(
                    FindingLevel.Error,
                    "calibration-refused",
                    $"$.map.cameras[{index}]",
                    result.Refusal ?? PlateFindings.Relabel,
                    PlateFindings.TooFew(index, camera.Id, plates.Length).Mend
                )
                {
                    Camera = camera.Id,
                }
        );
        return new(
            camera.Id,
            picture,
            seen,
            calibrated,
            result,
            [.. findings, .. said.Where(f => f.Code is "point-wrong" or "point-other-station")]
        );
    }

    /// <summary>A camera's entry for pictures of another size.</summary>
    internal static MapCamera Resized(MapCamera camera, PixelSize size)
    {
        if (camera.Image == size)
            return camera;
        double x = (double)size.Width / camera.Image.Width,
            y = (double)size.Height / camera.Image.Height;
        PixelPoint Scaled(PixelPoint p) => new(Math.Round(p.U * x, 1), Math.Round(p.V * y, 1));
        return camera with
        {
            Image = size,
            RecordedSize = null,
            Calibration = camera.Calibration is null
                ? null
                : camera.Calibration with
                {
                    Points = [.. camera.Calibration.Points.Select(p => p with { Pixel = Scaled(p.Pixel) })],
                },
            Masks = camera.Masks is null ? null : [.. camera.Masks.Select(m => (IReadOnlyList<PixelPoint>)[.. m.Select(Scaled)])],
        };
    }

    private static (CameraResult Result, IReadOnlyList<SetUpFinding> Findings) Result(StationMap map, MapCamera camera, PlanningCache cache)
    {
        var draft = DraftReview.Of(new(map, []), [], cells: false, cache);
        return (
            draft.Cameras.First(c => c.Camera == camera.Id),
            [.. draft.Findings.Where(f => f.Camera == camera.Id && f.Code is not ("station-not-covered" or "map"))]
        );
    }

    private static CalibrationPoint Rounded(CalibrationPoint p) =>
        p with
        {
            Pixel = new(Math.Round(p.Pixel.U, 2), Math.Round(p.Pixel.V, 2)),
        };

    private static double Apart(SpacePoint a, SpacePoint b) =>
        Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)) + ((a.Z - b.Z) * (a.Z - b.Z)));
}
