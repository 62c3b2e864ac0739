using System.Globalization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Resources;
using ExamMonitor.Dashboard.State;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Features.Readiness;

/// <summary>Readiness in words. Pure.</summary>
internal static class ReadinessText
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(6);

    /// <summary>A check by name; its id when a later agent asks something that this page does not know.</summary>
    public static string Name(string check, IStringLocalizer<Strings> l) =>
        l["Check-" + check] is { ResourceNotFound: false } name ? name : check;

    /// <summary>Session that was asked about: what and when.</summary>
    public static string Session(RoomReadiness words, TimeZoneInfo zone, CultureInfo culture, IStringLocalizer<Strings> l)
    {
        if (words.SessionStart is not { } start)
            return l["NoSessionAhead"];
        var at = When(start, words.Ts, zone, culture);
        return string.IsNullOrWhiteSpace(words.Title) ? l["ForSessionAt", at] : l["ForSession", words.Title, at];
    }

    /// <summary>The compact line of a room: "ready for Saturday 09:00: no – 2 things to do".</summary>
    public static string Line(
        ReadinessReading answer,
        TimeZoneInfo zone,
        DateTimeOffset now,
        CultureInfo culture,
        IStringLocalizer<Strings> l
    )
    {
        var verdict = answer.Ready switch
        {
            Mark.Yes => l["LineYes"].Value,
            Mark.No => l["LineNo", Math.Max(1, answer.Missing.Count())].Value,
            _ => l["LineUnknown", l["Doubt" + answer.Doubt].Value].Value,
        };
        return answer.Words.SessionStart is { } start ? l["LineFor", When(start, now, zone, culture), verdict] : l["LineRoom", verdict];
    }

    /// <summary>Weekday and time within the next six days, else the date and time.</summary>
    private static string When(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone, CultureInfo culture)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return at > now && at - now < Week
            ? string.Create(CultureInfo.InvariantCulture, $"{culture.DateTimeFormat.GetDayName(local.DayOfWeek)} {local:HH:mm}")
            : local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
