namespace ExamMonitor.Coverage.Judging;

/// <summary>Finds a standstill between key frames, where a coder that skips blocks repeats them to the bit while the camera
/// lives.</summary>
/// <remarks>
/// A source that stands still leaves nothing to code: within a second or two every block is skipped. A live one is coded again in some of
/// its blocks, in how many depends on
/// camera, light and coder. So what a picture repeats of the one before is compared with what this stream was seen to repeat while it was
/// proved to live: by movement at once, by key
/// frames only when two of them in a row differed, since the first key frame after the onset of a standstill differs from the last live
/// one.
/// </remarks>
internal sealed class PredictedStandstill(int blocks, int columns, int rows)
{
    /// <summary>Pictures in a row that repeat the one before.</summary>
    private const int Run = 3;

    /// <summary>Proved pictures from which the habit is known.</summary>
    private const int Enough = 20;

    /// <summary>Least share of the blocks of most parts.</summary>
    private const double Least = 0.9;

    /// <summary>A habit from which a standstill cannot be told.</summary>
    private const double MostTelling = 0.9;

    private const double Fade = 0.9998;
    private readonly NearShares _near = new(blocks, columns, rows);
    private readonly ushort[] _before = new ushort[blocks];
    private readonly List<double> _waiting = [];
    private readonly List<double> _older = [];
    private (double Last, double Before) _shares;
    private bool _known;
    private int _run;
    private double _level;
    private double _learned;

    /// <summary>Whether it stands still, as far as the pictures between key frames tell.</summary>
    public bool Stands { get; private set; }

    /// <summary>Takes a picture between key frames.</summary>
    /// <param name="telling">Its hashes, 0 where one says nothing.</param>
    /// <param name="alive">Whether movement proves it live.</param>
    /// <returns>Whether it stands still.</returns>
    public bool Take(ReadOnlySpan<ushort> telling, bool alive)
    {
        _near.Begin(telling);
        if (_known)
            _near.Compare(telling, _before);
        var share = _known ? _near.Everywhere() : 0;
        Keep(telling);
        _waiting.Add(Math.Min(share, Math.Min(_shares.Last, _shares.Before)));
        _shares = (share, _shares.Last);
        if (alive)
        {
            // What stood before the movement is not proved by it: it may have stood still until then.
            (_run, Stands) = (0, false);
            Learn(_waiting[^1]);
            _waiting.Clear();
            return false;
        }

        _run = share >= Limit() ? _run + 1 : 0;
        if (_run == 0 && share < Least / 2)
            Stands = false;
        if (_run < Run)
            return Stands && share >= Least / 2;
        Stands = true;
        _waiting.Clear();
        return true;
    }

    /// <summary>Takes a key frame.</summary>
    /// <param name="telling">Its hashes.</param>
    /// <param name="repeats">Whether it says that the source stands still; null when it cannot tell.</param>
    public void Key(ReadOnlySpan<ushort> telling, bool? repeats)
    {
        Keep(telling);
        _run = 0;
        if (repeats is false)
        {
            foreach (var share in _older)
                Learn(share);
            _older.Clear();
            _older.AddRange(_waiting);
            Stands = false;
        }
        else
        {
            _older.Clear();
        }

        _waiting.Clear();
    }

    /// <summary>The light jumped: the stream may skip more than it used to.</summary>
    public void Doubt() => (_learned, _run) = (0, 0);

    private double Limit() => _learned < Enough || _level > MostTelling ? double.PositiveInfinity : Math.Max(Least, (1 + _level) / 2);

    private void Learn(double share)
    {
        _level = Math.Max(_level * Fade, share);
        _learned++;
    }

    private void Keep(ReadOnlySpan<ushort> telling)
    {
        telling.CopyTo(_before);
        _known = true;
    }
}
