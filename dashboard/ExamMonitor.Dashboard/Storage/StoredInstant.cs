namespace ExamMonitor.Dashboard.Storage;

/// <summary>Instants as they are stored: milliseconds since 1970, UTC.</summary>
internal static class StoredInstant
{
    public static long ToMs(DateTimeOffset instant) => instant.ToUnixTimeMilliseconds();

    public static DateTimeOffset OfMs(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
