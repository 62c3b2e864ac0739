using Ical.Net;
using Ical.Net.CalendarComponents;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>Has Ical.Net read one event of a file, after what changes the meaning of its lines was found to be understood.</summary>
/// <remarks>Events are read one at a time: the library names no lines, and one that it cannot read would cost all the others.</remarks>
internal static class IcsEventReader
{
    private static readonly string[] Times = ["DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE"];
    private static readonly string[] Once =
    [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RECURRENCE-ID",
        "UID",
        "STATUS",
        "SUMMARY",
        "LOCATION",
    ];
    private static readonly string[] Read = [.. Once, "EXDATE", "CATEGORIES", "X-EXAM-ROOM", "X-EXAM-BATCH", "X-EXAM-CANDIDATES"];
    private static readonly string[] NotRead = ["RDATE", "EXRULE"];

    /// <summary>The event; null, with the fault, when it cannot be read as it was meant.</summary>
    public static CalendarEvent? Parse(IcsComponent component, ScheduleFindings findings)
    {
        var before = findings.Errors;
        foreach (var line in component.Lines)
            Check(line, findings);
        foreach (var name in Once)
        {
            if (component.Lines.FindAll(l => l.Name == name) is [_, var second, ..])
                findings.Error(
                    second.Line,
                    name,
                    new($"The event has two lines {name}.", $"日程有两行 {name}。"),
                    new("Leave one of them.", "请只保留一行。")
                );
        }

        if (findings.Errors > before)
            return null;
        if (Load(component.Lines) is { } whole && (whole.Duration is not null || component.Find("DURATION") is null))
            return whole;
        foreach (
            var line in component.Lines.Where(l =>
                Read.Contains(l.Name, StringComparer.Ordinal)
                && (Load([l]) is not { } alone || (l.Name == "DURATION" && alone.Duration is null))
            )
        )
            findings.Error(line.Line, line.Name, new($"This {line.Name} cannot be read.", $"无法识别此 {line.Name}。"), Mend(line.Name));
        if (findings.Errors == before)
            findings.Error(
                component.Line,
                "VEVENT",
                new("This event cannot be read.", "无法识别此日程。"),
                new("Export the calendar again.", "请重新导出日历。")
            );
        return null;
    }

    /// <summary>What to do about a line of this name that is not understood.</summary>
    public static LocalText Mend(string name) =>
        name == "RRULE"
            ? IcsRecurrence.UseThis
            : new("Write it as RFC 5545 has it, or export the calendar again.", "请按 RFC 5545 书写，或重新导出日历。");

    private static CalendarEvent? Load(IEnumerable<IcsLine> lines)
    {
        var text = string.Join(
            "\r\n",
            [
                "BEGIN:VCALENDAR",
                "BEGIN:VEVENT",
                .. lines.Where(l => Read.Contains(l.Name, StringComparer.Ordinal)).Select(l => l.Content),
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        );
        try
        {
            return Calendar.Load(text) is { Events: [{ } only] } ? only : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library throws what its parsers throw (ArgumentException, FormatException, SerializationException …); whichever it is,
            // this text is no event.
            return null;
        }
    }

    /// <summary>
    /// A parameter that gives the value another meaning must be understood; what only describes it may be passed over (RFC 5545 §3.2).
    /// </summary>
    private static void Check(IcsLine line, ScheduleFindings findings)
    {
        if (NotRead.Contains(line.Name, StringComparer.Ordinal))
            findings.Error(
                line.Line,
                line.Name,
                new($"{line.Name} is not read.", $"不支持 {line.Name}。"),
                new("Write these sessions out.", "请逐场列出。")
            );
        if (!Read.Contains(line.Name, StringComparer.Ordinal))
            return;
        foreach (var (name, value) in line.Parameters.Where(p => !IsUnderstood(line.Name, p.Key, p.Value.ToUpperInvariant())))
        {
            findings.Error(
                line.Line,
                line.Name,
                new(
                    $"{name}={value} changes what {line.Name} means, and is not read.",
                    $"{name}={value} 会改变 {line.Name} 的含义，不支持。"
                ),
                Mend(line.Name)
            );
            return;
        }

        if (
            line.Name == "EXDATE"
            || !Times.Contains(line.Name, StringComparer.Ordinal)
            || (line.Name == "RECURRENCE-ID" && IcsTime.IsDate(line))
        )
            return;
        if (IcsTime.IsDate(line))
            findings.Error(
                line.Line,
                line.Name,
                new("This event lasts whole days: an exam session has a time of day.", "这是全天日程：考试场次必须有具体时间。"),
                new("Give the event a start and an end time.", "请为日程设置开始和结束时间。")
            );
        else if (!IcsTime.IsTime(line.Value.Trim()))
            findings.Error(
                line.Line,
                line.Name,
                new("This is not a time of iCalendar.", "这不是有效的 iCalendar 时间。"),
                new("Give the event a start and an end time.", "请为日程设置开始和结束时间。")
            );
    }

    private static bool IsUnderstood(string property, string name, string value) =>
        name switch
        {
            "TZID" => Times.Contains(property, StringComparer.Ordinal),
            "VALUE" when Times.Contains(property, StringComparer.Ordinal) => value is "DATE-TIME" or "DATE",
            "VALUE" => value is "TEXT" or "RECUR" or "DURATION",
            "RANGE" => property == "RECURRENCE-ID" && value == "THISANDFUTURE",
            "LANGUAGE" or "ALTREP" => true,
            _ => name.StartsWith("X-", StringComparison.Ordinal),
        };
}
