namespace ExamMonitor.Retention;

/// <summary>Remembers the first of two persons who vouch for a clock that is ahead. Not thread-safe; forgotten with the process.</summary>
internal sealed class ClockVouches
{
    /// <summary>By how much one person alone may put trusted time ahead.</summary>
    public static readonly TimeSpan OnePerson = TimeSpan.FromDays(1);

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>As much as a time server slews meanwhile, and no more: the two speak of one clock.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    private (string By, DateTimeOffset Wall, long At)? _first;

    /// <summary>Takes a person's word.</summary>
    /// <param name="by">Who.</param>
    /// <param name="wall">What the wall clock says, UTC.</param>
    /// <param name="time">Clock; measured time alone is taken.</param>
    /// <returns>The other person who said the same of this clock before; null when there is none yet.</returns>
    public string? Take(string by, DateTimeOffset wall, TimeProvider time)
    {
        if (_first is { } first && !string.Equals(first.By, by, StringComparison.OrdinalIgnoreCase))
        {
            var elapsed = time.GetElapsedTime(first.At);
            if (elapsed <= Lifetime && (wall - first.Wall - elapsed).Duration() <= Tolerance)
            {
                _first = null;
                return first.By;
            }
        }

        _first = (by, wall, time.GetTimestamp());
        return null;
    }
}
