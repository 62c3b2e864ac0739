using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>Stations that were read or made.</summary>
/// <param name="Stations">Those that can be used, in order.</param>
/// <param name="Findings">What is wrong, by row and column.</param>
/// <param name="Encoding"><c>utf-8</c>, <c>utf-16</c>, <c>gb18030</c>; null when there was no file.</param>
/// <param name="Unit">Unit that lengths were read in: <c>m</c>, <c>cm</c>, <c>mm</c>.</param>
public sealed record StationImport(IReadOnlyList<MapStation> Stations, IReadOnlyList<SetUpFinding> Findings, string? Encoding, string Unit);

/// <summary>Stations in rows.</summary>
/// <param name="First">Middle of the first station's worktop, metres.</param>
/// <param name="Columns">Stations in a row, [1, 100].</param>
/// <param name="Rows">Rows, [1, 100]; at most 500 stations in all.</param>
/// <param name="ColumnSpacing">Metres from middle to middle in a row, (0, 100].</param>
/// <param name="RowSpacing">Metres from row to row, (0, 100].</param>
/// <param name="Size">Worktop.</param>
/// <param name="Height">Worktop above the floor, metres.</param>
/// <param name="RotationDeg">Of each worktop and of the rows, counter-clockwise about the first, degrees.</param>
/// <param name="FirstNumber">Number of the first, [0, 586].</param>
/// <param name="Prefix">What stands before the number in ids.</param>
/// <param name="Serpentine">Whether every second row is numbered backwards.</param>
public sealed record StationGrid(
    PlanPoint First,
    int Columns,
    int Rows,
    double ColumnSpacing,
    double RowSpacing,
    PlanSize Size,
    double Height,
    double RotationDeg = 0,
    int FirstNumber = 1,
    string Prefix = "S",
    bool Serpentine = false
);
