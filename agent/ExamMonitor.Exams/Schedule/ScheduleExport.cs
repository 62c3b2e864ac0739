using System.Globalization;
using System.Text;
using CsvHelper;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Contracts.Text;
using ExamMonitor.Exams.Schedule.Reading;

namespace ExamMonitor.Exams.Schedule;

/// <summary>Writes a schedule in the forms that are read. Pure. What is written reads back as the same sessions.</summary>
internal static class ScheduleExport
{
    /// <summary>The text and its media type; null for a form that is not known.</summary>
    /// <param name="form"><c>yaml</c>, <c>csv</c> or <c>ics</c>.</param>
    /// <param name="sessions">Sessions.</param>
    /// <param name="zone">Site time zone.</param>
    /// <param name="now">For calendars, UTC.</param>
    public static (string Text, string MediaType)? Write(
        string form,
        IEnumerable<ExamSession> sessions,
        TimeZoneInfo zone,
        DateTimeOffset now
    ) =>
        form switch
        {
            "yaml" => (Yaml(sessions, zone), "application/yaml"),
            "csv" => (Csv(sessions, zone), "text/csv"),
            "ics" => (Ics(sessions, now), "text/calendar"),
            _ => null,
        };

    private static string Yaml(IEnumerable<ExamSession> sessions, TimeZoneInfo zone)
    {
        var text = new StringBuilder($"schema: {YamlSchedule.SchemaName}\nsessions:\n");
        foreach (var s in sessions)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"  - id: \"{s.Id}\"\n    batch: \"{s.Batch}\"\n    room: \"{s.Room}\"\n    start: {Local(s.Start, zone)}\n    end: {Local(s.End, zone)}\n"
            );
            if (s.Title.Length > 0)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"    title: \"{s.Title.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n"
                );
            if (s.Candidates is { } candidates)
                text.Append(CultureInfo.InvariantCulture, $"    candidates: {candidates}\n");
            if (s.Cancelled)
                text.Append("    cancelled: true\n");
        }

        return text.ToString();
    }

    /// <summary>With a byte order mark: without it Excel reads UTF-8 as the system's code page. No cell is a formula.</summary>
    private static string Csv(IEnumerable<ExamSession> sessions, TimeZoneInfo zone)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        text.Write('\uFEFF');
        using (
            var csv = CsvWriter.Create(
                text,
                CsvWriterOptions.Default with
                {
                    HasHeader = false,
                    NewLine = "\r\n",
                    WriteByteOrderMark = false,
                },
                leaveOpen: true
            )
        )
        {
            csv.WriteRecord(["id", "batch", "room", "start", "end", "title", "candidates", "cancelled"]);
            foreach (var s in sessions)
            {
                csv.WriteRecord([
                    SpreadsheetCell.Guard(s.Id.Text),
                    SpreadsheetCell.Guard(s.Batch.Text),
                    SpreadsheetCell.Guard(s.Room.Text),
                    Local(s.Start, zone),
                    Local(s.End, zone),
                    SpreadsheetCell.Guard(s.Title),
                    s.Candidates?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
                    s.Cancelled ? "yes" : "no",
                ]);
            }
        }

        return text.ToString();
    }

    private static string Ics(IEnumerable<ExamSession> sessions, DateTimeOffset now)
    {
        var text = new StringBuilder("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Exam Monitor//EN\r\n");
        foreach (var s in sessions)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"BEGIN:VEVENT\r\nUID:{s.Id}\r\nDTSTAMP:{Utc(now)}\r\nDTSTART:{Utc(s.Start)}\r\nDTEND:{Utc(s.End)}\r\n"
            );
            Fold(
                text,
                "SUMMARY:"
                    + s.Title.Replace("\\", "\\\\", StringComparison.Ordinal)
                        .Replace(",", "\\,", StringComparison.Ordinal)
                        .Replace(";", "\\;", StringComparison.Ordinal)
            );
            text.Append(CultureInfo.InvariantCulture, $"LOCATION:{s.Room}\r\nX-EXAM-BATCH:{s.Batch}\r\n");
            if (s.Candidates is { } candidates)
                text.Append(CultureInfo.InvariantCulture, $"X-EXAM-CANDIDATES:{candidates}\r\n");
            text.Append(CultureInfo.InvariantCulture, $"STATUS:{(s.Cancelled ? "CANCELLED" : "CONFIRMED")}\r\nEND:VEVENT\r\n");
        }

        return text.Append("END:VCALENDAR\r\n").ToString();
    }

    /// <summary>Lines of at most 75 bytes (RFC 5545 §3.1), never cut inside a character.</summary>
    private static void Fold(StringBuilder text, string line)
    {
        var bytes = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > 74)
            {
                text.Append("\r\n ");
                bytes = 1;
            }

            text.Append(rune.ToString());
            bytes += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }

    /// <summary>
    /// Seconds only where there are some: a session begins on the minute, as a rule. A time that clocks show twice is written with its
    /// offset.
    /// </summary>
    private static string Local(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        if (at.Millisecond != 0 || zone.IsAmbiguousTime(local.DateTime))
            return UtcJsonConverter.ToText(at);
        return local.ToString(local.Second == 0 ? "yyyy-MM-dd HH:mm" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
