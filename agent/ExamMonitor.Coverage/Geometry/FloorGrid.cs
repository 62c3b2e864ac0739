using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>The floor cut into square cells; bit i of a <see cref="CellSet"/> is cell (i mod columns, i / columns).</summary>
/// <param name="Left">x of the first column's left edge, metres.</param>
/// <param name="Bottom">y of the first row's lower edge, metres.</param>
/// <param name="Cell">Side of a cell, metres.</param>
/// <param name="Columns">Cells along x.</param>
/// <param name="Rows">Cells along y.</param>
internal sealed record FloorGrid(double Left, double Bottom, double Cell, int Columns, int Rows)
{
    /// <summary>Side of a cell, metres, while the room is small enough for <see cref="MostCells"/>.</summary>
    public const double CellMetres = 0.05;

    /// <summary>A map that claims a floor of square kilometres gets larger cells, not gigabytes.</summary>
    public const int MostCells = 400_000;

    public int Count => Columns * Rows;

    public static FloorGrid Over(IReadOnlyList<PlanPoint> outline, double cellMetres = CellMetres)
    {
        double left = outline.Min(p => p.X),
            right = outline.Max(p => p.X),
            bottom = outline.Min(p => p.Y),
            top = outline.Max(p => p.Y);
        var cell = Math.Max(cellMetres, Math.Sqrt((right - left) * (top - bottom) / MostCells));
        // A long corridor is thin: each side is bounded too.
        cell = Math.Max(cell, Math.Max(right - left, top - bottom) / (MostCells / 8.0));
        return new(
            left,
            bottom,
            cell,
            Math.Max(1, (int)Math.Ceiling((right - left) / cell)),
            Math.Max(1, (int)Math.Ceiling((top - bottom) / cell))
        );
    }

    public PlanPoint Centre(int index) => new(Left + (((index % Columns) + 0.5) * Cell), Bottom + (((index / Columns) + 0.5) * Cell));

    public PlanPoint Corner(int column, int row) => new(Left + (column * Cell), Bottom + (row * Cell));
}

/// <summary>A set of cells of a grid, one bit each.</summary>
internal sealed class CellSet(int count)
{
    /// <summary>Cells in a word: two threads may write to different words at once.</summary>
    public const int WordBits = 64;

    private readonly ulong[] _words = new ulong[(count + WordBits - 1) / WordBits];

    public ReadOnlySpan<ulong> Words => _words;

    public bool this[int index]
    {
        get => (_words[index >> 6] >> index & 1) != 0;
        set
        {
            if (value)
                _words[index >> 6] |= 1UL << index;
            else
                _words[index >> 6] &= ~(1UL << index);
        }
    }

    public int Size
    {
        get
        {
            var n = 0;
            foreach (var word in _words)
                n += System.Numerics.BitOperations.PopCount(word);
            return n;
        }
    }

    /// <summary>Adds a camera's cells: those already in <paramref name="one"/> and seen again go to <paramref name="two"/>.</summary>
    public static void Add(CellSet seen, CellSet one, CellSet two)
    {
        for (var i = 0; i < seen._words.Length; i++)
        {
            two._words[i] |= one._words[i] & seen._words[i];
            one._words[i] |= seen._words[i];
        }
    }

    /// <summary>The cells of <paramref name="all"/> that are not in <paramref name="seen"/>.</summary>
    public static CellSet Without(CellSet all, CellSet seen, int count)
    {
        var rest = new CellSet(count);
        for (var i = 0; i < rest._words.Length; i++)
            rest._words[i] = all._words[i] & ~seen._words[i];
        return rest;
    }
}
