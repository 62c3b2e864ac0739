namespace ExamMonitor.Coverage.Judging;

/// <summary>
/// What a live camera repeats by itself: a coarse coder takes the noise of a still room away, and some blocks come out as they were.
/// </summary>
/// <remarks>
/// The largest share that lasted for three pictures in a row; a single picture that was sent twice teaches nothing. A share counts only
/// when six more pictures raised no doubt, so that a standstill does not become a habit while it begins. It fades with a half-life of 3,500
/// pictures: two hours at one each two seconds.
/// </remarks>
internal sealed class RepeatHabit
{
    private const int Delay = 6;
    private const double Enough = 5;
    private const double MostTelling = 0.5;
    private const double Fade = 0.9998;
    private readonly Queue<double> _waiting = new();
    private (double Last, double Before) _shares;
    private double _level;
    private double _learned;

    /// <summary>Share from which a repetition is none of the camera's own.</summary>
    /// <param name="known">Least share, once enough has been learned since the light last jumped.</param>
    /// <param name="unknown">Least share before; the less was learned the nearer to it.</param>
    /// <param name="contrast">How many times the habit it is; or what it leaves to be different is half of what the habit leaves, if that
    /// is less.</param>
    /// <returns>[0, 1]; infinite when the camera repeats so much by itself that nothing can be told.</returns>
    public double Limit(double known, double unknown, double contrast)
    {
        if (_level > MostTelling)
            return double.PositiveInfinity;
        var least = Math.Max(known, unknown * Math.Min(1, Enough / Math.Max(1, _learned)));
        return Math.Max(least, Math.Min(contrast * _level, (1 + _level) / 2));
    }

    /// <summary>Takes the share of one picture.</summary>
    /// <param name="share">Of blocks that repeat, [0, 1].</param>
    /// <param name="doubted">Whether the picture may be no live one: it and the pictures before it teach nothing.</param>
    /// <param name="alive">Whether movement proves it live: it teaches at once.</param>
    public void Take(double share, bool doubted, bool alive)
    {
        var lasting = Math.Min(share, Math.Min(_shares.Last, _shares.Before));
        _shares = (share, _shares.Last);
        if (doubted)
            _waiting.Clear();
        else if (!alive)
            _waiting.Enqueue(lasting);
        // In the first pictures one beside movement tells enough: what moves was not sent twice.
        if (alive && !doubted)
            Learn(_learned < Enough ? share : lasting);
        else if (_waiting.Count > Delay)
            Learn(_waiting.Dequeue());
    }

    /// <summary>The light jumped: with another noise the camera may repeat itself more than it used to.</summary>
    public void Doubt()
    {
        _waiting.Clear();
        _learned = 0;
    }

    private void Learn(double share)
    {
        _level = Math.Max(_level * Fade, share);
        _learned++;
    }
}
