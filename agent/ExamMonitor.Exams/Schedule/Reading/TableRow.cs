namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>One row of a table that is not empty.</summary>
/// <param name="Line">Line of the CSV text on which it begins, or row of the sheet, from 1.</param>
/// <param name="Cells">Cells as texts, without quotes and without what cannot be seen around them.</param>
internal sealed record TableRow(int Line, IReadOnlyList<string> Cells)
{
    /// <summary>Columns that a table may have.</summary>
    public const int MostCells = 64;

    /// <summary>Characters that a cell may have.</summary>
    public const int LongestCell = 4000;
}

/// <summary>A table breaks off: what lies behind cannot be read.</summary>
/// <param name="line">Where, from 1; 0 when no line can be named.</param>
/// <param name="problem">What is wrong, for a person.</param>
/// <param name="mend">What to do about it.</param>
internal sealed class TableException(int line, LocalText problem, LocalText mend) : Exception(problem.En)
{
    /// <summary>Where, from 1.</summary>
    public int Line => line;

    /// <summary>What is wrong, for a person.</summary>
    public LocalText Problem => problem;

    /// <summary>What to do about it.</summary>
    public LocalText Mend => mend;
}
