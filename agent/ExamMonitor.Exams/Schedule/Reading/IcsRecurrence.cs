using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Writes a recurrence out (RFC 5545 §3.3.10) with Ical.Net, in wall times; an endless or impossibly long one is refused.
/// </summary>
internal static class IcsRecurrence
{
    /// <summary>Repetitions of one event.</summary>
    public const int Most = 400;

    /// <summary>What to do about a rule that is not read.</summary>
    public static readonly LocalText UseThis = new(
        $"Use FREQ=DAILY, WEEKLY, MONTHLY or YEARLY with INTERVAL, BYDAY, BYMONTHDAY, BYMONTH and COUNT (at most {Most}) or UNTIL, or write each session out.",
        $"请使用 FREQ=DAILY、WEEKLY、MONTHLY 或 YEARLY，配合 INTERVAL、BYDAY、BYMONTHDAY、BYMONTH 以及 COUNT（不超过 {Most}）或 UNTIL，或逐场列出。"
    );

    // Steps without a match: what they bound is a rule such as "the 30th of February".
    private static readonly EvaluationOptions Bounds = new() { MaxUnmatchedIncrementsLimit = 5000 };

    /// <summary>Wall times of all repetitions, the first included; null, with the fault, when they cannot be written out.</summary>
    /// <param name="line">Line of the rule.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="first">Wall time of DTSTART.</param>
    /// <param name="until">UNTIL as wall time of the same zone; null without one.</param>
    /// <param name="findings">Where what is wrong goes.</param>
    public static IReadOnlyList<DateTime>? Expand(
        IcsLine line,
        RecurrenceRule rule,
        DateTime first,
        DateTime? until,
        ScheduleFindings findings
    )
    {
        if (first.Year is <= 1970 or >= 9000 || !IsRead(line, rule))
            return Refuse(line, "This recurrence cannot be read.", "无法识别此重复规则。", UseThis, findings);
        if (rule.Count is null && until is null)
            return Refuse(
                line,
                "This recurrence has no end.",
                "此重复规则没有结束。",
                new("Add COUNT or UNTIL.", "请添加 COUNT 或 UNTIL。"),
                findings
            );
        if (rule.Count > Most)
            return TooMany(line, findings);
        var floating = new RecurrenceRule();
        floating.CopyFrom(rule);
        floating.Count = null;
        floating.Until = null;
        var times = new List<DateTime> { first };
        try
        {
            // DTSTART is always the first, and counts as such, whatever the rule would say of it (§3.8.5.3).
            var repeated = new CalendarEvent { DtStart = new CalDateTime(first, hasTime: true), RecurrenceRule = floating };
            foreach (var time in repeated.GetOccurrences(null, Bounds).Select(o => o.Period.StartTime.Value))
            {
                if (times.Count == rule.Count || time > until)
                    break;
                if (time <= first)
                    continue;
                if (times.Count == Most || time > first.AddYears(10))
                    return TooMany(line, findings);
                times.Add(time);
            }
        }
        catch (Exception e) when (e is EvaluationException or ArgumentException or InvalidOperationException or OverflowException)
        {
            return Refuse(line, "This recurrence cannot be read.", "无法识别此重复规则。", UseThis, findings);
        }

        return times;
    }

    private static bool IsRead(IcsLine line, RecurrenceRule rule)
    {
        var names = line
            .Value.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Split('=')[0].Trim().ToUpperInvariant())
            .ToList();
        return names.Distinct(StringComparer.Ordinal).Count() == names.Count
            && rule.Frequency is FrequencyType.Daily or FrequencyType.Weekly or FrequencyType.Monthly or FrequencyType.Yearly
            && rule.Interval is >= 1 and <= 366
            && (rule.Count is null or >= 1)
            && !(names.Contains("COUNT") && names.Contains("UNTIL"))
            && rule.BySecond.Count + rule.ByMinute.Count + rule.ByHour.Count == 0;
    }

    private static List<DateTime>? TooMany(IcsLine line, ScheduleFindings findings) =>
        Refuse(
            line,
            $"This recurrence gives more than {Most} sessions, or reaches further than ten years.",
            $"此重复规则产生的场次超过 {Most} 场或超过十年。",
            ScheduleFile.SplitIt,
            findings
        );

    private static List<DateTime>? Refuse(IcsLine line, string problem, string zh, LocalText mend, ScheduleFindings findings)
    {
        findings.Error(line.Line, line.Name, new(problem, zh), mend);
        return null;
    }
}
