using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>What a draft amounts to, by pinholes whose places are known.</summary>
internal static class FakeCalibration
{
    private const double WrongPx = 33;

    /// <summary>Where a camera sees a point of the room, pixels; null when it does not.</summary>
    public static PixelPoint? See(CameraId camera, SpacePoint p)
    {
        var c = PoseOf(camera);
        var (pan, tilt) = (c.PanDeg * Math.PI / 180, c.TiltDeg * Math.PI / 180);
        var (dx, dy, dz) = (p.X - c.Position.X, p.Y - c.Position.Y, p.Z - c.Position.Z);
        var flat = (dx * Math.Cos(pan)) + (dy * Math.Sin(pan));
        var ahead = (flat * Math.Cos(tilt)) - (dz * Math.Sin(tilt));
        if (ahead <= 0.1)
            return null;
        var f = FakeSetUp.Size.Width / 2.0 / Math.Tan(c.HorizontalFieldOfViewDeg * Math.PI / 360);
        var u = (FakeSetUp.Size.Width / 2.0) + (f * ((dx * Math.Sin(pan)) - (dy * Math.Cos(pan))) / ahead);
        var v = (FakeSetUp.Size.Height / 2.0) + (f * ((-flat * Math.Sin(tilt)) - (dz * Math.Cos(tilt))) / ahead);
        return u < 0 || v < 0 || u > FakeSetUp.Size.Width || v > FakeSetUp.Size.Height ? null : new(u, v);
    }

    private static CameraPose PoseOf(CameraId camera) =>
        camera.Text switch
        {
            "C2" => new(new(11.7, 8.1, 2.9), -145, 28, 0, 92),
            "C3" => new(new(11.7, 0.3, 2.9), 145, 28, 0, 92),
            _ => new(new(0.3, 0.3, 2.9), 35, 28, 0, 92),
        };

    public static DraftResult Judge(RoomDraft draft)
    {
        var cameras = draft.Map.Cameras.Select(OfCamera).ToList();
        var solved = cameras.Where(c => c.Kind == "spatial").Select(c => (c.Camera, Pose: c.Pose!)).ToList();
        cameras.AddRange(
            (draft.VirtualCameras ?? []).Select(v => new CameraResult(
                v.Id,
                true,
                "spatial",
                null,
                [],
                [],
                null,
                null,
                null,
                v.Image,
                new(v.Position, v.PanDeg, v.TiltDeg, v.RollDeg, v.HorizontalFieldOfViewDeg),
                []
            ))
        );
        var stations = draft
            .Map.Stations.Select(s =>
            {
                var views = solved.Select(c => OfStation(s, c.Camera)).OfType<StationViewResult>().ToList();
                return new StationResult(
                    s.Id,
                    s.Label,
                    30,
                    0.75,
                    views.Count > 0 ? views[0].Camera : null,
                    views.Count > 1 ? views[1].Camera : null,
                    views.Count > 0,
                    views
                );
            })
            .ToList();
        var findings = cameras
            .SelectMany(
                (c, i) =>
                    c
                        .Points.Where(p => p.State == "wrong")
                        .Select(p => new SetUpFinding(
                            FindingLevel.Error,
                            "point-wrong",
                            string.Create(CultureInfo.InvariantCulture, $"$.map.cameras[{i}].calibration.points[{p.Index}]"),
                            p.Text!,
                            new("Mark it again.", "请重新标记该点。")
                        )
                        {
                            Camera = c.Camera,
                            Point = p.Index,
                        })
            )
            .ToList();
        var outline = draft.Map.Room.Outline;
        var floor =
            outline.Count < 3
                ? null
                : new FloorResult(
                    100.8,
                    solved.Count > 0 ? 0.94 : 0,
                    solved.Count > 1 ? 0.6 : 0,
                    [new([new(5, 8), new(6, 8), new(6, 8.4), new(5, 8.4)], 0.4)],
                    draft.HeatMap
                        ? new(
                            0,
                            0,
                            0.6,
                            20,
                            14,
                            string.Concat(Enumerable.Range(0, 280).Select(i => (char)('0' + Math.Min(solved.Count, i % 3))))
                        )
                        : null
                );
        return new(findings, stations, cameras, floor, 1);
    }

    public static CameraResult OfCamera(MapCamera camera)
    {
        var points = camera.Calibration?.Points ?? [];
        var missing = points.Count < 6 || points.Select(p => p.Plan.Z).Distinct().Count() < 2;
        var results = points
            .Select(
                (p, i) =>
                {
                    var at = See(camera.Id, p.Plan);
                    double? miss = at is { } a ? Math.Sqrt(Math.Pow(a.U - p.Pixel.U, 2) + Math.Pow(a.V - p.Pixel.V, 2)) : null;
                    var state =
                        missing ? "unknown"
                        : miss is null or > WrongPx ? "wrong"
                        : "fits";
                    return new PointResult(
                        i,
                        missing ? null : at,
                        missing ? null : miss,
                        missing ? null : miss / 2,
                        missing ? null : miss,
                        state,
                        state == "wrong" ? new($"Point {i + 1} is off by {miss:0} px.", $"第 {i + 1} 点偏差 {miss:0} 像素。") : null
                    );
                }
            )
            .ToList();
        var isWrong = results.Any(r => r.State == "wrong");
        var kind =
            points.Count == 0 ? "none"
            : missing || isWrong ? "refused"
            : "spatial";
        var refusal =
            kind != "refused" ? null
            : isWrong ? new LocalText("A point does not agree with the others.", "有一点与其他点不吻合。")
            : new LocalText("Mark six points or more, at two heights.", "请标至少六个点，且高度不同。");
        var share = kind == "spatial" ? results.Average(r => r.MissPx!.Value) / 1101 : (double?)null;
        return new(
            camera.Id,
            false,
            kind,
            refusal,
            [],
            results,
            kind == "spatial" ? results.Average(r => r.MissPx!.Value) : null,
            share * 1101,
            share,
            camera.Image,
            kind == "spatial" ? PoseOf(camera.Id) : null,
            []
        );
    }

    private static StationViewResult? OfStation(MapStation s, CameraId camera)
    {
        var (w, d) = (s.Size.Width / 2, s.Size.Depth / 2);
        PixelPoint?[] corners =
        [
            .. new[] { (-w, -d), (w, -d), (w, d), (-w, d) }.Select(c =>
                See(camera, new(s.Center.X + c.Item1, s.Center.Y + c.Item2, s.Height))
            ),
        ];
        return corners.Any(c => c is null)
            ? null
            : new(camera, 140, 60, 1, true, "none", false, false, [.. corners.Select(c => c!.Value)], []);
    }

    public static List<CameraMove> Advice(RoomDraft draft) =>
        draft.Map.Cameras.Count == 0
            ? []
            :
            [
                new(
                    draft.Map.Cameras[0].Id,
                    new(new(0.3, 0.3, 2.9), 45, 25, 0, 92),
                    10,
                    12,
                    0.8,
                    0.94,
                    new("Turn the camera 10° to the left.", "将摄像机向左转 10°。")
                ),
            ];
}
