namespace ExamMonitor.Coverage.Judging;

/// <summary>Places of a grid, numbered row by row, and what adjoins them.</summary>
internal static class GridNeighbours
{
    /// <summary>Most places that <see cref="Around"/> gives.</summary>
    public const int Most = 5;

    /// <summary>A place, then those at its sides that are in the grid.</summary>
    /// <param name="index">The place.</param>
    /// <param name="columns">Of the grid.</param>
    /// <param name="rows">Of the grid.</param>
    /// <param name="into">At least <see cref="Most"/> long; written over.</param>
    /// <returns>The filled part of it.</returns>
    public static ReadOnlySpan<int> Around(int index, int columns, int rows, Span<int> into)
    {
        var (row, column) = Math.DivRem(index, columns);
        var n = 0;
        into[n++] = index;
        if (column > 0)
            into[n++] = index - 1;
        if (column < columns - 1)
            into[n++] = index + 1;
        if (row > 0)
            into[n++] = index - columns;
        if (row < rows - 1)
            into[n++] = index + columns;
        return into[..n];
    }
}
