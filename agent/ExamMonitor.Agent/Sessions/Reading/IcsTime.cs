using System.Globalization;
using System.Text.RegularExpressions;

namespace ExamMonitor.Agent.Sessions.Reading;

/// <summary>Times and durations of iCalendar (RFC 5545 §3.3.5, §3.3.6). Pure.</summary>
internal static partial class IcsTime
{
    /// <summary>A DATE-TIME as wall time and zone; null, with the fault, when it is none. A floating time is site time.</summary>
    public static (DateTime Local, TimeZoneInfo Zone)? Parse(IcsLine line, string value, TimeZoneInfo site, ScheduleFindings findings)
    {
        var utc = value.EndsWith('Z');
        if (!DateTime.TryParseExact(utc ? value[..^1] : value, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            findings.Error(line.Line, line.Name, value.Length == 8 && value.All(char.IsAsciiDigit)
                ? new("This event lasts whole days: an exam session has a time of day.", "这是全天日程：考试场次必须有具体时间。")
                : new("This is not a time of iCalendar.", "这不是有效的 iCalendar 时间。"),
                new("Give the event a start and an end time.", "请为日程设置开始和结束时间。"));
            return null;
        }

        if (utc) return (local, TimeZoneInfo.Utc);
        if (!line.Parameters.TryGetValue("TZID", out var name)) return (local, site);
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name.TrimStart('/'), out var zone)) return (local, zone);
        findings.Error(line.Line, line.Name, new($"The time zone \"{name}\" is not known here.", $"无法识别时区“{name}”。"), new("Use an IANA name such as Asia/Shanghai, or times in UTC.", "请使用 IANA 时区名（如 Asia/Shanghai）或 UTC 时间。"));
        return null;
    }

    /// <summary>The instant of a wall time; null, with the fault, when clocks are put forward over it.</summary>
    public static DateTimeOffset? At(IcsLine line, DateTime local, TimeZoneInfo zone, ScheduleFindings findings)
    {
        if (local.Year is > 1970 and < 9000 && !zone.IsInvalidTime(local)) return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        findings.Error(line.Line, line.Name, new($"{local:yyyy-MM-dd HH:mm} does not exist in {zone.Id}.", $"{local:yyyy-MM-dd HH:mm} 在 {zone.Id} 中不存在。"), new("Choose another time.", "请选择其他时间。"));
        return null;
    }

    /// <summary>A DURATION of at most some days; null when the text is none.</summary>
    public static TimeSpan? ParseDuration(string value)
    {
        var match = Duration().Match(value);
        if (!match.Success || match.Length < 3) return null;
        return TimeSpan.FromDays(Of("w") * 7) + TimeSpan.FromDays(Of("d")) + TimeSpan.FromHours(Of("h")) + TimeSpan.FromMinutes(Of("m")) + TimeSpan.FromSeconds(Of("s"));

        int Of(string group) => match.Groups[group] is { Success: true } g ? int.Parse(g.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^\+?P((?<w>\d{1,4})W|((?<d>\d{1,4})D)?(T((?<h>\d{1,4})H)?((?<m>\d{1,5})M)?((?<s>\d{1,6})S)?)?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Duration();
}
