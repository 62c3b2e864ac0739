namespace ExamMonitor.Evidence.Volumes;

/// <summary>Wall time as the index keeps it: milliseconds since 1970, UTC, rounded down.</summary>
internal static class UnixMs
{
    public static long Of(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>Rounded up: for the end of a range that must hold <paramref name="time"/>.</summary>
    public static long Ceiling(DateTimeOffset time) =>
        time.ToUnixTimeMilliseconds() + (time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);

    public static DateTimeOffset ToUtc(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
