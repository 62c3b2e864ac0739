using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>Tells furniture from people in front of a station: people move.</summary>
/// <remarks>
/// What hides the station is compared with how it looked when it came to rest, in the hidden cells only (the rest of the station may be
/// busy). A patch is the station's bounding box shrunk to 24 × 16 luma cells. Movement has to last before it starts the count anew: someone
/// walks past a cabinet too.
/// </remarks>
internal sealed class Stillness(double changedShare)
{
    /// <summary>Movement of this many seconds gives what hides the station a new rest position.</summary>
    public const double NewRestSeconds = 6;

    private const double LeastChange = 6;
    private const int Across = FrameMeasures.PatchX / FrameMeasures.CellsX;
    private const int Down = FrameMeasures.PatchY / FrameMeasures.CellsY;
    private readonly byte[] _rest = new byte[FrameMeasures.PatchLength];
    private bool _known;
    private double _moving;

    /// <summary>Takes a picture of the hidden station.</summary>
    /// <param name="patch">24 × 16 luma cells.</param>
    /// <param name="cells">The station's 6 × 4 cells.</param>
    /// <param name="noise">Noise of the picture, grey levels.</param>
    /// <param name="seconds">Since the picture before.</param>
    /// <returns>True when it rests, false when it took a new rest position, null while it moves.</returns>
    public bool? Take(ReadOnlySpan<byte> patch, ReadOnlySpan<CellMeasure> cells, double noise, double seconds)
    {
        if (!_known)
        {
            Rest(patch);
            return true;
        }

        if (ChangedShare(patch, _rest, cells, Math.Max(LeastChange, 4 * noise)) <= changedShare)
        {
            _moving = 0;
            return true;
        }

        _moving += Math.Min(seconds, Vote.LongestStep);
        if (_moving < NewRestSeconds)
            return null;
        Rest(patch);
        return false;
    }

    /// <summary>The station is seen again.</summary>
    public void Forget() => _known = false;

    /// <summary>
    /// Share of the hidden patch cells that differ by more than <paramref name="least"/> levels beyond the median difference.
    /// </summary>
    public static double ChangedShare(ReadOnlySpan<byte> now, ReadOnlySpan<byte> before, ReadOnlySpan<CellMeasure> cells, double least)
    {
        Span<short> differences = stackalloc short[FrameMeasures.PatchLength];
        var n = 0;
        for (var i = 0; i < now.Length; i++)
        {
            var cell = (i / FrameMeasures.PatchX / Down * FrameMeasures.CellsX) + (i % FrameMeasures.PatchX / Across);
            if (cells[cell].Edges >= 4 && cells[cell].Agreement < 0.35)
                differences[n++] = (short)(now[i] - before[i]);
        }

        if (n == 0)
            return 0;
        var kept = differences[..n];
        kept.Sort();
        var median = kept[n / 2];
        var changed = 0;
        foreach (var d in kept)
            if (Math.Abs(d - median) > least)
                changed++;
        return (double)changed / n;
    }

    private void Rest(ReadOnlySpan<byte> patch)
    {
        patch.CopyTo(_rest);
        (_known, _moving) = (true, 0);
    }
}
