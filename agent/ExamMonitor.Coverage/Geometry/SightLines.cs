using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>
/// What hides a place of the floor from a camera: obstacles with their height, and the walls of a room that is not convex.
/// </summary>
internal sealed class SightLines(StationMap map)
{
    /// <summary>
    /// A camera hangs on a wall, and calibration may put it a hand's breadth behind it: so near to the camera a wall hides nothing, metres.
    /// </summary>
    private const double AtCameraMetres = 0.3;

    /// <summary>So near to the place looked at a wall hides nothing, metres: the place is beside it.</summary>
    private const double AtPlaceMetres = 0.02;

    private readonly IReadOnlyList<MapObstacle> _obstacles = map.Obstacles ?? [];
    private readonly IReadOnlyList<PlanPoint> _walls = Convex(map.Room.Outline) ? [] : map.Room.Outline;

    /// <summary>Whether an obstacle stands on the place.</summary>
    public bool Occupied(PlanPoint p)
    {
        foreach (var o in _obstacles)
            if (Polygons.Contains(o.Outline, p.X, p.Y))
                return true;
        return false;
    }

    /// <summary>Whether <paramref name="place"/> on the floor is hidden from <paramref name="camera"/>.</summary>
    public bool Hidden(SpacePoint camera, PlanPoint place)
    {
        var from = new PlanPoint(camera.X, camera.Y);
        if (_walls.Count > 0 && Crosses(_walls, Towards(from, place, AtCameraMetres), Towards(place, from, AtPlaceMetres)))
            return true;
        foreach (var o in _obstacles)
        {
            // The sight line sinks from the camera to the floor; only its last part, lower than the obstacle, can be stopped by it.
            var part = camera.Z <= o.Height ? 1 : o.Height / camera.Z;
            var entry = new PlanPoint(place.X + ((from.X - place.X) * part), place.Y + ((from.Y - place.Y) * part));
            if (Polygons.Contains(o.Outline, entry.X, entry.Y) || Crosses(o.Outline, entry, place))
                return true;
        }

        return false;
    }

    private static bool Crosses(IReadOnlyList<PlanPoint> polygon, PlanPoint a, PlanPoint b)
    {
        for (int i = 0, j = polygon.Count - 1; i < polygon.Count; j = i++)
            if (Polygons.Cross(a, b, polygon[j], polygon[i]))
                return true;
        return false;
    }

    private static PlanPoint Towards(PlanPoint from, PlanPoint to, double step)
    {
        var length = double.Hypot(to.X - from.X, to.Y - from.Y);
        return length <= step ? to : new(from.X + ((to.X - from.X) * step / length), from.Y + ((to.Y - from.Y) * step / length));
    }

    private static bool Convex(IReadOnlyList<PlanPoint> p)
    {
        int left = 0,
            right = 0;
        for (var i = 0; i < p.Count; i++)
        {
            PlanPoint a = p[i],
                b = p[(i + 1) % p.Count],
                c = p[(i + 2) % p.Count];
            var turn = ((b.X - a.X) * (c.Y - b.Y)) - ((b.Y - a.Y) * (c.X - b.X));
            if (turn > 1e-6)
                left++;
            if (turn < -1e-6)
                right++;
        }

        return left == 0 || right == 0;
    }
}
