using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>
/// Tells furniture behind people from people: cells of a hidden station that rest by themselves, while others beside them move.
/// </summary>
/// <remarks>
/// A cabinet before which a candidate works never rests as a whole. So each hidden cell is compared with how it came to rest itself. What
/// adjoins a cell that moves may belong to the same body (the middle of a plain coat does not change when its wearer sways) and is left
/// out. Not thread-safe.
/// </remarks>
/// <param name="settledSeconds">Seconds of rest from which a cell counts.</param>
internal sealed class RestingCells(double settledSeconds)
{
    /// <summary>Share of the recent time in movement from which a cell is alive, and its neighbours with it.</summary>
    public const double AliveShare = 0.2;

    private const double RecentSeconds = 20;
    private const double LeastChange = 6;
    private const int ChangedPixels = 2;
    private const int Columns = FrameMeasures.CellsX;
    private const int Across = FrameMeasures.PatchX / FrameMeasures.CellsX;
    private const int Down = FrameMeasures.PatchY / FrameMeasures.CellsY;

    private readonly byte[] _rest = new byte[FrameMeasures.PatchLength];
    private readonly Cell[] _cells = new Cell[FrameMeasures.CellsPerStation];

    /// <summary>Takes a picture of the hidden station.</summary>
    /// <param name="patch">24 × 16 luma cells.</param>
    /// <param name="cells">The station's 6 × 4 cells.</param>
    /// <param name="noise">Noise of the picture, grey levels.</param>
    /// <param name="seconds">Since the picture before.</param>
    /// <returns>Share of the worktop that would be visible if nothing but what has rested long enough hid it, [0, 1].</returns>
    public double Take(ReadOnlySpan<byte> patch, ReadOnlySpan<CellMeasure> cells, double noise, double seconds)
    {
        var step = Math.Min(seconds, Vote.LongestStep);
        var (median, least) = (Median(patch, cells), Math.Max(LeastChange, 4 * noise));
        for (var i = 0; i < _cells.Length; i++)
        {
            if (!IsHidden(cells[i]))
                _cells[i] = default;
            else
                Take(ref _cells[i], i, patch, _cells[i].Known && Changed(i, patch, median, least), step);
        }

        double seen = 0,
            all = 0;
        for (var i = 0; i < _cells.Length; i++)
        {
            if (cells[i].Edges < 4)
                continue;
            all += cells[i].Pixels;
            seen +=
                cells[i].Pixels
                * (_cells[i].RestSeconds >= settledSeconds && !IsBesideLife(i) ? Math.Clamp((cells[i].Agreement - 0.2) / 0.3, 0, 1) : 1);
        }

        return all > 0 ? seen / all : 1;
    }

    /// <summary>The station is seen again.</summary>
    public void Forget() => Array.Clear(_cells);

    private void Take(ref Cell cell, int index, ReadOnlySpan<byte> patch, bool moves, double seconds)
    {
        cell.Life += ((moves ? 1 : 0) - cell.Life) * Math.Min(1, seconds / RecentSeconds);
        cell.MovingSeconds = moves ? cell.MovingSeconds + seconds : 0;
        if (!moves && cell.Known)
            cell.RestSeconds += seconds;
        if (cell.Known && cell.MovingSeconds < Stillness.NewRestSeconds)
            return;
        for (var line = 0; line < Down; line++)
            patch.Slice(At(index, line), Across).CopyTo(_rest.AsSpan(At(index, line)));
        (cell.Known, cell.MovingSeconds, cell.RestSeconds) = (true, 0, 0);
    }

    private bool Changed(int index, ReadOnlySpan<byte> patch, int median, double least)
    {
        var changed = 0;
        for (var line = 0; line < Down; line++)
        for (var p = At(index, line); p < At(index, line) + Across; p++)
            if (Math.Abs(patch[p] - _rest[p] - median) > least)
                changed++;
        return changed >= ChangedPixels;
    }

    /// <summary>Median difference to rest over the hidden cells: light and exposure.</summary>
    private int Median(ReadOnlySpan<byte> patch, ReadOnlySpan<CellMeasure> cells)
    {
        Span<short> differences = stackalloc short[FrameMeasures.PatchLength];
        var n = 0;
        for (var i = 0; i < _cells.Length; i++)
        {
            if (!_cells[i].Known || !IsHidden(cells[i]))
                continue;
            for (var line = 0; line < Down; line++)
            for (var p = At(i, line); p < At(i, line) + Across; p++)
                differences[n++] = (short)(patch[p] - _rest[p]);
        }

        if (n == 0)
            return 0;
        differences[..n].Sort();
        return differences[n / 2];
    }

    private bool IsBesideLife(int index)
    {
        foreach (var place in GridNeighbours.Around(index, Columns, FrameMeasures.CellsY, stackalloc int[GridNeighbours.Most]))
            if (_cells[place].Life >= AliveShare)
                return true;
        return false;
    }

    private static bool IsHidden(in CellMeasure cell) => cell is { Edges: >= 4, Agreement: < 0.35f };

    private static int At(int index, int line) => (((index / Columns * Down) + line) * FrameMeasures.PatchX) + (index % Columns * Across);

    private record struct Cell(bool Known, double MovingSeconds, double RestSeconds, double Life);
}
