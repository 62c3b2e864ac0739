using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Plates;

/// <summary>A plate seen at one place over several pictures.</summary>
/// <param name="Tag">Number of the tag.</param>
/// <param name="Center">Middle of the tag, pixels; the median over the pictures.</param>
/// <param name="SidePx">Mean side of the black border, pixels; the median over the pictures.</param>
/// <param name="Pictures">Pictures in which it was seen there.</param>
public sealed record PlateSighting(int Tag, PixelPoint Center, double SidePx, int Pictures);

/// <summary>
/// Joins what single pictures show: someone may stand before a plate in one of them, noise may spoil it in another. Pure.
/// </summary>
public static class PlateVote
{
    /// <summary>Share of the pictures in which a plate must be seen at the same place.</summary>
    public const double LeastShare = 0.3;

    /// <summary>Mean length of a tag's four sides, pixels.</summary>
    public static double Side(DetectedTag tag) => Enumerable.Range(0, 4).Average(i => Distance(tag.Corners[i], tag.Corners[(i + 1) % 4]));

    /// <summary>Plates seen in enough of the pictures, by tag; the same tag at two places gives two sightings.</summary>
    public static IReadOnlyList<PlateSighting> Join(IReadOnlyList<IReadOnlyList<DetectedTag>> pictures)
    {
        var places = new List<List<DetectedTag>>();
        foreach (var tag in pictures.SelectMany(p => p))
        {
            var place = places.Find(p => p[0].Id == tag.Id && Distance(p[0].Center, tag.Center) < 0.5 * Side(p[0]));
            if (place is null)
                places.Add([tag]);
            else
                place.Add(tag);
        }

        var needed = Math.Max(1, (int)Math.Ceiling(LeastShare * pictures.Count));
        return
        [
            .. places
                .Where(p => p.Count >= needed)
                .Select(p => new PlateSighting(
                    p[0].Id,
                    new(Median(p.Select(t => t.Center.U)), Median(p.Select(t => t.Center.V))),
                    Median(p.Select(Side)),
                    p.Count
                ))
                .OrderBy(s => s.Tag)
                .ThenByDescending(s => s.Pictures),
        ];
    }

    private static double Distance(PixelPoint a, PixelPoint b) => double.Hypot(a.U - b.U, a.V - b.V);

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
