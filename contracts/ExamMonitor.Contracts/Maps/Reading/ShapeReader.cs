using System.Text.Json;

namespace ExamMonitor.Contracts.Maps.Reading;

/// <summary>Reads points, sizes and polygons.</summary>
internal sealed class ShapeReader(Findings findings)
{
    /// <summary>Farthest plan coordinate, metres.</summary>
    public const double FarthestMetres = 1000;

    private const double FarthestPixel = 100_000;
    private const int MostCorners = 1000;
    private static readonly LocalText Polygon = new("the corners of a polygon in order, at least three", "多边形的顶点，按顺序，至少三个");

    public PlanPoint? Plan(JsonPlace? place) => Tuple(place, FarthestMetres, "[x, y]", " m", 2) is [var x, var y] ? new(x, y) : null;

    public SpacePoint? Space(JsonPlace? place) =>
        Tuple(place, FarthestMetres, "[x, y, z]", " m", 3) is [var x, var y, var z] ? new(x, y, z) : null;

    public PixelPoint? Pixel(JsonPlace? place) => Tuple(place, FarthestPixel, "[u, v]", " px", 2) is [var u, var v] ? new(u, v) : null;

    /// <summary>A plan polygon of at least 0.01 m².</summary>
    public IReadOnlyList<PlanPoint>? PlanPolygon(JsonPlace? place)
    {
        var points = Corners(place, Plan);
        return points is not null && IsSimple(place!, [.. points.Select(p => (p.X, p.Y))], 0.01, " m²") ? points : null;
    }

    /// <summary>A polygon in a picture of at least 16 px².</summary>
    public IReadOnlyList<PixelPoint>? PixelPolygon(JsonPlace? place)
    {
        var points = Corners(place, Pixel);
        return points is not null && IsSimple(place!, [.. points.Select(p => (p.U, p.V))], 16, " px²") ? points : null;
    }

    private double[]? Tuple(JsonPlace? place, double farthest, string shape, string unit, int count)
    {
        if (place is null)
            return null;
        if (place.Kind != JsonTokenType.StartArray || place.Items.Count != count || place.Items.Any(i => i.Kind != JsonTokenType.Number))
        {
            findings.Error(
                place,
                new($"{shape} is expected here: {count} numbers in a list.", $"此处应为 {shape}：由 {count} 个数字组成的列表。"),
                new("Correct the list; the decimal mark is a point.", "请更正该列表；小数点使用英文句点。")
            );
            return null;
        }

        if (place.Items.All(i => Math.Abs(i.Number) <= farthest))
            return [.. place.Items.Select(i => i.Number)];
        findings.Error(
            place,
            new($"A number is beyond {MapObject.Show(farthest)}{unit}.", $"有数字超出 {MapObject.Show(farthest)}{unit}。"),
            new(
                "Plan points are in metres, picture points in pixels: check the unit and the decimal mark.",
                "平面坐标以米为单位，图像坐标以像素为单位：请检查单位和小数点。"
            )
        );
        return null;
    }

    private List<T>? Corners<T>(JsonPlace? place, Func<JsonPlace, T?> read)
        where T : struct
    {
        if (place is null || MapObject.ItemsOf(place, 3, MostCorners, Polygon, findings) is not { } items)
            return null;
        var points = items.Select(read).ToList();
        return points.TrueForAll(p => p.HasValue) ? points.ConvertAll(p => p!.Value) : null;
    }

    private bool IsSimple(JsonPlace place, List<(double X, double Y)> points, double leastArea, string unit)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i] != points[(i + 1) % points.Count])
                continue;
            findings.Error(
                place.Items[i],
                new("Two neighbouring corners are the same point.", "两个相邻顶点是同一点。"),
                new("Remove one; the outline closes by itself.", "请删除其中一个；轮廓会自动闭合。")
            );
            return false;
        }

        if (Polygons.Crossing(points) is var (first, second))
        {
            findings.Error(
                place.Items[second],
                new(
                    $"The outline crosses itself: the sides after corner {first + 1} and after corner {second + 1} meet.",
                    $"轮廓自相交：第 {first + 1} 个顶点后的边与第 {second + 1} 个顶点后的边相交。"
                ),
                new("Give the corners in the order in which you walk around the shape.", "请按绕行一周的顺序列出顶点。")
            );
            return false;
        }

        if (Polygons.Area(points) >= leastArea)
            return true;
        findings.Error(
            place,
            new(
                $"The polygon has less than {MapObject.Show(leastArea)}{unit} of area.",
                $"多边形面积小于 {MapObject.Show(leastArea)}{unit}。"
            ),
            new("Check the corners and their unit.", "请检查顶点及其单位。")
        );
        return false;
    }
}
