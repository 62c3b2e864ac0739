using System.Collections.Immutable;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>How much of a room's floor is in view.</summary>
/// <param name="FloorAreaM2">Floor inside the outline without obstacles, m².</param>
/// <param name="ByOne">Share in view of at least one camera, [0, 1]; null when no camera's view of the floor is known.</param>
/// <param name="ByTwo">Share in view of at least two cameras, [0, 1]; null as above.</param>
public readonly record struct FloorShare(double FloorAreaM2, double? ByOne, double? ByTwo);

/// <summary>A part of the floor that no healthy camera sees.</summary>
/// <param name="Outline">Plan polygon, metres; holes are not drawn.</param>
/// <param name="AreaM2">Area, m², holes left out.</param>
public sealed record BlindSpot(IReadOnlyList<PlanPoint> Outline, double AreaM2);

/// <summary>
/// Which cells of the floor each camera sees, kept per camera, so that a change of camera health only combines bits. Immutable.
/// </summary>
public sealed class FloorCoverage
{
    /// <summary>A blind spot smaller than this is not worth a word, m².</summary>
    public const double LeastBlindSpotM2 = 0.05;

    private const double OutlineToleranceMetres = 0.06;

    private readonly StationMap _map;
    private readonly FloorGrid _grid;
    private readonly CellSet _floor;
    private readonly SightLines _sight;
    private readonly ImmutableDictionary<CameraId, CellSet> _seen;

    private FloorCoverage(StationMap map, FloorGrid grid, CellSet floor, SightLines sight, ImmutableDictionary<CameraId, CellSet> seen) =>
        (_map, _grid, _floor, _sight, _seen) = (map, grid, floor, sight, seen);

    /// <summary>Cameras whose view of the floor is known.</summary>
    public IEnumerable<CameraId> Cameras => _seen.Keys;

    internal FloorGrid Grid => _grid;

    /// <summary>Looks from every camera at every cell.</summary>
    public static FloorCoverage Of(StationMap map, IReadOnlyList<CameraGeometry> cameras) => Of(map, cameras, FloorGrid.CellMetres);

    /// <summary>The same with cells of another size.</summary>
    internal static FloorCoverage Of(StationMap map, IReadOnlyList<CameraGeometry> cameras, double cellMetres)
    {
        var grid = FloorGrid.Over(map.Room.Outline, cellMetres);
        var sight = new SightLines(map);
        var floor = new CellSet(grid.Count);
        for (var i = 0; i < grid.Count; i++)
        {
            var p = grid.Centre(i);
            if (Polygons.Contains(map.Room.Outline, p.X, p.Y) && !sight.Occupied(p))
                floor[i] = true;
        }

        var coverage = new FloorCoverage(map, grid, floor, sight, ImmutableDictionary<CameraId, CellSet>.Empty);
        return cameras.Aggregate(coverage, (sum, camera) => sum.With(camera));
    }

    /// <summary>The same with one camera looked at anew.</summary>
    public FloorCoverage With(CameraGeometry camera) =>
        new(
            _map,
            _grid,
            _floor,
            _sight,
            camera.Projection is null ? _seen.Remove(camera.Camera.Id) : _seen.SetItem(camera.Camera.Id, See(camera))
        );

    /// <summary>The same without a camera.</summary>
    internal FloorCoverage Without(CameraId camera) => new(_map, _grid, _floor, _sight, _seen.Remove(camera));

    /// <summary>Number of cameras that see a cell; null off the floor.</summary>
    internal int? CountAt(int cell) => _floor[cell] ? _seen.Count(s => s.Value[cell]) : null;

    /// <summary>Shares in view of the cameras that <paramref name="healthy"/> accepts.</summary>
    public FloorShare Share(Func<CameraId, bool> healthy)
    {
        var all = _floor.Size;
        var area = all * _grid.Cell * _grid.Cell;
        if (_seen.IsEmpty || all == 0)
            return new(area, null, null);
        var (one, two) = Combined(healthy);
        return new(area, (double)one.Size / all, (double)two.Size / all);
    }

    /// <summary>Parts of the floor out of view of every camera that <paramref name="healthy"/> accepts, worst (largest) first.</summary>
    public IReadOnlyList<BlindSpot> BlindSpots(Func<CameraId, bool> healthy)
    {
        var blind = CellSet.Without(_floor, Combined(healthy).One, _grid.Count);
        var cellM2 = _grid.Cell * _grid.Cell;
        return
        [
            .. CellRegions
                .Find(_grid, blind, (int)Math.Ceiling(LeastBlindSpotM2 / cellM2), Tolerance)
                .Select(r => new BlindSpot(r.Outline, r.Cells * cellM2)),
        ];
    }

    /// <summary>Largest connected part of the floor that a camera sees, plan polygon in metres; empty when unknown or nothing.</summary>
    public IReadOnlyList<PlanPoint> ViewOf(CameraId camera) =>
        _seen.TryGetValue(camera, out var seen) && CellRegions.Find(_grid, seen, 1, Tolerance) is [var largest, ..] ? largest.Outline : [];

    /// <summary>Number of accepted cameras that see a place of the plan; 0 off the floor.</summary>
    public int Seeing(PlanPoint place, Func<CameraId, bool> healthy)
    {
        int x = (int)Math.Floor((place.X - _grid.Left) / _grid.Cell),
            y = (int)Math.Floor((place.Y - _grid.Bottom) / _grid.Cell);
        return x < 0 || y < 0 || x >= _grid.Columns || y >= _grid.Rows
            ? 0
            : _seen.Count(s => healthy(s.Key) && s.Value[(y * _grid.Columns) + x]);
    }

    private double Tolerance => Math.Max(OutlineToleranceMetres, 1.2 * _grid.Cell);

    private (CellSet One, CellSet Two) Combined(Func<CameraId, bool> healthy)
    {
        CellSet one = new(_grid.Count),
            two = new(_grid.Count);
        foreach (var (camera, seen) in _seen)
            if (healthy(camera))
                CellSet.Add(seen, one, two);
        return (one, two);
    }

    private CellSet See(CameraGeometry camera)
    {
        var projection = camera.Projection!;
        var least = StationRequirements.Of(_map).FloorDensityPxPerMetre;
        double sx = (double)camera.RecordedSize.Width / camera.Camera.Image.Width,
            sy = (double)camera.RecordedSize.Height / camera.Camera.Image.Height;
        var seen = new CellSet(_grid.Count);

        // Each word of the set has one writer.
        Parallel.For(
            0,
            (_grid.Count + CellSet.WordBits - 1) / CellSet.WordBits,
            word =>
            {
                for (var i = word * CellSet.WordBits; i < Math.Min(_grid.Count, (word + 1) * CellSet.WordBits); i++)
                    if (_floor[i] && Sees(_grid.Centre(i)))
                        seen[i] = true;
            }
        );
        return seen;

        bool Sees(PlanPoint place)
        {
            var at = new SpacePoint(place.X, place.Y, 0);
            if (projection.Project(at) is not { } pixel || !projection.Contains(pixel))
                return false;
            if (PixelDensity.Facing(projection, at, sx, sy) is not { } density || density < least)
                return false;
            return projection.Position is not { } position || !_sight.Hidden(position, place);
        }
    }
}
