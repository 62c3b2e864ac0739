using Microsoft.Extensions.Logging;

namespace ExamMonitor.Retention;

/// <summary>What retention says in the log. Event ids 3100 to 3149.</summary>
internal static partial class RetentionLog
{
    [LoggerMessage(3100, LogLevel.Error, "Nothing is destroyed until this can be read: {problem}")]
    public static partial void RetentionUnreadable(this ILogger logger, string problem);

    [LoggerMessage(3101, LogLevel.Information, "{count} segments are let go, {first} to {last}")]
    public static partial void Destroying(this ILogger logger, int count, string first, string last);

    [LoggerMessage(
        3102,
        LogLevel.Error,
        "The clock says {wall}, trusted time is {trusted}: the jump is refused, and ages count by trusted time until somebody vouches for "
            + "the clock"
    )]
    public static partial void ClockRefused(this ILogger logger, DateTimeOffset wall, DateTimeOffset? trusted);

    [LoggerMessage(3104, LogLevel.Warning, "Trusted time could not be noted on the volume; it is tried again in a minute")]
    public static partial void ClockNotKept(this ILogger logger, Exception exception);

    [LoggerMessage(
        3105,
        LogLevel.Error,
        "The configured rules could not be put in force on the full disk; until they are, nothing is destroyed"
    )]
    public static partial void RulesWait(this ILogger logger, Exception exception);

    [LoggerMessage(3103, LogLevel.Warning, "Space is short by {bytes} bytes; {freed} bytes of idle footage gave way")]
    public static partial void SpaceShort(this ILogger logger, long bytes, long freed);

    [LoggerMessage(
        3105,
        LogLevel.Warning,
        "That the clock was set could not be noted on the volume; it counts all the same, and is noted within seconds of the disk taking it"
    )]
    public static partial void ClockMarkWaits(this ILogger logger, Exception exception);
}
