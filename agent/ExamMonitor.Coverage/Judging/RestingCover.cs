using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>Blocks of the view that something hides, or lies over, and that rest: people move, what is on a lens does not.</summary>
/// <remarks>
/// A block rests when its cells of 8 × 8 px are as they were six seconds ago, beside the change that they have in common. What adjoins a
/// block that moved in the meantime may belong to the same body and is left out. Through a coat the room is seen with its people, so a
/// coated block need not rest. Not thread-safe.
/// </remarks>
internal sealed class RestingCover(int width, int height)
{
    private const int Columns = FrameMeasures.GridX;
    private const int Rows = FrameMeasures.GridY;
    private const int Side = 8;
    private const int MostCells = 256;

    /// <summary>Pictures that are kept, a second apart: one of them is six to seven seconds old.</summary>
    private const int Kept = 8;
    private const double KeptEach = 0.9;

    /// <summary>Seconds of rest from which a block counts.</summary>
    private const double RestSeconds = 6;

    /// <summary>Share of the recent time in movement from which a block is alive, and its neighbours with it.</summary>
    private const double AliveShare = 0.3;
    private const double RecentSeconds = 10;
    private const double LeastChange = 10;
    private const int ChangedCells = 2;

    /// <summary>Blocks that must become hidden, or seen again, for something to be happening: fewer flicker with the noise.</summary>
    private const int LeastTurned = 3;

    private readonly int _across = width / Side;
    private readonly int _down = height / Side;

    private (double At, byte[] Means)[] _past =
    [
        .. Enumerable.Range(0, Kept).Select(_ => (double.NegativeInfinity, new byte[width / Side * (height / Side)])),
    ];
    private byte[] _last = new byte[width / Side * (height / Side)];
    private Block[] _blocks = new Block[Columns * Rows];
    private BlockSight[] _sights = new BlockSight[Columns * Rows];
    private bool _begun;
    private int _turned;
    private double _now;

    /// <summary>Shares of all blocks of the picture that was taken last.</summary>
    public RestingShares Shares { get; private set; }

    /// <summary>Blocks that have been hidden and at rest for long enough, by their place in the grid; without those that only changed their
    /// light, which the light of what hides others may do as well.</summary>
    public IReadOnlyList<int> Blocks =>
        [.. Enumerable.Range(0, _blocks.Length).Where(i => _sights[i] != BlockSight.Altered && IsResting(i))];

    /// <summary>Whether a block has been hidden and at rest for long enough.</summary>
    public bool IsResting(int block) =>
        _blocks[block].HiddenSeconds >= RestSeconds
        && (_sights[block] == BlockSight.Coated || (_blocks[block].Rests && (_sights[block] == BlockSight.Soft || !IsBesideLife(block))));

    /// <summary>Whether about the same blocks were hidden in the picture before.</summary>
    public bool IsCalm => _turned < LeastTurned;

    /// <summary>What has seen as much as this has.</summary>
    public RestingCover Copy()
    {
        var copy = (RestingCover)MemberwiseClone();
        (copy._last, copy._blocks, copy._sights) = ([.. _last], [.. _blocks], [.. _sights]);
        copy._past = [.. _past.Select(static p => (p.At, (byte[])p.Means.Clone()))];
        return copy;
    }

    /// <summary>Places of the grid that an outline's rectangle touches.</summary>
    /// <param name="outline">In a picture of this size.</param>
    /// <param name="size">Of that picture.</param>
    public static int[] BlocksOf(IReadOnlyList<PixelPoint> outline, PixelSize size)
    {
        int Column(double u) => Math.Clamp((int)(u * Columns / size.Width), 0, Columns - 1);
        int Row(double v) => Math.Clamp((int)(v * Rows / size.Height), 0, Rows - 1);
        var (left, right) = (Column(outline.Min(p => p.U)), Column(outline.Max(p => p.U)));
        var (top, bottom) = (Row(outline.Min(p => p.V)), Row(outline.Max(p => p.V)));
        return [.. Enumerable.Range(top, bottom - top + 1).SelectMany(row => Enumerable.Range((row * Columns) + left, right - left + 1))];
    }

    /// <summary>Whether what rests before a block lies on the lens.</summary>
    public bool IsOnLens(int block) => LiesOnLens(block) && IsResting(block);

    /// <summary>Takes a picture.</summary>
    /// <param name="measures">Of the picture; its means are copied.</param>
    /// <param name="options">Thresholds.</param>
    /// <param name="scores">Of the picture.</param>
    /// <param name="seconds">Since the picture before.</param>
    public void Take(FrameMeasures measures, CoverageOptions options, in ViewScores scores, double seconds)
    {
        Span<bool> hiddenBefore = stackalloc bool[_sights.Length];
        for (var i = 0; i < _sights.Length; i++)
            hiddenBefore[i] = IsHidden(i);
        BlockSights.Read(measures, options, scores, _sights);
        _turned = 0;
        var step = Math.Min(seconds, Vote.LongestStep);
        _now += seconds;
        var least = Math.Max(LeastChange, 4 * measures.Levels.Noise);
        var before = Before();
        for (var i = 0; i < _blocks.Length; i++)
        {
            ref var block = ref _blocks[i];
            // Life matters beside what is hidden alone.
            var lives = _begun && IsBesideHidden(i) && Changed(i, measures.Means, _last, least);
            block.Life += ((lives ? 1 : 0) - block.Life) * Math.Min(1, step / RecentSeconds);
            var hidden = IsHidden(i);
            _turned += hidden != hiddenBefore[i] ? 1 : 0;
            block.HiddenSeconds = Math.Clamp(block.HiddenSeconds + (hidden ? step : -2 * step), 0, 2 * RestSeconds);
            block.Lost = Math.Clamp((0.9 - measures.Blocks[i].Agreement) / 0.65, 0, 1);
            block.Rests = hidden && before is not null && !Changed(i, measures.Means, before, least);
        }

        Keep(measures.Means);
        Shares = Counted();
    }

    /// <summary>As if nothing had been seen.</summary>
    public void Forget()
    {
        Array.Clear(_blocks);
        foreach (ref var one in _past.AsSpan())
            one.At = double.NegativeInfinity;
        (_begun, Shares) = (false, default);
    }

    private bool LiesOnLens(int block) => _sights[block] is BlockSight.Soft or BlockSight.Coated;

    private bool IsHidden(int block) => _sights[block] is not (BlockSight.Unknown or BlockSight.Seen);

    /// <summary>The newest picture that is six seconds old.</summary>
    private byte[]? Before()
    {
        var newest = Array.FindLastIndex(_past, p => p.At <= _now - RestSeconds && !double.IsInfinity(p.At));
        return newest < 0 ? null : _past[newest].Means;
    }

    /// <summary>Oldest first; the oldest makes room.</summary>
    private void Keep(byte[] means)
    {
        means.CopyTo(_last, 0);
        _begun = true;
        if (_now - _past[^1].At < KeptEach)
            return;
        var oldest = _past[0].Means;
        Array.Copy(_past, 1, _past, 0, Kept - 1);
        means.CopyTo(oldest, 0);
        _past[^1] = (_now, oldest);
    }

    private RestingShares Counted()
    {
        double near = 0,
            all = 0,
            largest = 0;
        Span<bool> counted = stackalloc bool[_blocks.Length];
        Span<int> open = stackalloc int[_blocks.Length];
        Span<int> around = stackalloc int[GridNeighbours.Most];
        for (var i = 0; i < _blocks.Length; i++)
        {
            if (counted[i] || !IsResting(i))
                continue;
            var (hidden, altered, ends) = (0.0, 0.0, 1);
            (open[0], counted[i]) = (i, true);
            for (var at = 0; at < ends; at++)
            {
                var block = open[at];
                near += LiesOnLens(block) ? 1 : 0;
                altered += _sights[block] == BlockSight.Altered ? 1 : 0;
                hidden +=
                    _sights[block] == BlockSight.Partly ? _blocks[block].Lost
                    : _sights[block] == BlockSight.Altered ? 0
                    : 1;
                foreach (var next in GridNeighbours.Around(block, Columns, Rows, around))
                {
                    if (counted[next] || !IsResting(next))
                        continue;
                    (open[ends++], counted[next]) = (next, true);
                }
            }

            var area = hidden + Math.Min(altered, hidden);
            all += area;
            largest = Math.Max(largest, area);
        }

        double blocks = _blocks.Length;
        return new(near / blocks, largest / blocks, all / blocks);
    }

    private bool IsBesideHidden(int i)
    {
        foreach (var place in GridNeighbours.Around(i, Columns, Rows, stackalloc int[GridNeighbours.Most]))
            if (IsHidden(place))
                return true;
        return false;
    }

    private bool IsBesideLife(int i)
    {
        foreach (var place in GridNeighbours.Around(i, Columns, Rows, stackalloc int[GridNeighbours.Most]))
            if (_blocks[place].Life >= AliveShare)
                return true;
        return false;
    }

    /// <summary>Whether two cells of a block differ by more than the block as a whole does.</summary>
    private bool Changed(int i, byte[] now, byte[] before, double least)
    {
        Span<short> differences = stackalloc short[MostCells];
        short lowest = short.MaxValue,
            highest = short.MinValue;
        var (column, row) = (i % Columns, i / Columns);
        int x0 = column * _across / Columns,
            x1 = (column + 1) * _across / Columns;
        var n = 0;
        for (var y = row * _down / Rows; y < (row + 1) * _down / Rows; y++)
        for (var x = x0; x < x1 && n < MostCells; x++)
        {
            var d = (short)(now[(y * _across) + x] - before[(y * _across) + x]);
            (lowest, highest, differences[n++]) = (Math.Min(lowest, d), Math.Max(highest, d), d);
        }

        if (n == 0 || highest - lowest <= least)
            return false;
        var all = differences[..n];
        all.Sort();
        var median = all[n / 2];
        var changed = 0;
        foreach (var one in all)
            if (Math.Abs(one - median) > least)
                changed++;
        return changed >= ChangedCells;
    }

    private record struct Block(double HiddenSeconds, double Life, bool Rests, double Lost);
}

/// <summary>Shares of all blocks that something hides at rest, [0, 1].</summary>
/// <param name="Near">What is out of focus, or lets the commissioned structure shine through: it lies on the lens.</param>
/// <param name="Largest">The largest area of blocks that adjoin: these, what is sharp or plain, and at most as many plain blocks whose
/// light changed.</param>
/// <param name="All">All such areas.</param>
internal readonly record struct RestingShares(double Near, double Largest, double All);
