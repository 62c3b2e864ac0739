using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>Tells a point that was marked on another station than its plan position is of. Pure.</summary>
internal static class StationOfPoint
{
    /// <summary>A plan position this near to a corner or the middle of a worktop is that of it, metres.</summary>
    private const double SameMetres = 0.04;

    /// <summary>A pixel this near to where the other station's corner is seen is a mark on it, share of the picture's diagonal.</summary>
    private const double NearShare = 0.012;

    /// <summary>The station whose corner or middle lies where the point was marked, and the sentence; nulls when there is none.</summary>
    public static (StationId? Station, LocalText? Text) Mistaken(StationMap map, CameraGeometry camera, PointResidual point)
    {
        if ((camera.Solution.Projection ?? camera.Solution.Tentative) is not { } projection)
            return (null, null);
        var (own, place) = Own(map, point.Point.Plan);
        if (own is null)
            return (null, null);
        var near = NearShare * CameraSolver.Diagonal(camera.Camera.Image);
        var (other, away) = map
            .Stations.Where(s => s.Id != own.Id)
            .Select(s =>
                (
                    Station: s,
                    Away: projection.Project(Places(s)[place]) is { } seen
                        ? double.Hypot(seen.U - point.Point.Pixel.U, seen.V - point.Point.Pixel.V)
                        : double.PositiveInfinity
                )
            )
            .DefaultIfEmpty((own, double.PositiveInfinity))
            .MinBy(s => s.Item2);
        if (away > near || away > point.MissPx / 3)
            return (null, null);
        return (
            other.Id,
            new(
                $"Point {point.Number} was marked on station {other.Id}, but its plan position is that of station {own.Id}.",
                $"第 {point.Number} 点标在工位 {other.Id} 上，但其平面坐标属于工位 {own.Id}。"
            )
        );
    }

    /// <summary>The station of a plan position, and which of its places it is.</summary>
    private static (MapStation? Station, int Place) Own(StationMap map, SpacePoint plan)
    {
        foreach (var station in map.Stations)
        {
            var place = Array.FindIndex(Places(station), p => (Vec3.From(p) - Vec3.From(plan)).Length <= SameMetres);
            if (place >= 0)
                return (station, place);
        }

        return (null, -1);
    }

    private static SpacePoint[] Places(MapStation s) => [.. StationShape.Corners(s, 0), StationShape.WorktopCentre(s)];
}
