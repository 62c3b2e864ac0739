using System.Globalization;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>How the times of iCalendar are written (RFC 5545 §3.3.4, §3.3.5). Pure.</summary>
internal static class IcsTime
{
    /// <summary>Whether a line holds dates without a time of day.</summary>
    public static bool IsDate(IcsLine line) =>
        line.Parameters.TryGetValue("VALUE", out var type)
            ? type.Equals("DATE", StringComparison.OrdinalIgnoreCase)
            : line.Value.Trim() is { Length: 8 } value && value.All(char.IsAsciiDigit);

    /// <summary>Whether a value is a date with a time of day.</summary>
    public static bool IsTime(string value) =>
        DateTime.TryParseExact(
            value.EndsWith('Z') ? value[..^1] : value,
            "yyyyMMdd'T'HHmmss",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out _
        );
}
