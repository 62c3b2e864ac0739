using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>A room's floor, with all that was drawn of it: what did not change is not drawn again. Safe from any thread.</summary>
internal sealed class PlannedFloor
{
    /// <summary>Most cells of the heat map along a side.</summary>
    private const int MostCells = 200;

    private readonly Dictionary<CameraId, (string Key, Lazy<IReadOnlyList<PlanPoint>> View)> _cameras;
    private readonly Lazy<FloorResult> _result;
    private readonly Lazy<FloorCells> _cells;

    /// <summary>A floor that no camera looks at yet.</summary>
    public PlannedFloor(FloorCoverage coverage)
        : this(coverage, []) { }

    private PlannedFloor(FloorCoverage coverage, Dictionary<CameraId, (string, Lazy<IReadOnlyList<PlanPoint>>)> cameras)
    {
        (Coverage, _cameras) = (coverage, cameras);
        _result = new(Draw);
        _cells = new(() => Cells(coverage));
    }

    /// <summary>What the cameras see.</summary>
    public FloorCoverage Coverage { get; }

    /// <summary>The same floor with these cameras; this one when they are the same.</summary>
    public PlannedFloor With(IReadOnlyList<(CameraGeometry Camera, string Key)> cameras)
    {
        if (cameras.Count == _cameras.Count && cameras.All(c => _cameras.TryGetValue(c.Camera.Camera.Id, out var k) && k.Key == c.Key))
            return this;
        var (floor, seen) = (Coverage, new Dictionary<CameraId, (string, Lazy<IReadOnlyList<PlanPoint>>)>());
        foreach (var gone in _cameras.Keys.Where(k => cameras.All(c => c.Camera.Camera.Id != k)))
            floor = floor.Without(gone);
        foreach (var (camera, key) in cameras.Where(c => !(_cameras.TryGetValue(c.Camera.Camera.Id, out var k) && k.Key == c.Key)))
            floor = floor.With(camera);
        foreach (var (camera, key) in cameras)
        {
            var id = camera.Camera.Id;
            seen[id] = _cameras.TryGetValue(id, out var known) && known.Key == key ? known : (key, new(() => floor.ViewOf(id)));
        }

        return new(floor, seen);
    }

    /// <summary>Largest connected part that a camera sees.</summary>
    public IReadOnlyList<PlanPoint> ViewOf(CameraId camera) => _cameras.TryGetValue(camera, out var known) ? known.View.Value : [];

    /// <summary>The floor for an answer.</summary>
    public FloorResult Result(bool cells) => cells ? _result.Value with { Cells = _cells.Value } : _result.Value;

    private FloorResult Draw()
    {
        var share = Coverage.Share(_ => true);
        return new(
            share.FloorAreaM2,
            share.ByOne,
            share.ByTwo,
            [.. Coverage.BlindSpots(_ => true).Select(b => new BlindFloor(b.Outline, b.AreaM2))]
        );
    }

    /// <summary>Every n-th cell of the grid, so that no side has more than <see cref="MostCells"/>.</summary>
    private static FloorCells Cells(FloorCoverage floor)
    {
        var grid = floor.Grid;
        var step = (int)Math.Ceiling(Math.Max(grid.Columns, grid.Rows) / (double)MostCells);
        int columns = (grid.Columns + step - 1) / step,
            rows = (grid.Rows + step - 1) / step;
        var counts = new char[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                // The cell nearest to the middle of the larger one speaks for it.
                int x = Math.Min(grid.Columns - 1, (column * step) + (step / 2)),
                    y = Math.Min(grid.Rows - 1, (row * step) + (step / 2));
                counts[(row * columns) + column] = floor.CountAt((y * grid.Columns) + x) is { } n ? (char)('0' + Math.Min(9, n)) : '.';
            }
        }

        return new(grid.Left, grid.Bottom, grid.Cell * step, columns, rows, new(counts));
    }
}
