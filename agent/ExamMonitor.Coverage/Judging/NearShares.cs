namespace ExamMonitor.Coverage.Judging;

/// <summary>
/// How much of each part of a picture repeats one of the last three, and whether most parts stand still: a plain thing before part of the
/// lens stands still alone.
/// </summary>
internal sealed class NearShares
{
    private const int Columns = 4;
    private const int Rows = 3;
    private const int Parts = Columns * Rows;
    private const int LeastInPart = 10;

    /// <summary>
    /// What is left of the shares after one more picture: about three pictures count, so that the end of a standstill shows soon.
    /// </summary>
    private const double Fade = 0.7;

    /// <summary>Times the limit that one picture may add.</summary>
    private const double MostTimes = 2.8;

    private readonly byte[] _partOf;
    private readonly double[] _lasting = new double[Parts];
    private readonly double[] _best = new double[Parts];
    private readonly int[] _textured = new int[Parts];
    private readonly int[] _same = new int[Parts];

    /// <summary>Makes an empty memory.</summary>
    /// <param name="blocks">That are remembered, as on a chessboard.</param>
    /// <param name="columns">Of all blocks.</param>
    /// <param name="rows">Of all blocks.</param>
    public NearShares(int blocks, int columns, int rows)
    {
        _partOf = new byte[blocks];
        for (var k = 0; k < blocks; k++)
            _partOf[k] = (byte)((2 * k / columns * Rows / rows * Columns) + (2 * k % columns * Columns / columns));
    }

    /// <summary>Begins a picture.</summary>
    /// <param name="telling">Its hashes, 0 where one says nothing.</param>
    public void Begin(ReadOnlySpan<ushort> telling)
    {
        Array.Clear(_textured);
        Array.Clear(_best);
        for (var k = 0; k < telling.Length; k++)
            if (telling[k] != 0)
                _textured[_partOf[k]]++;
    }

    /// <summary>Compares it with one of the pictures before.</summary>
    /// <param name="telling">Its hashes.</param>
    /// <param name="before">The other's.</param>
    public void Compare(ReadOnlySpan<ushort> telling, ReadOnlySpan<ushort> before)
    {
        Array.Clear(_same);
        for (var k = 0; k < telling.Length; k++)
            if (telling[k] != 0 && telling[k] == before[k])
                _same[_partOf[k]]++;
        for (var p = 0; p < Parts; p++)
            if (_textured[p] > 0)
                _best[p] = Math.Max(_best[p], (double)_same[p] / _textured[p]);
    }

    /// <summary>Share that most parts reach in this picture, [0, 1].</summary>
    public double Everywhere() => Reached(_best);

    /// <summary>Adds the picture up; whether most parts have repeated themselves up to the limit lately.</summary>
    /// <param name="limit">Share, (0, …].</param>
    /// <param name="ease">Part of the limit that does, (0, 1].</param>
    public bool Lasts(double limit, double ease)
    {
        // One picture alone does not reach the limit, however much it repeats.
        for (var p = 0; p < Parts; p++)
            _lasting[p] = (_lasting[p] * Fade) + ((1 - Fade) * Math.Min(Math.Min(1, MostTimes * limit), _best[p]));
        return Reached(_lasting) >= ease * limit;
    }

    /// <summary>As if nothing had been seen.</summary>
    public void Forget() => Array.Clear(_lasting);

    private double Reached(double[] shares)
    {
        Span<double> told = stackalloc double[Parts];
        var n = 0;
        for (var p = 0; p < Parts; p++)
            if (_textured[p] >= LeastInPart)
                told[n++] = shares[p];
        told[..n].Sort();
        return n == 0 ? 0 : told[(n - 1) / 2];
    }
}
