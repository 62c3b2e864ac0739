using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Agent.Sessions.Reading;

/// <summary>Reads a schedule out of an iCalendar file (RFC 5545): each VEVENT is a session, recurrences are written out.</summary>
/// <remarks>UID is the session's id, LOCATION (or X-EXAM-ROOM) the room, X-EXAM-BATCH or the first of CATEGORIES the batch, SUMMARY the title, X-EXAM-CANDIDATES the number of candidates.</remarks>
internal static class IcsSchedule
{
    /// <summary>Sessions as they stand; what is wrong with the form of the file becomes a finding.</summary>
    public static IReadOnlyList<RawSession> Read(string text, TimeZoneInfo site, ScheduleFindings findings)
    {
        var events = Events(text, findings, out var cancelsAll);
        var sessions = new List<RawSession>();
        var overridden = events.Where(e => e.ContainsKey("RECURRENCE-ID")).ToList();
        var moved = overridden.Select(e => (e.GetValueOrDefault("UID")?.Text, InstanceOf(e, site))).ToHashSet();
        foreach (var one in events)
        {
            foreach (var session in Of(one, site, cancelsAll, moved, findings))
            {
                if (sessions.Count == ScheduleFile.MostSessions)
                {
                    findings.Error(session.Line, string.Empty, ScheduleFile.TooMany, ScheduleFile.SplitIt);
                    return sessions;
                }

                sessions.Add(session);
            }
        }

        return sessions;
    }

    private static List<Dictionary<string, IcsLine>> Events(string text, ScheduleFindings findings, out bool cancelsAll)
    {
        cancelsAll = false;
        var events = new List<Dictionary<string, IcsLine>>();
        var inside = new Stack<string>();
        var any = false;
        foreach (var line in IcsLines.Read(text, findings))
        {
            var depth = inside.Count;
            if (line.Name == "BEGIN")
            {
                any |= line.Value.Trim().Equals("VCALENDAR", StringComparison.OrdinalIgnoreCase);
                if (depth > 8) break;
                inside.Push(line.Value.Trim().ToUpperInvariant());
                if (inside.Peek() == "VEVENT") events.Add(new(StringComparer.Ordinal) { ["BEGIN"] = line });
            }
            else if (line.Name == "END")
            {
                if (depth == 0 || !string.Equals(inside.Pop(), line.Value.Trim(), StringComparison.OrdinalIgnoreCase)) findings.Error(line.Line, "END", new("This END has no BEGIN.", "此 END 没有对应的 BEGIN。"), new("Export the calendar again.", "请重新导出日历。"));
            }
            else if (depth == 1 && line.Name == "METHOD")
            {
                cancelsAll = line.Value.Trim().Equals("CANCEL", StringComparison.OrdinalIgnoreCase);
            }
            else if (depth > 0 && inside.Peek() == "VEVENT")
            {
                Keep(events[^1], line);
            }
        }

        if (!any || inside.Count > 0) findings.Error(0, string.Empty, new("The file is no whole iCalendar.", "文件不是完整的 iCalendar。"), new("It begins with BEGIN:VCALENDAR and ends with END:VCALENDAR; export it again.", "应以 BEGIN:VCALENDAR 开头、END:VCALENDAR 结尾；请重新导出。"));
        return events;
    }

    /// <summary>Several EXDATE lines are one; of other names the first counts.</summary>
    private static void Keep(Dictionary<string, IcsLine> one, IcsLine line)
    {
        if (!one.TryAdd(line.Name, line) && line.Name is "EXDATE" or "RDATE") one[line.Name] = one[line.Name] with { Value = one[line.Name].Value.Length > 100_000 ? one[line.Name].Value : one[line.Name].Value + "," + line.Value };
    }

    private static IEnumerable<RawSession> Of(Dictionary<string, IcsLine> one, TimeZoneInfo site, bool cancelsAll, HashSet<(string?, DateTimeOffset?)> moved, ScheduleFindings findings)
    {
        var begin = one["BEGIN"];
        if (!one.TryGetValue("DTSTART", out var start))
        {
            findings.Error(begin.Line, "DTSTART", new("The event has no start.", "日程没有开始时间。"), new("Add DTSTART.", "请添加 DTSTART。"));
            yield break;
        }

        if (one.TryGetValue("RDATE", out var rdate)) findings.Error(rdate.Line, "RDATE", new("RDATE is not read.", "不支持 RDATE。"), new("Write these sessions out.", "请逐场列出。"));
        if (IcsTime.Parse(start, start.Value.Trim(), site, findings) is not var (local, zone) || LengthOf(one, local, zone, site, findings) is not { } length) yield break;
        IReadOnlyList<DateTime>? times = [local];
        var repeats = one.TryGetValue("RRULE", out var rule);
        if (repeats) times = IcsRecurrence.Expand(rule!, local, zone, findings);
        var left = Left(one, zone, site, findings);
        foreach (var time in times ?? [])
        {
            if (IcsTime.At(start, time, zone, findings) is not { } at) yield break;
            if (left.Contains(at) || (repeats && moved.Contains((one.GetValueOrDefault("UID")?.Text, at)))) continue;
            var instance = InstanceOf(one, site) ?? (repeats ? at : null);
            yield return new(begin.Line)
            {
                Id = IdOf(one.GetValueOrDefault("UID")?.Text, instance),
                Batch = BatchOf(one),
                Room = Text("X-EXAM-ROOM") ?? Text("LOCATION"),
                Title = Text("SUMMARY"),
                Candidates = Text("X-EXAM-CANDIDATES"),
                Cancelled = cancelsAll ? "true" : Text("STATUS"),
                StartAt = at,
                EndAt = at + length,
            };
        }

        string? Text(string name) => one.TryGetValue(name, out var line) && line.Text.Length > 0 ? line.Text : null;
    }

    private static TimeSpan? LengthOf(Dictionary<string, IcsLine> one, DateTime start, TimeZoneInfo zone, TimeZoneInfo site, ScheduleFindings findings)
    {
        if (one.TryGetValue("DTEND", out var end))
        {
            if (IcsTime.Parse(end, end.Value.Trim(), site, findings) is not var (local, endZone)) return null;
            return IcsTime.At(end, local, endZone, findings) is { } to && IcsTime.At(one["DTSTART"], start, zone, findings) is { } from ? to - from : null;
        }

        if (one.TryGetValue("DURATION", out var duration) && IcsTime.ParseDuration(duration.Value.Trim()) is { } length) return length;
        findings.Error(one["BEGIN"].Line, "DTEND", new("The event has no end.", "日程没有结束时间。"), new("Add DTEND or DURATION.", "请添加 DTEND 或 DURATION。"));
        return null;
    }

    private static HashSet<DateTimeOffset> Left(Dictionary<string, IcsLine> one, TimeZoneInfo zone, TimeZoneInfo site, ScheduleFindings findings)
    {
        var left = new HashSet<DateTimeOffset>();
        if (!one.TryGetValue("EXDATE", out var line)) return left;
        foreach (var value in line.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (IcsTime.Parse(line, value, line.Parameters.ContainsKey("TZID") ? site : zone, findings) is var (local, at) && IcsTime.At(line, local, at, findings) is { } instant) left.Add(instant);
        }

        return left;
    }

    private static DateTimeOffset? InstanceOf(Dictionary<string, IcsLine> one, TimeZoneInfo site) =>
        one.TryGetValue("RECURRENCE-ID", out var line) && IcsTime.Parse(line, line.Value.Trim(), site, new(string.Empty)) is var (local, zone) ? IcsTime.At(line, local, zone, new(string.Empty)) : null;

    private static string? BatchOf(Dictionary<string, IcsLine> one) =>
        one.TryGetValue("X-EXAM-BATCH", out var batch) ? batch.Text : one.TryGetValue("CATEGORIES", out var categories) ? categories.Value.Split(',')[0].Trim() : null;

    /// <summary>UIDs are free text: what is no id of ours is made one that stays the same, and that no other UID gives.</summary>
    private static string? IdOf(string? uid, DateTimeOffset? instance)
    {
        if (string.IsNullOrEmpty(uid)) return null;
        var when = instance is { } at ? at.UtcDateTime.ToString("'-'yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture) : string.Empty;
        if (IdText.IsValid(uid + when)) return uid + when;
        var plain = string.Concat(uid.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)).AsSpan(0, 4));
        return $"{(plain.Length > 32 ? plain[..32] : plain)}-{digest}{when}";
    }
}
