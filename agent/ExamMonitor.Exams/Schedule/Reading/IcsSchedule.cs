using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Reads a schedule out of an iCalendar file (RFC 5545) with Ical.Net: each VEVENT is a session, recurrences are written out.
/// </summary>
/// <remarks>UID is the session's id, LOCATION (or X-EXAM-ROOM) the room, X-EXAM-BATCH or the first of CATEGORIES the batch, SUMMARY the
/// title, X-EXAM-CANDIDATES the number of candidates.</remarks>
internal static class IcsSchedule
{
    /// <summary>Sessions as they stand; what is wrong with the form of the file becomes a finding.</summary>
    public static IReadOnlyList<RawSession> Read(ReadOnlySpan<byte> bytes, TimeZoneInfo site, ScheduleFindings findings)
    {
        var file = IcsFile.Read(bytes, findings);
        var sessions = new List<RawSession>();
        if (file.Events.Count > ScheduleFile.MostSessions)
        {
            findings.Error(file.Events[ScheduleFile.MostSessions].Line, string.Empty, ScheduleFile.TooMany, ScheduleFile.SplitIt);
            return sessions;
        }

        var zones = new IcsZones(file, site, findings);
        var series = new IcsSeries(zones, findings);
        var byUid = file
            .Events.Select(e => EventOf(e, zones, findings))
            .OfType<IcsEvent>()
            .GroupBy(e => e.Component.Find("UID")?.Value ?? $"\n{e.Component.Line}", StringComparer.Ordinal);
        foreach (var events in byUid)
        {
            foreach (var one in series.Write([.. events]))
            {
                if (sessions.Count == ScheduleFile.MostSessions)
                {
                    findings.Error(one.By.Component.Line, string.Empty, ScheduleFile.TooMany, ScheduleFile.SplitIt);
                    return sessions;
                }

                sessions.Add(SessionOf(one, file.IsCancellation));
            }
        }

        return sessions;
    }

    private static IcsEvent? EventOf(IcsComponent component, IcsZones zones, ScheduleFindings findings)
    {
        if (component.Find("DTSTART") is not { } start)
        {
            findings.Error(
                component.Line,
                "DTSTART",
                new("The event has no start.", "日程没有开始时间。"),
                new("Add DTSTART.", "请添加 DTSTART。")
            );
            return null;
        }

        if (IcsEventReader.Parse(component, findings) is not { DtStart: { } begin } read || zones.At(start, begin) is not { } at)
            return null;
        if (component.Find("DTEND") is { } end)
            return read.DtEnd is { } to && zones.At(end, to) is { } ending ? new(component, read, at, ending - at) : null;
        if (read.Duration is { } duration && duration.Sign >= 0)
            return new(component, read, at, duration.ToTimeSpanUnspecified());
        findings.Error(
            component.Line,
            "DTEND",
            new("The event has no end.", "日程没有结束时间。"),
            new("Add DTEND or DURATION.", "请添加 DTEND 或 DURATION。")
        );
        return null;
    }

    private static RawSession SessionOf(IcsOccurrence one, bool cancelsAll)
    {
        var read = one.By.Event;
        return new(one.By.Component.Line)
        {
            Id = IdOf(read.Uid is { } uid && one.By.Component.Find("UID") is not null ? uid : null, one.Instance),
            Batch = Custom("X-EXAM-BATCH") ?? read.Categories.FirstOrDefault(c => !string.IsNullOrWhiteSpace(c))?.Trim(),
            Room = Custom("X-EXAM-ROOM") ?? Text(read.Location),
            Title = Text(read.Summary),
            Candidates = Custom("X-EXAM-CANDIDATES"),
            Cancelled = cancelsAll ? "true" : Text(read.Status),
            StartAt = one.Start,
            EndAt = one.Start + one.By.Length,
        };

        string? Custom(string name) => Text((read.Properties[name])?.Value as string);

        static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.ReplaceLineEndings(" ").Trim();
    }

    /// <summary>UIDs are free text: what is no id of ours is made one that stays the same, and that no other UID gives.</summary>
    private static string? IdOf(string? uid, DateTimeOffset? instance)
    {
        if (string.IsNullOrEmpty(uid))
            return null;
        var when = instance is { } at ? at.UtcDateTime.ToString("'-'yyyyMMdd'T'HHmm'Z'", CultureInfo.InvariantCulture) : string.Empty;
        if (IdText.IsValid(uid + when))
            return uid + when;
        var plain = string.Concat(uid.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-'));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)).AsSpan(0, 4));
        return $"{(plain.Length > 32 ? plain[..32] : plain)}-{digest}{when}";
    }
}
