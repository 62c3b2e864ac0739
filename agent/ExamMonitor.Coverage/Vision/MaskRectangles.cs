using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Vision;

/// <summary>Turns mask polygons into rectangles that hide them wholly.</summary>
public static class MaskRectangles
{
    /// <summary>Strips per polygon that is no upright rectangle; 8 polygons of a map stay within the 64 rectangles of a view.</summary>
    private const int Strips = 8;

    /// <summary>Rectangles of a picture, px of <paramref name="to"/>.</summary>
    /// <param name="polygons">Pixels of <paramref name="from"/>; null for none.</param>
    /// <param name="from">Size in which they are given.</param>
    /// <param name="to">Size of the picture.</param>
    public static IReadOnlyList<PixelRectangle> Of(IReadOnlyList<IReadOnlyList<PixelPoint>>? polygons, PixelSize from, PixelSize to)
    {
        var (sx, sy) = ((double)to.Width / from.Width, (double)to.Height / from.Height);
        return polygons is null ? [] : [.. polygons.SelectMany(p => Of([.. p.Select(q => new PixelPoint(q.U * sx, q.V * sy))]))];
    }

    private static IEnumerable<PixelRectangle> Of(PixelPoint[] polygon)
    {
        double top = polygon.Min(p => p.V),
            bottom = polygon.Max(p => p.V);
        var strips = IsUpright(polygon) ? 1 : Strips;
        for (var i = 0; i < strips; i++)
        {
            double from = top + ((bottom - top) * i / strips),
                to = top + ((bottom - top) * (i + 1) / strips);
            var reach = Reach(polygon, from, to).ToArray();
            if (reach.Length == 0)
                continue;
            int x = (int)Math.Floor(reach.Min()),
                y = (int)Math.Floor(from);
            yield return new(x, y, (int)Math.Ceiling(reach.Max()) - x, (int)Math.Ceiling(to) - y);
        }
    }

    /// <summary>Horizontal places at which the polygon's sides lie within a strip.</summary>
    private static IEnumerable<double> Reach(PixelPoint[] polygon, double from, double to)
    {
        for (var i = 0; i < polygon.Length; i++)
        {
            var (a, b) = (polygon[i], polygon[(i + 1) % polygon.Length]);
            if (Math.Max(a.V, b.V) < from || Math.Min(a.V, b.V) > to)
                continue;
            foreach (var v in (double[])[Math.Clamp(a.V, from, to), Math.Clamp(b.V, from, to)])
                yield return Math.Abs(b.V - a.V) < 1e-9 ? a.U : a.U + ((b.U - a.U) * (v - a.V) / (b.V - a.V));
            if (Math.Abs(b.V - a.V) < 1e-9)
                yield return b.U;
        }
    }

    private static bool IsUpright(PixelPoint[] p) =>
        p.Length == 4 && p.Select(q => q.U).Distinct().Count() == 2 && p.Select(q => q.V).Distinct().Count() == 2;
}
