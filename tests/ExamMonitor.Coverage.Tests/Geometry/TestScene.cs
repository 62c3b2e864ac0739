using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Tests.Geometry;

/// <summary>A small room with a camera whose every number is known.</summary>
internal static class TestScene
{
    public static PixelSize Size { get; } = new(1000, 600);

    public static CameraId C1 { get; } = CameraId.Of("C1");

    public static PlanPoint[] Square8 { get; } = [new(0, 0), new(8, 0), new(8, 8), new(0, 8)];

    /// <summary>A camera at <paramref name="at"/> that looks at <paramref name="target"/>, level, without distortion.</summary>
    public static PinholeProjection Camera(Vec3 at, Vec3 target, double focal = 500, double k1 = 0)
    {
        var forward = (target - at).Unit();
        var right = forward.Cross(new(0, 0, 1)).Unit();
        var rotation = new Rotation(right, forward.Cross(right), forward);
        return new(Size, focal, k1, rotation, rotation.Apply(at) * -1);
    }

    /// <summary>Exact pairs of a lattice of the room that <paramref name="truth"/> sees.</summary>
    public static MapCalibration Points(CameraProjection truth, IEnumerable<SpacePoint>? places = null) =>
        new([
            .. (places ?? Lattice())
                .Where(p => truth.Project(p) is { } q && truth.Contains(q))
                .Select(p => new CalibrationPoint(p, truth.Project(p)!.Value)),
        ]);

    public static IEnumerable<SpacePoint> Lattice()
    {
        for (var x = 0.5; x < 8; x += 1.5)
        for (var y = 0.5; y < 8; y += 1.5)
        for (var z = 0.0; z < 2; z += 0.75)
            yield return new(x, y, z);
    }

    public static MapStation Station(string id, double x, double y, double rotation = 0) =>
        new(StationId.Of(id), id, new(x, y), new(1.2, 0.65), 0.75, rotation);

    public static StationMap Map(IReadOnlyList<MapCamera> cameras, params MapStation[] stations) =>
        new(StationMap.SchemaName, new(RoomId.Of("R1"), "Room", Square8, 3.2), stations, cameras);

    public static MapCamera MapCamera(CameraProjection truth, string id = "C1") => new(CameraId.Of(id), Size, null, Points(truth));
}
