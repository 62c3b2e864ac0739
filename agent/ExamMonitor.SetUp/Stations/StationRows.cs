using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Stations;

/// <summary>Stations in rows. Pure.</summary>
internal static class StationRows
{
    private const int MostStations = 500;

    /// <summary>The stations of a grid, row by row; findings when a number is out of range.</summary>
    public static StationImport Of(StationGrid grid)
    {
        if (Fault(grid) is { } fault)
            return new([], [fault], null, "m");
        var stations = new List<MapStation>(grid.Rows * grid.Columns);
        var (sin, cos) = Math.SinCos(grid.RotationDeg * Math.PI / 180);
        var digits = Math.Max(2, (grid.FirstNumber + (grid.Rows * grid.Columns) - 1).ToString(CultureInfo.InvariantCulture).Length);
        for (var row = 0; row < grid.Rows; row++)
        {
            for (var i = 0; i < grid.Columns; i++)
            {
                var column = grid.Serpentine && row % 2 == 1 ? grid.Columns - 1 - i : i;
                double x = column * grid.ColumnSpacing,
                    y = row * grid.RowSpacing;
                var number = grid.FirstNumber + (row * grid.Columns) + i;
                stations.Add(
                    new(
                        StationId.Of(grid.Prefix + number.ToString($"D{digits}", CultureInfo.InvariantCulture)),
                        number.ToString(CultureInfo.InvariantCulture),
                        new(Math.Round(grid.First.X + (x * cos) - (y * sin), 4), Math.Round(grid.First.Y + (x * sin) + (y * cos), 4)),
                        grid.Size,
                        grid.Height,
                        grid.RotationDeg
                    )
                );
            }
        }

        return new(stations, [], null, "m");
    }

    private static SetUpFinding? Fault(StationGrid grid)
    {
        var (member, range) =
            grid.Columns is < 1 or > 100 ? ("columns", "1 … 100")
            : grid.Rows is < 1 or > 100 || grid.Rows * grid.Columns > MostStations ? ("rows", "1 … 100, ≤ 500 stations 个工位")
            : grid.ColumnSpacing is <= 0 or > 100 or double.NaN ? ("columnSpacing", "0 … 100 m")
            : grid.RowSpacing is <= 0 or > 100 or double.NaN ? ("rowSpacing", "0 … 100 m")
            : grid.Size.Width is < 0.05 or > 20 || grid.Size.Depth is < 0.05 or > 20 ? ("size", "0.05 … 20 m")
            : grid.Height is < 0 or > 50 or double.NaN ? ("height", "0 … 50 m")
            : grid.RotationDeg is < -360 or > 360 or double.NaN ? ("rotationDeg", "−360° … 360°")
            : grid.FirstNumber < 0 || grid.FirstNumber + (grid.Rows * grid.Columns) > 587 ? ("firstNumber", "0 … 586")
            : !StationId.TryParse(grid.Prefix + "0000", null, out _) ? ("prefix", "A-Z a-z 0-9 . _ -")
            : (null, null);
        return member is null
            ? null
            : new(
                FindingLevel.Error,
                "grid",
                $"$.{member}",
                new($"{member} is out of range.", $"{member} 超出范围。"),
                new($"Keep it within {range}.", $"请限制在 {range}。")
            );
    }
}
