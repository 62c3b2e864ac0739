namespace ExamMonitor.Retention.Scrubbing;

/// <summary>How much a scrub may read, so that everything is read in time and nothing faster than needed. Pure.</summary>
/// <remarks>
/// A pass is spread over three fifths of the term, and the next begins a third of the term after the last began at the earliest. So two
/// readings of a segment
/// are never more than the term apart, as long as a pass keeps its time.
/// </remarks>
public static class ScrubPace
{
    /// <summary>Most that is read in a second: beyond it recording would feel it.</summary>
    public const long MaxBytesPerSecond = 64L << 20;

    /// <summary>Least that a slice reads: a small archive is not stretched over weeks.</summary>
    public const long LeastBytes = 16L << 20;

    /// <summary>Clocks that are right differ by less.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(10);

    /// <summary>Bytes that the next slice may read.</summary>
    /// <param name="heldBytes">Bytes of the archive.</param>
    /// <param name="state">Where the pass stands.</param>
    /// <param name="now">UTC.</param>
    /// <param name="slice">Length of a slice.</param>
    /// <param name="term">Within which everything must be read.</param>
    public static long Budget(long heldBytes, ScrubState state, DateTimeOffset now, TimeSpan slice, TimeSpan term)
    {
        var remaining = Math.Max(0, heldBytes - state.Bytes);
        var left = (state.Began ?? now) + (term * 0.6) - now;
        var most = (long)(MaxBytesPerSecond * slice.TotalSeconds);
        if (left <= slice)
            return most;
        return Math.Clamp((long)Math.Ceiling(remaining * (slice / left)), LeastBytes, most);
    }

    /// <summary>
    /// The state without the dates that a clock gone wrong has left: those of the future, and those before the ledger began, are not known.
    /// </summary>
    /// <param name="state">Where the scrub stands.</param>
    /// <param name="now">UTC.</param>
    /// <param name="first">When the ledger began, UTC; null when that is not known.</param>
    public static ScrubState Believed(ScrubState state, DateTimeOffset now, DateTimeOffset? first)
    {
        return state with { Began = Known(state.Began), LastFinished = Known(state.LastFinished) };

        DateTimeOffset? Known(DateTimeOffset? date) => date is { } at && (at > now + ClockSlack || at < first) ? null : date;
    }

    /// <summary>Whether a pass is to begin.</summary>
    /// <param name="state">Where the scrub stands.</param>
    /// <param name="now">UTC; a clock that stepped back begins nothing.</param>
    /// <param name="term">Within which everything must be read.</param>
    public static bool IsDue(ScrubState state, DateTimeOffset now, TimeSpan term) =>
        !state.Running && (state.Began is not { } began || now >= began + (term / 3));

    /// <summary>Whether a whole pass is overdue.</summary>
    /// <param name="state">Where the scrub stands, as far as it is believed.</param>
    /// <param name="now">Trusted time, UTC: the wall clock may be years ahead.</param>
    /// <param name="term">Within which everything must be read.</param>
    public static bool IsLate(ScrubState state, DateTimeOffset now, TimeSpan term) =>
        (state.LastFinished ?? state.Began) is { } since && now - since > term;
}
