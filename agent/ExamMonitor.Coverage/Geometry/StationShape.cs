using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A station's worktop and the work volume above it, in the room.</summary>
internal static class StationShape
{
    /// <summary>Height of the work volume above the worktop, metres: hands, tools and workpieces.</summary>
    public const double WorkVolumeMetres = 0.35;

    /// <summary>Points along an edge, so that the lens's curve shows in the outline.</summary>
    private const int EdgeParts = 8;

    /// <summary>Places over the worktop that the in-picture share is counted on.</summary>
    private const int ShareColumns = 40,
        ShareRows = 24;

    public static SpacePoint VolumeCentre(MapStation s) => new(s.Center.X, s.Center.Y, s.Height + (WorkVolumeMetres / 2));

    public static SpacePoint WorktopCentre(MapStation s) => new(s.Center.X, s.Center.Y, s.Height);

    /// <summary>Corners of the worktop raised by <paramref name="above"/>, counter-clockwise on the plan.</summary>
    public static SpacePoint[] Corners(MapStation s, double above) =>
        [At(s, -0.5, -0.5, above), At(s, 0.5, -0.5, above), At(s, 0.5, 0.5, above), At(s, -0.5, 0.5, above)];

    /// <summary>
    /// Outline of a plane polygon of the room in the picture, cut where the camera cannot see; empty when it sees nothing of it.
    /// </summary>
    public static IReadOnlyList<PixelPoint> Outline(CameraProjection projection, IReadOnlyList<SpacePoint> corners)
    {
        var result = new List<PixelPoint>();
        for (var i = 0; i < corners.Count; i++)
        {
            Vec3 a = Vec3.From(corners[i]),
                b = Vec3.From(corners[(i + 1) % corners.Count]);
            for (var k = 0; k < EdgeParts; k++)
            {
                Vec3 from = a + ((b - a) * ((double)k / EdgeParts)),
                    to = a + ((b - a) * ((k + 1.0) / EdgeParts));
                AddStep(projection, from, to, result);
            }
        }

        return result.Count < 3 ? [] : result;
    }

    /// <summary>Silhouette of the work volume in the picture; empty when the camera sees nothing of it.</summary>
    public static IReadOnlyList<PixelPoint> VolumeOutline(CameraProjection projection, MapStation s)
    {
        SpacePoint[] low = Corners(s, 0),
            high = Corners(s, projection.KnowsHeights ? WorkVolumeMetres : 0);
        IEnumerable<PixelPoint> points = [.. Outline(projection, low), .. Outline(projection, high)];
        for (var i = 0; i < 4; i++)
            points = points.Concat(Outline(projection, [low[i], high[i], high[(i + 1) % 4], low[(i + 1) % 4]]));
        return Polygons.Hull(points);
    }

    /// <summary>Share of the worktop's surface that falls inside the picture, [0, 1].</summary>
    /// <remarks>Counted on the worktop, not in the picture: perspective would give the near edge too many votes, and a polygon that reaches
    /// behind the camera has no area.</remarks>
    public static double InPictureShare(CameraProjection projection, MapStation s)
    {
        var inside = 0;
        for (var i = 0; i < ShareColumns; i++)
        {
            for (var j = 0; j < ShareRows; j++)
            {
                if (
                    projection.Project(At(s, ((i + 0.5) / ShareColumns) - 0.5, ((j + 0.5) / ShareRows) - 0.5, 0)) is { } p
                    && projection.Contains(p)
                )
                    inside++;
            }
        }

        return (double)inside / (ShareColumns * ShareRows);
    }

    private static SpacePoint At(MapStation s, double across, double along, double above)
    {
        var (sin, cos) = Math.SinCos(s.RotationDeg * Math.PI / 180);
        double x = across * s.Size.Width,
            y = along * s.Size.Depth;
        return new(s.Center.X + (x * cos) - (y * sin), s.Center.Y + (x * sin) + (y * cos), s.Height + above);
    }

    /// <summary>Adds the start of a step, and the place where the view ends or begins within it.</summary>
    private static void AddStep(CameraProjection projection, Vec3 from, Vec3 to, List<PixelPoint> result)
    {
        var a = projection.Project(from.ToPoint());
        if (a is { } seen)
            result.Add(seen);
        if (a is null == projection.Project(to.ToPoint()) is null)
            return;
        var (inside, outside) = a is null ? (to, from) : (from, to);
        for (var i = 0; i < 20; i++)
        {
            var middle = (inside + outside) * 0.5;
            if (projection.Project(middle.ToPoint()) is null)
                outside = middle;
            else
                inside = middle;
        }

        result.Add(projection.Project(inside.ToPoint())!.Value);
    }
}
