using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>
/// Looks for the one move of a camera that would help most: every camera is turned, tilted and raised in steps, and the room judged anew.
/// Pure.
/// </summary>
public static class CameraAdvice
{
    private const int Most = 5;
    private const double CoarseCellMetres = 0.3;

    private static readonly double[] Pans = [-30, -15, 0, 15, 30];
    private static readonly double[] Tilts = [-10, 0, 10];
    private static readonly double[] Steps = [-5, 0, 5];

    /// <summary>Moves that let more stations pass or show more floor, best first; at most five, one a camera.</summary>
    /// <param name="map">Room.</param>
    /// <param name="virtualCameras">Cameras that do not hang yet.</param>
    /// <param name="cache">What was solved before.</param>
    public static IReadOnlyList<CameraMove> Of(StationMap map, IReadOnlyList<VirtualCamera> virtualCameras, PlanningCache cache)
    {
        var (room, _, _) = DraftReview.Room(map, virtualCameras, cache);
        var (stations, floor) = (Passing(room), room.Floor.Share(_ => true).ByOne ?? 0);
        var coarse = FloorCoverage.Of(room.Map, room.Cameras, CoarseCellMetres);
        var before = coarse.Share(_ => true).ByOne ?? 0;
        return
        [
            .. room
                .Cameras.AsParallel()
                .AsOrdered()
                .Select(c => Best(room, c, coarse, (stations, before)))
                .Where(b => b is not null)
                .Select(b => Move(room, b!.Value.Camera, b.Value.Pose, stations, floor))
                .Where(m => m.StationsAfter > stations || (m.StationsAfter == stations && m.FloorAfter > floor + 0.01))
                .OrderByDescending(m => m.StationsAfter)
                .ThenByDescending(m => m.FloorAfter)
                .Take(Most),
        ];
    }

    /// <summary>First in wide steps, then in small ones about the best of them.</summary>
    private static (CameraGeometry Camera, CameraPose Pose)? Best(
        RoomGeometry room,
        CameraGeometry camera,
        FloorCoverage floor,
        (int Stations, double Floor) now
    )
    {
        if (camera.Projection is not PinholeProjection lens || CameraPoses.Of(lens) is not { } pose)
            return null;
        var (best, most) = Try(from pan in Pans from tilt in Tilts select (pan, tilt), (null, now.Stations + now.Floor + 0.005));
        if (best is not { Turn: var (p, t) })
            return null;
        (best, _) = Try(from pan in Steps from tilt in Steps select (p + pan, t + tilt), (best, most));
        return (best!.Value.Camera, best.Value.Pose);

        ((CameraGeometry Camera, CameraPose Pose, (double, double) Turn)? Best, double Most) Try(
            IEnumerable<(double Pan, double Tilt)> turns,
            ((CameraGeometry Camera, CameraPose Pose, (double, double) Turn)? Best, double Most) known
        )
        {
            foreach (var (pan, tilt) in turns.Where(t => t != (0, 0) && pose.TiltDeg + t.Tilt is >= -10 and <= 89))
            {
                var turned = pose with { PanDeg = pose.PanDeg + pan, TiltDeg = pose.TiltDeg + tilt };
                var moved = Moved(room, camera, lens, turned);

                // A smaller turn wins over a larger one that gives the same.
                var worth =
                    Passing(Replaced(room, moved, floor))
                    + (floor.With(moved).Share(_ => true).ByOne ?? 0)
                    - (0.0005 * (Math.Abs(pan) + Math.Abs(tilt)));
                if (worth > known.Most)
                    known = ((moved, turned, (pan, tilt)), worth);
            }

            return known;
        }
    }

    private static CameraGeometry Moved(RoomGeometry room, CameraGeometry camera, PinholeProjection lens, CameraPose pose) =>
        CameraGeometry.Of(
            room.Map,
            camera.Camera,
            camera.Solution with
            {
                Kind = CalibrationKind.Spatial,
                Projection = CameraPoses.Projection(pose, lens.Size, lens.FocalPx, lens.K1),
                Points = [],
                Remarks = [],
            }
        );

    private static RoomGeometry Replaced(RoomGeometry room, CameraGeometry camera, FloorCoverage floor) =>
        RoomGeometry.Of(room.Map, [.. room.Cameras.Select(c => c.Camera.Id == camera.Camera.Id ? camera : c)], floor);

    private static int Passing(RoomGeometry room) => room.Map.Stations.Count(s => room.Cameras.Any(c => c.ViewOf(s.Id).Passes));

    private static CameraMove Move(RoomGeometry room, CameraGeometry moved, CameraPose pose, int stations, double floor)
    {
        var old = CameraPoses.Of(room.CameraOf(moved.Camera.Id).Projection)!;
        var seen = room.Floor.With(moved).Share(_ => true).ByOne ?? 0;
        var after = Passing(Replaced(room, moved, room.Floor));
        return new(
            moved.Camera.Id,
            pose,
            stations,
            after,
            floor,
            seen,
            Text(moved.Camera.Id, old, pose, (stations, after, room.Map.Stations.Count), (floor, seen))
        );
    }

    private static LocalText Text(
        CameraId camera,
        CameraPose from,
        CameraPose to,
        (int Before, int After, int All) stations,
        (double Before, double After) floor
    )
    {
        double pan = to.PanDeg - from.PanDeg,
            tilt = to.TiltDeg - from.TiltDeg;
        string[] en =
        [
            .. new[]
            {
                pan == 0 ? null : $"{N(Math.Abs(pan))}° to the {(pan > 0 ? "left" : "right")}",
                tilt == 0 ? null : $"{N(Math.Abs(tilt))}° {(tilt > 0 ? "down" : "up")}",
            }.OfType<string>(),
        ];
        string[] zh =
        [
            .. new[]
            {
                pan == 0 ? null : $"向{(pan > 0 ? "左" : "右")} {N(Math.Abs(pan))}°",
                tilt == 0 ? null : $"向{(tilt > 0 ? "下" : "上")} {N(Math.Abs(tilt))}°",
            }.OfType<string>(),
        ];
        return new(
            $"Turn camera {camera} {string.Join(" and ", en)}: {stations.After} of {stations.All} stations pass instead of {stations.Before}, and {P(floor.After)} of the floor is in view instead of {P(floor.Before)}.",
            $"将摄像机 {camera} {string.Join("、", zh)}：合格工位由 {stations.Before} 个变为 {stations.After} 个（共 {stations.All} 个），可见地面由 {P(floor.Before)} 变为 {P(floor.After)}。"
        );
    }

    private static string N(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string P(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");
}
