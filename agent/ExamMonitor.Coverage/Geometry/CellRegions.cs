using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>Connected groups of cells as polygons.</summary>
internal static class CellRegions
{
    /// <summary>Every group of at least <paramref name="leastCells"/> cells that touch by their sides, largest first.</summary>
    public static IReadOnlyList<(IReadOnlyList<PlanPoint> Outline, int Cells)> Find(
        FloorGrid grid,
        CellSet cells,
        int leastCells,
        double tolerance
    )
    {
        var labels = new int[grid.Count];
        var found = new List<(int Label, int First, int Cells)>();
        var open = new Stack<int>();
        for (var i = 0; i < grid.Count; i++)
        {
            if (labels[i] != 0 || !cells[i])
                continue;
            var label = found.Count + 1;
            var size = Flood(grid, cells, labels, open, i, label);
            found.Add((label, i, size));
        }

        return
        [
            .. found
                .Where(f => f.Cells >= leastCells)
                .OrderByDescending(f => f.Cells)
                .Select(f => (Polygons.Simplify(Trace(grid, labels, f.First, f.Label), tolerance), f.Cells)),
        ];
    }

    private static int Flood(FloorGrid grid, CellSet cells, int[] labels, Stack<int> open, int start, int label)
    {
        var size = 0;
        labels[start] = label;
        open.Push(start);
        while (open.TryPop(out var at))
        {
            size++;
            var (x, y) = (at % grid.Columns, at / grid.Columns);
            if (x > 0)
                Visit(at - 1);
            if (x < grid.Columns - 1)
                Visit(at + 1);
            if (y > 0)
                Visit(at - grid.Columns);
            if (y < grid.Rows - 1)
                Visit(at + grid.Columns);
        }

        return size;

        void Visit(int next)
        {
            if (labels[next] != 0 || !cells[next])
                return;
            labels[next] = label;
            open.Push(next);
        }
    }

    /// <summary>
    /// Walks round the outer edge with the group on the left, from the lower left corner of its first cell (the lowest row's leftmost).
    /// </summary>
    private static List<PlanPoint> Trace(FloorGrid grid, int[] labels, int first, int label)
    {
        var ring = new List<PlanPoint>();
        var (x0, y0) = (first % grid.Columns, first / grid.Columns);
        var (x, y, dx, dy) = (x0, y0, 1, 0);
        do
        {
            ring.Add(grid.Corner(x, y));
            (x, y) = (x + dx, y + dy);
            // Ahead on the left and on the right of the corner just reached.
            bool left = In(x + Ahead(dx, -dy), y + Ahead(dy, dx)),
                right = In(x + Ahead(dx, dy), y + Ahead(dy, -dx));
            if (!left)
                (dx, dy) = (-dy, dx);
            else if (right)
                (dx, dy) = (dy, -dx);
        } while (x != x0 || y != y0);
        return ring;

        bool In(int column, int row) =>
            column >= 0 && row >= 0 && column < grid.Columns && row < grid.Rows && labels[(row * grid.Columns) + column] == label;
        static int Ahead(int along, int aside) => along + aside > 0 ? 0 : -1;
    }
}
