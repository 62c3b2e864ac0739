using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>Plane polygons as lists of corners without a repeated last one.</summary>
internal static class Polygons
{
    /// <summary>Area, ≥ 0, whichever way round the corners go.</summary>
    public static double Area(IReadOnlyList<PixelPoint> p)
    {
        double twice = 0;
        for (int i = 0, j = p.Count - 1; i < p.Count; j = i++)
            twice += (p[j].U * p[i].V) - (p[i].U * p[j].V);
        return Math.Abs(twice) / 2;
    }

    /// <summary>The part inside [0, width] × [0, height] (Sutherland and Hodgman).</summary>
    public static IReadOnlyList<PixelPoint> Clip(IReadOnlyList<PixelPoint> polygon, PixelSize size)
    {
        var p = polygon;
        p = ClipSide(p, q => q.U);
        p = ClipSide(p, q => size.Width - q.U);
        p = ClipSide(p, q => q.V);
        return ClipSide(p, q => size.Height - q.V);
    }

    /// <summary>Whether a point of the plan is inside (even–odd rule).</summary>
    public static bool Contains(IReadOnlyList<PlanPoint> polygon, double x, double y)
    {
        var inside = false;
        for (int i = 0, j = polygon.Count - 1; i < polygon.Count; j = i++)
        {
            PlanPoint a = polygon[i],
                b = polygon[j];
            if ((a.Y > y) != (b.Y > y) && x < ((b.X - a.X) * (y - a.Y) / (b.Y - a.Y)) + a.X)
                inside = !inside;
        }

        return inside;
    }

    /// <summary>Convex hull (Andrew's monotone chain).</summary>
    public static IReadOnlyList<PixelPoint> Hull(IEnumerable<PixelPoint> points)
    {
        var sorted = points.Distinct().OrderBy(p => p.U).ThenBy(p => p.V).ToArray();
        if (sorted.Length < 3)
            return sorted;
        var hull = new List<PixelPoint>();
        foreach (var half in new[] { sorted, [.. sorted.Reverse()] })
        {
            var start = hull.Count;
            foreach (var p in half)
            {
                while (hull.Count >= start + 2 && Turn(hull[^2], hull[^1], p) <= 0)
                    hull.RemoveAt(hull.Count - 1);
                hull.Add(p);
            }

            hull.RemoveAt(hull.Count - 1);
        }

        return hull;
    }

    /// <summary>Fewer corners, none farther than <paramref name="tolerance"/> from the outline given (Douglas and Peucker).</summary>
    public static IReadOnlyList<PlanPoint> Simplify(IReadOnlyList<PlanPoint> ring, double tolerance)
    {
        if (ring.Count < 5)
            return ring;
        var far = 0;
        for (var i = 1; i < ring.Count; i++)
            if (Distance(ring[0], ring[i]) > Distance(ring[0], ring[far]))
                far = i;
        var keep = new bool[ring.Count + 1];
        keep[0] = keep[far] = keep[ring.Count] = true;
        var open = new Stack<(int From, int To)>([(0, far), (far, ring.Count)]);
        while (open.TryPop(out var part))
        {
            var (worst, at) = (tolerance, -1);
            for (var i = part.From + 1; i < part.To; i++)
            {
                var d = FromSegment(ring[i], ring[part.From], ring[part.To % ring.Count]);
                if (d > worst)
                    (worst, at) = (d, i);
            }

            if (at < 0)
                continue;
            keep[at] = true;
            open.Push((part.From, at));
            open.Push((at, part.To));
        }

        return [.. ring.Where((_, i) => keep[i])];
    }

    /// <summary>Whether two segments of the plan touch or cross.</summary>
    public static bool Cross(PlanPoint a, PlanPoint b, PlanPoint c, PlanPoint d)
    {
        double d1 = Side(c, d, a),
            d2 = Side(c, d, b),
            d3 = Side(a, b, c),
            d4 = Side(a, b, d);
        return ((d1 > 0) != (d2 > 0)) && ((d3 > 0) != (d4 > 0));
    }

    private static List<PixelPoint> ClipSide(IReadOnlyList<PixelPoint> p, Func<PixelPoint, double> inside)
    {
        var result = new List<PixelPoint>(p.Count + 4);
        for (int i = 0, j = p.Count - 1; i < p.Count; j = i++)
        {
            double a = inside(p[j]),
                b = inside(p[i]);
            if ((a >= 0) != (b >= 0))
            {
                var t = a / (a - b);
                result.Add(new(p[j].U + ((p[i].U - p[j].U) * t), p[j].V + ((p[i].V - p[j].V) * t)));
            }

            if (b >= 0)
                result.Add(p[i]);
        }

        return result;
    }

    private static double Turn(PixelPoint a, PixelPoint b, PixelPoint c) => ((b.U - a.U) * (c.V - a.V)) - ((b.V - a.V) * (c.U - a.U));

    private static double Side(PlanPoint a, PlanPoint b, PlanPoint p) => ((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X));

    private static double Distance(PlanPoint a, PlanPoint b) => double.Hypot(a.X - b.X, a.Y - b.Y);

    private static double FromSegment(PlanPoint p, PlanPoint a, PlanPoint b)
    {
        double dx = b.X - a.X,
            dy = b.Y - a.Y,
            l2 = (dx * dx) + (dy * dy);
        var t = l2 < 1e-18 ? 0 : Math.Clamp((((p.X - a.X) * dx) + ((p.Y - a.Y) * dy)) / l2, 0, 1);
        return Distance(p, new(a.X + (t * dx), a.Y + (t * dy)));
    }
}
