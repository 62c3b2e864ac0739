using Microsoft.Extensions.Logging;

namespace ExamMonitor.Footage.Retention;

/// <summary>What retention says in the log. Event ids 3100 to 3149.</summary>
internal static partial class RetentionLog
{
    [LoggerMessage(3100, LogLevel.Error, "Nothing is destroyed until this can be read: {problem}")]
    public static partial void RetentionUnreadable(this ILogger logger, string problem);
}
