using System.Globalization;

namespace ExamMonitor.Agent.Sessions.Reading;

/// <summary>The part of RFC 5545 §3.3.10 that exam schedules use: DAILY and WEEKLY with INTERVAL, BYDAY, and an end by COUNT or UNTIL. Everything else is refused, never guessed. Pure.</summary>
internal static class IcsRecurrence
{
    /// <summary>Repetitions of one event.</summary>
    public const int Most = 400;

    private static readonly string[] Days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    /// <summary>Wall times of all repetitions, the first included; null, with the fault, when the rule is not one of those above.</summary>
    public static IReadOnlyList<DateTime>? Expand(IcsLine rule, DateTime first, TimeZoneInfo zone, ScheduleFindings findings)
    {
        // What follows counts days from the first: near the calendar's ends there are none.
        if (first.Year is <= 1970 or >= 9000) return Refuse(rule, findings);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in rule.Value.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = part.Split('=', 2) is [var n, var v] ? (n.ToUpperInvariant(), v.ToUpperInvariant()) : (part, string.Empty);
            if (!parts.TryAdd(name, value)) return Refuse(rule, findings);
        }

        var daily = parts.GetValueOrDefault("FREQ") == "DAILY";
        if (!daily && parts.GetValueOrDefault("FREQ") != "WEEKLY") return Refuse(rule, findings);
        if (parts.Keys.Any(k => k is not ("FREQ" or "COUNT" or "UNTIL" or "INTERVAL" or "BYDAY" or "WKST"))) return Refuse(rule, findings);
        if (!Number(parts, "INTERVAL", 1, 366, out var interval) || !Number(parts, "COUNT", Most + 1, Most, out var count) || (parts.ContainsKey("COUNT") && parts.ContainsKey("UNTIL"))) return Refuse(rule, findings);
        var until = UntilOf(parts, zone);
        if (until is null != !parts.ContainsKey("UNTIL")) return Refuse(rule, findings);
        if (until is null && !parts.ContainsKey("COUNT")) return Endless(rule, findings);
        var days = parts.GetValueOrDefault("BYDAY")?.Split(',').Select(d => Array.IndexOf(Days, d)).ToArray() ?? [];
        if (days.Any(d => d < 0) || (parts.ContainsKey("WKST") && !Days.Contains(parts["WKST"], StringComparer.Ordinal))) return Refuse(rule, findings);
        var weekStart = parts.TryGetValue("WKST", out var wkst) ? Array.IndexOf(Days, wkst) : 1;
        return Run(first, daily, interval, days, weekStart, count, until, rule, findings);
    }

    private static List<DateTime>? Run(DateTime first, bool daily, int interval, int[] days, int weekStart, int count, DateTime? until, IcsLine rule, ScheduleFindings findings)
    {
        var all = new List<DateTime>();
        var week = first.Date.AddDays(-(((int)first.DayOfWeek - weekStart + 7) % 7));

        // Day by day: at most 366 × 400 steps, whatever the rule says.
        for (var day = first; all.Count < count && (until is null || day <= until); day = day.AddDays(1))
        {
            if ((day - first).TotalDays > 366.0 * 10) return TooMany(rule, findings);
            var period = daily ? (day.Date - first.Date).Days : (day.Date - week).Days / 7;
            var fits = days.Length > 0 ? days.Contains((int)day.DayOfWeek) : daily || day.DayOfWeek == first.DayOfWeek;

            // DTSTART is always the first (§3.8.5.3), whatever the rule would say of it.
            if (day != first && (period % interval != 0 || !fits)) continue;
            all.Add(day);
            if (all.Count > Most) return TooMany(rule, findings);
        }

        return all;
    }

    private static DateTime? UntilOf(Dictionary<string, string> parts, TimeZoneInfo zone)
    {
        if (!parts.TryGetValue("UNTIL", out var text)) return null;
        if (DateTime.TryParseExact(text, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date.Add(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        if (DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var utc))
            return DateTime.SpecifyKind(TimeZoneInfo.ConvertTimeFromUtc(utc, zone), DateTimeKind.Unspecified);
        return DateTime.TryParseExact(text, "yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? local : null;
    }

    private static bool Number(Dictionary<string, string> parts, string name, int absent, int most, out int number)
    {
        number = absent;
        return !parts.TryGetValue(name, out var text) || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= most);
    }

    private static List<DateTime>? Refuse(IcsLine rule, ScheduleFindings findings)
    {
        findings.Error(rule.Line, rule.Name, new("This recurrence cannot be read.", "无法识别此重复规则。"),
            new($"Use FREQ=DAILY or WEEKLY with INTERVAL, BYDAY and COUNT (at most {Most}) or UNTIL, or write each session out.", $"请使用 FREQ=DAILY 或 WEEKLY，配合 INTERVAL、BYDAY 以及 COUNT（不超过 {Most}）或 UNTIL，或逐场列出。"));
        return null;
    }

    private static List<DateTime>? Endless(IcsLine rule, ScheduleFindings findings)
    {
        findings.Error(rule.Line, rule.Name, new("This recurrence has no end.", "此重复规则没有结束。"), new("Add COUNT or UNTIL.", "请添加 COUNT 或 UNTIL。"));
        return null;
    }

    private static List<DateTime>? TooMany(IcsLine rule, ScheduleFindings findings)
    {
        findings.Error(rule.Line, rule.Name, new($"This recurrence gives more than {Most} sessions, or reaches further than ten years.", $"此重复规则产生的场次超过 {Most} 场或超过十年。"), ScheduleFile.SplitIt);
        return null;
    }
}
