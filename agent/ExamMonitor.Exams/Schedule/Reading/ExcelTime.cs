using System.Globalization;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Times as a spreadsheet keeps them: days since 1899-12-30, the time of day as their fraction (ECMA-376, 18.17.4.1). Pure.
/// </summary>
internal static class ExcelTime
{
    private static readonly DateTime Epoch = new(1899, 12, 30);

    // 2000-01-01 and 2100-01-01: what else stands in a column of times is no time.
    private const double First = 36526;
    private const double End = 73051;

    /// <summary>
    /// A cell that was given a format of dates or times: a date, a time of day, or both; to the second, since a fraction of a day is not
    /// exact.
    /// </summary>
    public static string TextOf(DateTime at)
    {
        var whole = new DateTime((at.Ticks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond);
        if (whole.Date <= new DateTime(1900, 1, 1) || (whole - Epoch).TotalDays < 1)
            return TextOf(whole.TimeOfDay);
        return whole.ToString(whole.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>A time of day.</summary>
    public static string TextOf(TimeSpan time) =>
        TimeSpan
            .FromSeconds(Math.Round(time.TotalSeconds))
            .ToString(time.Days > 0 ? "d'.'hh':'mm':'ss" : "hh':'mm':'ss", CultureInfo.InvariantCulture);

    /// <summary>A bare number in a column of dates or times: what the spreadsheet meant by it; null when it can be none.</summary>
    public static string? OfSerial(string text)
    {
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var days))
            return null;
        if (days is > 0 and < 1)
            return TextOf(TimeSpan.FromDays(days));
        return days is >= First and < End ? TextOf(Epoch.AddDays(days)) : null;
    }
}
