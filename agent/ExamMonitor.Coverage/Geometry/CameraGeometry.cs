using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A camera of a room: its solution and how it sees every station. Immutable and safe for any number of threads.</summary>
public sealed class CameraGeometry
{
    private readonly StationMap _map;

    private CameraGeometry(StationMap map, MapCamera camera, CameraSolution solution, PictureHomography? displacement)
    {
        (_map, Camera, Solution, Displacement) = (map, camera, solution, displacement);
        Projection =
            displacement is { } moved && solution.Projection is { } was ? DisplacedProjection.From(was, moved) : solution.Projection;
        Stations = [.. map.Stations.Select(View)];
    }

    /// <summary>The camera of the map.</summary>
    public MapCamera Camera { get; }

    /// <summary>Size of the recorded picture; the map's image size when it says no other.</summary>
    public PixelSize RecordedSize => Camera.RecordedSize ?? Camera.Image;

    /// <summary>What its points gave at commissioning.</summary>
    public CameraSolution Solution { get; }

    /// <summary>Measured displacement of the picture since commissioning; null while the camera hangs as it did.</summary>
    public PictureHomography? Displacement { get; }

    /// <summary>Projection in force, with the displacement; null without a calibration.</summary>
    public CameraProjection? Projection { get; }

    /// <summary>Every station of the map, in its order, those out of view included.</summary>
    public IReadOnlyList<StationView> Stations { get; }

    /// <summary>Where it hangs on the plan, metres; null when the calibration does not tell.</summary>
    public PlanPoint? Position => Projection?.Position is { } p ? new(p.X, p.Y) : null;

    /// <summary>Solves a camera of the map.</summary>
    public static CameraGeometry Of(StationMap map, MapCamera camera) => new(map, camera, CameraSolver.Solve(map, camera), null);

    /// <summary>A camera of the map whose solution is known.</summary>
    internal static CameraGeometry Of(StationMap map, MapCamera camera, CameraSolution solution) => new(map, camera, solution, null);

    /// <summary>The view of a station.</summary>
    /// <exception cref="ArgumentException">The map has no such station.</exception>
    public StationView ViewOf(StationId station) =>
        Stations.FirstOrDefault(s => s.Station == station)
        ?? throw new ArgumentException($"The map of room {_map.Room.Id} has no station {station}.", nameof(station));

    /// <summary>
    /// The same camera after its picture moved: stations at their new places, density and in-picture share computed anew.
    /// </summary>
    /// <param name="displacement">Where pixels of the commissioned picture lie now, at the map's image size; null for back in
    /// place.</param>
    public CameraGeometry Displaced(PictureHomography? displacement) => new(_map, Camera, Solution, displacement);

    /// <summary>
    /// Angle by which a camera turned so that its picture moved in this way, degrees [0, 180]; null when the lens is not known.
    /// </summary>
    public double? TurnDegrees(PictureHomography displacement) =>
        Solution.Projection is PinholeProjection lens ? CameraTurn.Degrees(lens, displacement) : null;

    private StationView View(MapStation station)
    {
        var requirements = StationRequirements.Of(_map, station);
        var drawn = station.Regions is { } regions && regions.TryGetValue(Camera.Id, out var region) && region.Count >= 3 ? region : null;
        if (drawn is null && Projection is null)
            return new(station.Id, Camera.Id, [], [], [], HandDrawn: false, 0, 0, null, DensityBasis.Region, requirements);
        var outline = drawn is null ? StationShape.Outline(Projection!, StationShape.Corners(station, 0)) : Moved(drawn);
        var visible = Polygons.Clip(outline, Camera.Image);
        var share =
            drawn is null ? StationShape.InPictureShare(Projection!, station)
            : Polygons.Area(outline) is > 0 and var area ? Polygons.Area(visible) / area
            : 0;
        var volume = drawn is null ? StationShape.VolumeOutline(Projection!, station) : outline;
        var (density, worktop, basis) = Density(station, outline);
        return new(
            station.Id,
            Camera.Id,
            outline,
            visible.Count < 3 ? [] : visible,
            volume,
            drawn is not null,
            share,
            density,
            worktop,
            basis,
            requirements
        );
    }

    private (double Facing, double? Worktop, DensityBasis Basis) Density(MapStation station, IReadOnlyList<PixelPoint> outline)
    {
        double sx = (double)RecordedSize.Width / Camera.Image.Width,
            sy = (double)RecordedSize.Height / Camera.Image.Height;
        if (Projection is null)
            return (Math.Sqrt(Polygons.Area(outline) * sx * sy / (station.Size.Width * station.Size.Depth)), null, DensityBasis.Region);
        var facing = PixelDensity.Facing(Projection, StationShape.VolumeCentre(station), sx, sy) ?? 0;
        var worktop = PixelDensity.Of(Projection, StationShape.WorktopCentre(station), new(1, 0, 0), new(0, 1, 0), sx, sy)?.Smaller;
        return (facing, worktop, Projection.KnowsHeights ? DensityBasis.Calibrated : DensityBasis.FloorOnly);
    }

    private IReadOnlyList<PixelPoint> Moved(IReadOnlyList<PixelPoint> region)
    {
        if (Displacement is not { } moved)
            return region;
        var points = region.Select(moved.Apply).ToArray();
        return points.Any(p => p is null) ? [] : [.. points.Select(p => p!.Value)];
    }
}
