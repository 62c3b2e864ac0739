using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>
/// What a draft of a room gives: the same functions as <c>map</c> and the judging of live pictures. Pure, but for the cache that it is
/// handed.
/// </summary>
public static class DraftReview
{
    /// <summary>Looks at a draft.</summary>
    /// <param name="draft">Map as far as it could be read, with what is wrong with it.</param>
    /// <param name="virtualCameras">Cameras that do not hang yet.</param>
    /// <param name="cells">Whether the floor's cells are asked for.</param>
    /// <param name="cache">What was solved before.</param>
    /// <param name="outline">Outline as it was written, for a plan whose numbers are beyond any room; null when it is not known.</param>
    public static DraftResult Of(
        StationMapReading draft,
        IReadOnlyList<VirtualCamera> virtualCameras,
        bool cells,
        PlanningCache cache,
        IReadOnlyList<PlanPoint>? outline = null
    )
    {
        var findings = draft.Findings.Select(MapSentence).ToList();
        if (Unit(draft.Map?.Room.Outline ?? outline) is { } unit)
            findings = [unit, .. findings];
        if (draft.Map is not { } map)
            return new(InOrder(findings), [], [], null, 0);
        if (VirtualFault(virtualCameras) is { } fault)
            return new([fault], [], [], null, 0);
        var (room, merged, floor) = Room(map, virtualCameras, cache);
        for (var i = 0; i < map.Cameras.Count; i++)
        {
            if (virtualCameras.All(v => v.Id != map.Cameras[i].Id))
                findings.AddRange(CameraReview.Of(merged, room.CameraOf(map.Cameras[i].Id), i));
        }

        findings.AddRange(StationReview.Of(room));
        IReadOnlyList<CameraResult> cameras =
        [
            .. room.Cameras.Select(c => CameraReview.Result(c, floor, virtualCameras.Any(v => v.Id == c.Camera.Id))),
        ];
        return new(InOrder(findings), [.. map.Stations.Select(s => StationReview.Result(room, s))], cameras, floor.Result(cells), 0);
    }

    /// <summary>The room with its virtual cameras in place.</summary>
    internal static (RoomGeometry Room, StationMap Map, PlannedFloor Floor) Room(
        StationMap map,
        IReadOnlyList<VirtualCamera> virtualCameras,
        PlanningCache cache
    )
    {
        var merged = map with
        {
            // A region was drawn in the picture of the camera as it hangs: it says nothing of where it might hang.
            Stations =
                virtualCameras.Count == 0
                    ? map.Stations
                    :
                    [
                        .. map.Stations.Select(s =>
                            s with
                            {
                                Regions = s
                                    .Regions?.Where(r => virtualCameras.All(v => v.Id != r.Key))
                                    .ToDictionary(r => r.Key, r => r.Value),
                            }
                        ),
                    ],
            Cameras =
            [
                .. map.Cameras.Where(c => virtualCameras.All(v => v.Id != c.Id)),
                .. virtualCameras.Select(v => new MapCamera(v.Id, v.Image, Name: v.Name)),
            ],
        };
        (CameraGeometry, string)[] cameras =
        [
            .. merged
                .Cameras.AsParallel()
                .AsOrdered()
                .Select(c =>
                    virtualCameras.FirstOrDefault(v => v.Id == c.Id) is { } v
                        ? (CameraGeometry.Of(merged, c, Solution(v)), PlanningCache.KeyOf(v))
                        : (CameraGeometry.Of(merged, c, InRoom(merged, cache.Solve(c))), PlanningCache.KeyOf(c))
                ),
        ];
        var floor = cache.Floor(merged, cameras);
        return (RoomGeometry.Of(merged, [.. cameras.Select(c => c.Item1)], floor.Coverage), merged, floor);
    }

    /// <summary>A camera as its pose says, as if it had been solved.</summary>
    internal static CameraSolution Solution(VirtualCamera camera) =>
        new(
            camera.Id,
            CalibrationKind.Spatial,
            CameraPoses.Projection(CameraPoses.Of(camera), camera.Image),
            [],
            null,
            null,
            null,
            null,
            null,
            []
        );

    private static CameraSolution InRoom(StationMap map, CameraSolution solution) =>
        solution.Projection is PinholeProjection lens
            ? solution with
            {
                Remarks = [.. solution.Remarks, .. SolutionInRoom.Remarks(map, lens)],
            }
            : solution;

    private static SetUpFinding? Unit(IReadOnlyList<PlanPoint>? outline) =>
        outline is not { Count: > 0 }
            ? null
            : PlanUnit.Finding(
                outline.Max(p => p.X) - outline.Min(p => p.X),
                outline.Max(p => p.Y) - outline.Min(p => p.Y),
                "$.map.room.outline"
            );

    private static SetUpFinding MapSentence(MapFinding f) => new(f.Level, "map", "$.map" + f.Path[1..], f.Problem, f.Mend);

    private static SetUpFinding[] InOrder(IEnumerable<SetUpFinding> findings) =>
        [.. findings.OrderByDescending(f => f.Level == FindingLevel.Error).Take(200)];

    /// <summary>What of a virtual camera is out of range; null for nothing.</summary>
    public static SetUpFinding? VirtualFault(IReadOnlyList<VirtualCamera> cameras)
    {
        for (var i = 0; i < cameras.Count; i++)
        {
            var c = cameras[i];
            var (what, zh, range) =
                (
                    c.HorizontalFieldOfViewDeg is < CameraPoses.NarrowestDeg or > CameraPoses.WidestDeg or double.NaN
                        ? ("horizontalFieldOfViewDeg", "视场角", "10° … 150°")
                    : c.TiltDeg is < -90 or > 90 or double.NaN ? ("tiltDeg", "俯角", "−90° … 90°")
                    : c.PanDeg is < -360 or > 360 or double.NaN ? ("panDeg", "方位角", "−360° … 360°")
                    : c.RollDeg is < -180 or > 180 or double.NaN ? ("rollDeg", "横滚角", "−180° … 180°")
                    : c.Image.Width is < 16 or > 16384 || c.Image.Height is < 16 or > 16384 ? ("image", "画面尺寸", "16 … 16384 px")
                    : Math.Abs(c.Position.X) > 1000 || Math.Abs(c.Position.Y) > 1000 || c.Position.Z is < 0 or > 50
                        ? ("position", "位置", "±1000 m, 0 … 50 m")
                    : cameras.Take(i).Any(o => o.Id == c.Id) ? ("id", "标识", "each once · 不得重复")
                    : ((string, string, string)?)null
                ) ?? default;
            if (what is null)
                continue;
            return new(
                FindingLevel.Error,
                "virtual-camera",
                $"$.virtualCameras[{i}].{what}",
                new($"{what} of camera {c.Id} is out of range.", $"摄像机 {c.Id} 的{zh}超出范围。"),
                new($"Keep it within {range}.", $"请限制在 {range}。")
            )
            {
                Camera = c.Id,
            };
        }

        return cameras.Count <= 64
            ? null
            : new(
                FindingLevel.Error,
                "virtual-camera",
                "$.virtualCameras",
                new("There are more than 64 virtual cameras.", "虚拟摄像机超过 64 台。"),
                new("Take some away.", "请减少数量。")
            );
    }
}
