using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Plates;

/// <summary>Where a station's plate is.</summary>
public enum PlateState
{
    /// <summary>At its station.</summary>
    InPlace,

    /// <summary>
    /// At another station, or at none: station and number do not belong together any more, or the camera shows another place than the map
    /// says.
    /// </summary>
    Elsewhere,

    /// <summary>Seen at two places at once.</summary>
    Twice,

    /// <summary>Not seen; no fault by itself, since a person or a thing may stand before it.</summary>
    NotSeen,
}

/// <summary>What a camera saw of a station's plate.</summary>
/// <param name="Station">Station whose plate it is.</param>
/// <param name="State">Where it is.</param>
/// <param name="At">Station at which it was seen instead; null when at none, or not elsewhere.</param>
/// <param name="Sighting">What was seen; null when nothing.</param>
/// <param name="Text">For a person.</param>
public sealed record PlateFinding(StationId Station, PlateState State, StationId? At, PlateSighting? Sighting, LocalText Text);

/// <summary>Whether numbers and stations belong together, as one camera sees it. Pure.</summary>
public static class PlateCheck
{
    /// <summary>A plate this far round a worktop's edge still belongs to its station, metres.</summary>
    private const double ReachMetres = 0.6;

    /// <summary>
    /// A plate that is stuck to the near edge of its desk may lie nearer, in the picture, to the middle of the desk before it: another
    /// station must be nearer by this factor.
    /// </summary>
    private const double OwnBefore = 2;

    /// <summary>One finding for each station in the camera's picture.</summary>
    /// <param name="map">The room.</param>
    /// <param name="camera">Camera whose picture it was; its displacement counts.</param>
    /// <param name="seen">Plates at the map's image size; see <see cref="AtMapSize"/>.</param>
    /// <param name="numbers">Numbers of the room.</param>
    public static IReadOnlyList<PlateFinding> Check(
        StationMap map,
        CameraGeometry camera,
        IReadOnlyList<PlateSighting> seen,
        PlateNumbers numbers
    )
    {
        var views = InView(camera);
        return [.. views.Select(v => Find(map, camera, views, v, [.. seen.Where(s => s.Tag == numbers.TagOf(v.Station))]))];
    }

    /// <summary>Sightings of a picture of another size, brought to the map's image size.</summary>
    public static IReadOnlyList<PlateSighting> AtMapSize(IReadOnlyList<PlateSighting> seen, PixelSize picture, PixelSize map)
    {
        double x = (double)map.Width / picture.Width,
            y = (double)map.Height / picture.Height;
        return [.. seen.Select(s => s with { Center = new(s.Center.U * x, s.Center.V * y), SidePx = s.SidePx * Math.Sqrt(x * y) })];
    }

    /// <summary>Calibration points of plates that lie flat in the middle of their worktops.</summary>
    public static IReadOnlyList<CalibrationPoint> Points(StationMap map, IReadOnlyList<PlateSighting> seen, PlateNumbers numbers) =>
        [
            .. map
                .Stations.Select(s => (Station: s, Seen: seen.Where(p => p.Tag == numbers.TagOf(s.Id)).ToArray()))
                .Where(s => s.Seen.Length == 1)
                .Select(s => new CalibrationPoint(new(s.Station.Center.X, s.Station.Center.Y, s.Station.Height), s.Seen[0].Center)),
        ];

    private static PlateFinding Find(StationMap map, CameraGeometry camera, StationView[] views, StationView own, PlateSighting[] seen)
    {
        if (seen.Length == 0)
            return new(own.Station, PlateState.NotSeen, null, null, NotSeen(own.Station));
        if (seen.Length > 1)
            return new(own.Station, PlateState.Twice, null, seen[0], Twice(own.Station, seen));
        var (isOwn, at) = Stands(map, camera, views, own, seen[0]);
        if (isOwn)
            return new(own.Station, PlateState.InPlace, null, seen[0], InPlace(own.Station));
        return new(own.Station, PlateState.Elsewhere, at, seen[0], Elsewhere(own.Station, at, seen[0]));
    }

    /// <summary>Where a plate stands: at its own station, at another one, or at none.</summary>
    /// <param name="map">The room.</param>
    /// <param name="camera">Camera that saw it; its displacement counts.</param>
    /// <param name="views">Stations in its picture; see <see cref="InView"/>.</param>
    /// <param name="own">The plate's own station; null when the camera does not show it, or no station has that number.</param>
    /// <param name="seen">The plate, at the map's image size.</param>
    internal static (bool IsOwn, StationId? At) Stands(
        StationMap map,
        CameraGeometry camera,
        IReadOnlyList<StationView> views,
        StationView? own,
        PlateSighting seen
    )
    {
        if (views.Count == 0)
            return (false, null);
        var (nearest, metres) = views.Select(v => (View: v, Metres: Metres(map, camera, v, seen))).MinBy(v => v.Metres);
        if (own is not null && Metres(map, camera, own, seen) is var away && away <= Reach(map, own) && away <= metres * OwnBefore)
            return (true, own.Station);
        return (false, metres <= Reach(map, nearest) ? nearest.Station : null);
    }

    /// <summary>Stations of which the camera shows anything.</summary>
    internal static StationView[] InView(CameraGeometry camera) => [.. camera.Stations.Where(v => v.Visible.Count > 0 && v.PxPerMetre > 0)];

    /// <summary>Distance from the middle of a station's work volume to the plate, metres facing the camera at that station.</summary>
    private static double Metres(StationMap map, CameraGeometry camera, StationView view, PlateSighting plate)
    {
        var station = map.Stations.First(s => s.Id == view.Station);
        var centre =
            view.HandDrawn || camera.Projection?.Project(StationShape.VolumeCentre(station)) is not { } seen
                ? new PixelPoint(view.Outline.Average(p => p.U), view.Outline.Average(p => p.V))
                : seen;
        var density =
            view.PxPerMetre
            * Math.Sqrt(
                (double)camera.Camera.Image.Width
                    * camera.Camera.Image.Height
                    / ((double)camera.RecordedSize.Width * camera.RecordedSize.Height)
            );
        return double.Hypot(centre.U - plate.Center.U, centre.V - plate.Center.V) / density;
    }

    private static double Reach(StationMap map, StationView view)
    {
        var size = map.Stations.First(s => s.Id == view.Station).Size;
        return (double.Hypot(size.Width, size.Depth) / 2) + ReachMetres;
    }

    private static LocalText InPlace(StationId s) => new($"The plate of {s} is at its station.", $"{s} 的编号牌在其工位上。");

    private static LocalText NotSeen(StationId s) => new($"The plate of {s} was not seen.", $"未看到 {s} 的编号牌。");

    private static LocalText Twice(StationId s, PlateSighting[] seen) =>
        new(
            $"The plate of {s} was seen at {seen.Length} places: {string.Join(" and ", seen.Select(Place))}. Take the extra one away.",
            $"{s} 的编号牌出现在 {seen.Length} 处：{string.Join("、", seen.Select(Place))}。请取走多余的。"
        );

    private static LocalText Elsewhere(StationId s, StationId? at, PlateSighting seen) =>
        at is { } other
            ? new(
                $"The plate of {s} was seen at station {other}. Put each plate at its own station, or correct the map.",
                $"{s} 的编号牌出现在工位 {other}。请将编号牌放回各自工位，或更正地图。"
            )
            : new(
                $"The plate of {s} was seen at pixel {Place(seen)}, at no station. Put it at its station, or calibrate the camera again.",
                $"{s} 的编号牌出现在像素 {Place(seen)} 处，不在任何工位上。请放回其工位，或重新标定摄像机。"
            );

    private static string Place(PlateSighting s) => string.Create(CultureInfo.InvariantCulture, $"({s.Center.U:0}, {s.Center.V:0})");
}
