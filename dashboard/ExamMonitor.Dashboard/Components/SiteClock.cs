using System.Globalization;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Components;

/// <summary>Instants and durations as people of a site read them. Pure.</summary>
internal static class SiteClock
{
    /// <summary>Time of day, to the second, with the date when it is not that of <paramref name="now"/>.</summary>
    public static string Text(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var format = local.Date == TimeZoneInfo.ConvertTime(now, zone).Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Date and time, to the second.</summary>
    public static string Full(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Time of day, to the second.</summary>
    public static string TimeOfDay(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Time of day, to the tenth of a second: the resolution of gaps.</summary>
    public static string Tenths(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss.f", CultureInfo.InvariantCulture);

    /// <summary>A duration in its two largest units; a negative one counts as none.</summary>
    public static string Duration(TimeSpan span, IStringLocalizer<Strings> l)
    {
        if (span < TimeSpan.Zero)
            span = TimeSpan.Zero;
        if (span.TotalSeconds < 60)
            return l["Seconds", (int)span.TotalSeconds];
        if (span.TotalMinutes < 60)
            return l["Minutes", (int)span.TotalMinutes];
        if (span.TotalHours < 24)
            return l["HoursMinutes", (int)span.TotalHours, span.Minutes];
        return l["DaysHours", (int)span.TotalDays, span.Hours];
    }

    /// <summary>Midnight at the site that begins a day, UTC.</summary>
    public static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);

        // A zone may skip midnight at the start of summer time: the day then begins with its first valid minute.
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    public static DateOnly Day(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>A day in words that cannot be misread: <c>Mon 30 Nov 2026</c>, <c>2026年11月30日 周一</c>.</summary>
    public static string DayText(DateOnly day, CultureInfo language) =>
        language.TwoLetterISOLanguageName == "zh"
            ? string.Create(CultureInfo.InvariantCulture, $"{day.Year}年{day.Month}月{day.Day}日 周{"日一二三四五六"[(int)day.DayOfWeek]}")
            : day.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Bytes(long bytes) =>
        bytes switch
        {
            >= 1L << 40 => (bytes / (double)(1L << 40)).ToString("0.00 TiB", CultureInfo.InvariantCulture),
            >= 1L << 30 => (bytes / (double)(1L << 30)).ToString("0.0 GiB", CultureInfo.InvariantCulture),
            _ => (bytes / (double)(1L << 20)).ToString("0.0 MiB", CultureInfo.InvariantCulture),
        };

    /// <summary>A share as a percentage, cut and never rounded up: 100 % is printed only when it is exact.</summary>
    public static string Percent(double share) =>
        share >= 1 ? "100 %" : (Math.Floor(Math.Max(0, share) * 10_000) / 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
