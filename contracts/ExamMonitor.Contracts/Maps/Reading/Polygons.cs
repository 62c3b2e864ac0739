namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Plane geometry of small polygons, in whatever unit the points have.</summary>
internal static class Polygons
{
    private const double Tolerance = 1e-9;

    /// <summary>
    /// The first two sides that touch or cross although they are not neighbours, by their first corner; null when the outline is simple.
    /// </summary>
    public static (int First, int Second)? Crossing(IReadOnlyList<(double X, double Y)> p)
    {
        for (var i = 0; i < p.Count; i++)
        {
            for (var j = i + 2; j < p.Count; j++)
            {
                if (i == 0 && j == p.Count - 1)
                    continue;
                if (Touch(p[i], p[(i + 1) % p.Count], p[j], p[(j + 1) % p.Count]))
                    return (i, j);
            }
        }

        return null;
    }

    /// <summary>Area, ≥ 0.</summary>
    public static double Area(IReadOnlyList<(double X, double Y)> p)
    {
        var twice = 0.0;
        for (var i = 0; i < p.Count; i++)
        {
            var (a, b) = (p[i], p[(i + 1) % p.Count]);
            twice += (a.X * b.Y) - (b.X * a.Y);
        }

        return Math.Abs(twice) / 2;
    }

    /// <summary>Whether a point is inside or within <paramref name="margin"/> of the edge.</summary>
    public static bool Contains(IReadOnlyList<(double X, double Y)> p, (double X, double Y) point, double margin)
    {
        var inside = false;
        for (int i = 0, j = p.Count - 1; i < p.Count; j = i++)
        {
            if (DistanceToSide(point, p[i], p[j]) <= margin)
                return true;
            if (p[i].Y > point.Y != p[j].Y > point.Y && point.X < ((p[j].X - p[i].X) * (point.Y - p[i].Y) / (p[j].Y - p[i].Y)) + p[i].X)
                inside = !inside;
        }

        return inside;
    }

    /// <summary>
    /// Dimensions that points span: 0 a point, 1 a line, 2 a plane, 3 space; thinner than <paramref name="thickness"/> counts as flat.
    /// </summary>
    public static int Span(IReadOnlyList<SpacePoint> points, double thickness)
    {
        if (points.Count == 0)
            return 0;
        var o = points[0];
        var a = Vectors(points, o).MaxBy(v => Length(v));
        if (Length(a) < thickness)
            return 0;
        var b = Vectors(points, o).MaxBy(v => Length(Cross(a, v)));
        var normal = Cross(a, b);
        if (Length(normal) / Length(a) < thickness)
            return 1;
        return Vectors(points, o).Max(v => Math.Abs((v.X * normal.X) + (v.Y * normal.Y) + (v.Z * normal.Z))) / Length(normal) < thickness
            ? 2
            : 3;
    }

    private static IEnumerable<SpacePoint> Vectors(IReadOnlyList<SpacePoint> points, SpacePoint from) =>
        points.Select(p => new SpacePoint(p.X - from.X, p.Y - from.Y, p.Z - from.Z));

    private static SpacePoint Cross(SpacePoint a, SpacePoint b) =>
        new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    private static double Length(SpacePoint v) => Math.Sqrt((v.X * v.X) + (v.Y * v.Y) + (v.Z * v.Z));

    private static bool Touch((double X, double Y) a, (double X, double Y) b, (double X, double Y) c, (double X, double Y) d)
    {
        var (abc, abd, cda, cdb) = (Turn(a, b, c), Turn(a, b, d), Turn(c, d, a), Turn(c, d, b));
        if (abc != abd && cda != cdb && abc * abd <= 0 && cda * cdb <= 0 && (abc, abd, cda, cdb) != (0, 0, 0, 0))
            return true;
        return (abc == 0 && Between(a, b, c))
            || (abd == 0 && Between(a, b, d))
            || (cda == 0 && Between(c, d, a))
            || (cdb == 0 && Between(c, d, b));
    }

    private static int Turn((double X, double Y) a, (double X, double Y) b, (double X, double Y) c)
    {
        var cross = ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));
        return Math.Abs(cross) < Tolerance ? 0 : Math.Sign(cross);
    }

    private static bool Between((double X, double Y) a, (double X, double Y) b, (double X, double Y) p) =>
        p.X >= Math.Min(a.X, b.X) - Tolerance
        && p.X <= Math.Max(a.X, b.X) + Tolerance
        && p.Y >= Math.Min(a.Y, b.Y) - Tolerance
        && p.Y <= Math.Max(a.Y, b.Y) + Tolerance;

    private static double DistanceToSide((double X, double Y) p, (double X, double Y) a, (double X, double Y) b)
    {
        var (dx, dy) = (b.X - a.X, b.Y - a.Y);
        var length = (dx * dx) + (dy * dy);
        var t = length < Tolerance ? 0 : Math.Clamp((((p.X - a.X) * dx) + ((p.Y - a.Y) * dy)) / length, 0, 1);
        return Math.Sqrt(Math.Pow(p.X - (a.X + (t * dx)), 2) + Math.Pow(p.Y - (a.Y + (t * dy)), 2));
    }
}
