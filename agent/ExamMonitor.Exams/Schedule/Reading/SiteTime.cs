using System.Globalization;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>Reads the times that people and spreadsheets write. Pure.</summary>
internal static class SiteTime
{
    private static readonly string[] Dates = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日", "yyyyMMdd"];
    private static readonly string[] Times = ["H:mm", "H:mm:ss", "H时mm分", "H点mm分"];

    /// <summary>A time of day; null when the text is none.</summary>
    public static TimeOnly? ParseTime(string text) =>
        TimeOnly.TryParseExact(text.Replace('：', ':'), Times, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var time)
            ? time
            : null;

    /// <summary>A date; null when the text is none.</summary>
    public static DateOnly? ParseDate(string text) =>
        DateOnly.TryParseExact(text, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var date) ? date : null;

    /// <summary>An instant: RFC 3339 with an offset, or date and time in the zone; null when the text is neither.</summary>
    public static DateTimeOffset? ParseInstant(string text, TimeZoneInfo zone, out bool isImpossible)
    {
        isImpossible = false;
        var written = text.Trim();
        if (written.Length > 40)
            return null;
        if (
            written.Length > 11
            && (written.EndsWith('Z') || written.AsSpan(10).ContainsAny('+', '-'))
            && DateTimeOffset.TryParse(written, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var exact)
        )
            return exact;
        var cut = written.IndexOfAny(['T', ' ', '日']);
        if (cut < 0)
            return null;
        var date = ParseDate(written[..(written[cut] == '日' ? cut + 1 : cut)]);
        var time = ParseTime(written[(cut + 1)..]);
        return date is { } d && time is { } t ? At(d, t, zone, out isImpossible) : null;
    }

    /// <summary>The instant of a wall time in the zone; null, and impossible, when clocks are put forward over it.</summary>
    public static DateTimeOffset? At(DateOnly date, TimeOnly time, TimeZoneInfo zone, out bool isImpossible)
    {
        var at = date.Year is < 1971 or > 9000 ? null : InstantOf(date.ToDateTime(time, DateTimeKind.Unspecified), zone);
        isImpossible = at is null;
        return at;
    }

    /// <summary>
    /// The instant of a wall time in a zone: the first of the two where clocks show it twice (RFC 5545 §3.3.5); null when they are put
    /// forward over it.
    /// </summary>
    public static DateTimeOffset? InstantOf(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
            return null;
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>Site date of an instant.</summary>
    public static DateOnly DateOf(DateTimeOffset at, TimeZoneInfo zone) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>As people read it: site time to the minute.</summary>
    public static string Format(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
