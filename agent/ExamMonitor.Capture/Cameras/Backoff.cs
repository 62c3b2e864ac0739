namespace ExamMonitor.Capture;

/// <summary>
/// Waits between attempts: 250 ms, doubled up to a cap, ±25 % so that cameras of one switch do not come back in step. Not thread-safe.
/// </summary>
internal sealed class Backoff(TimeSpan most)
{
    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Counts a failure.</summary>
    /// <returns>How long to wait.</returns>
    public TimeSpan Next()
    {
        var wait = Math.Min(most.TotalSeconds, 0.25 * Math.Pow(2, Math.Min(Failures, 20)));
        Failures++;
        return TimeSpan.FromSeconds(wait * (0.75 + (Random.Shared.NextDouble() / 2)));
    }

    /// <summary>An attempt succeeded.</summary>
    /// <returns>Whether there had been a failure before, or nothing at all.</returns>
    public bool Reset()
    {
        var news = Failures > 0;
        Failures = 0;
        return news;
    }
}
