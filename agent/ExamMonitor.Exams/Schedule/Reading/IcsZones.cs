using System.Globalization;
using Ical.Net.DataTypes;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Instants of the wall times of one calendar: by the site's zone, by zones of known names, and by those that the file itself defines
/// (VTIMEZONE, RFC 5545 §3.6.5).
/// </summary>
/// <param name="file">The calendar.</param>
/// <param name="site">Of times that name no zone.</param>
/// <param name="findings">Where what is wrong goes.</param>
internal sealed class IcsZones(IcsFile file, TimeZoneInfo site, ScheduleFindings findings)
{
    private const int MostChanges = 4000;
    private const int LastYear = 2100;
    private readonly Dictionary<string, IReadOnlyList<(DateTime Local, TimeSpan Offset)>> _defined = new(StringComparer.Ordinal);

    /// <summary>The instant of a time; null, with the fault, when it does not exist or nobody can say when it is.</summary>
    /// <remarks>A wall time that clocks show twice is the first of the two (§3.3.5).</remarks>
    public DateTimeOffset? At(IcsLine line, CalDateTime time) => At(line, time.Value, time.TzId);

    /// <summary>The instant of a wall time in a zone; null as the zone is the site's.</summary>
    public DateTimeOffset? At(IcsLine line, DateTime local, string? zone)
    {
        if (local.Year is <= 1970 or >= 9000)
            return DoesNotExist(line, local, zone ?? site.Id);
        if (Known(zone) is { } known)
        {
            if (SiteTime.InstantOf(local, known) is not { } at)
                return DoesNotExist(line, local, known.Id);
            return Defined(zone) is { Count: > 0 } own ? Agreed(line, zone!, at, local, known, own) : at;
        }

        if (Defined(zone) is { Count: > 0 } defined)
            return new DateTimeOffset(local, OffsetOf(defined, local)).ToUniversalTime();
        findings.Error(
            line.Line,
            line.Name,
            new(
                $"The time zone \"{zone}\" is not known here, and the file does not define it.",
                $"无法识别时区“{zone}”，文件中也没有定义。"
            ),
            new("Use an IANA name such as Asia/Shanghai, or times in UTC.", "请使用 IANA 时区名（如 Asia/Shanghai）或 UTC 时间。")
        );
        return null;
    }

    /// <summary>Wall time of an instant in a zone.</summary>
    public DateTime LocalOf(DateTimeOffset at, string? zone)
    {
        if (Known(zone) is { } known)
            return TimeZoneInfo.ConvertTime(at, known).DateTime;
        var defined = Defined(zone);

        // The offset before the change or the one after it: the one under which the wall time gives the instant again.
        foreach (var offset in defined.Select(d => d.Offset).Distinct())
        {
            var local = at.UtcDateTime + offset;
            if (OffsetOf(defined, local) == offset)
                return DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        }

        return DateTime.SpecifyKind(at.UtcDateTime, DateTimeKind.Unspecified);
    }

    private TimeZoneInfo? Known(string? zone)
    {
        if (zone is null)
            return site;
        if (zone.Equals("UTC", StringComparison.OrdinalIgnoreCase))
            return TimeZoneInfo.Utc;
        return SiteZone.TryOf(zone.TrimStart('/'), out var known) ? known : null;
    }

    private DateTimeOffset? Agreed(
        IcsLine line,
        string zone,
        DateTimeOffset at,
        DateTime local,
        TimeZoneInfo known,
        IReadOnlyList<(DateTime Local, TimeSpan Offset)> own
    )
    {
        var (written, meant) = (OffsetOf(own, local), new DateTimeOffset(local, TimeSpan.Zero) - at);
        if (written == meant)
            return at;
        findings.Error(
            line.Line,
            line.Name,
            new(
                $"For {local:yyyy-MM-dd HH:mm} the file's own time zone \"{zone}\" is {Text(written)}; the time zone of that name is {Text(meant)}.",
                $"对于 {local:yyyy-MM-dd HH:mm}，文件自定义的时区“{zone}”为 {Text(written)}，而该名称的时区为 {Text(meant)}。"
            ),
            new(
                $"Which of the two is meant? Write the times in UTC, or with the name of the zone that is meant (here: {site.Id}).",
                $"请确认以哪个为准：改用 UTC 时间，或写明正确的时区名（本考点：{site.Id}）。"
            )
        );
        return null;
    }

    private DateTimeOffset? DoesNotExist(IcsLine line, DateTime local, string zone)
    {
        findings.Error(
            line.Line,
            line.Name,
            new($"{local:yyyy-MM-dd HH:mm} does not exist in {zone}.", $"{local:yyyy-MM-dd HH:mm} 在 {zone} 中不存在。"),
            new("Choose another time.", "请选择其他时间。")
        );
        return null;
    }

    /// <summary>Changes of a zone that the file defines, in order of wall time; empty when it defines none that can be read.</summary>
    private IReadOnlyList<(DateTime Local, TimeSpan Offset)> Defined(string? zone)
    {
        if (zone is null || !file.Zones.TryGetValue(zone, out var component))
            return [];
        if (_defined.TryGetValue(zone, out var changes))
            return changes;
        changes = Changes(component);
        if (changes.Count == 0)
            findings.Error(
                component.Line,
                "VTIMEZONE",
                new($"This time zone \"{zone}\" cannot be read.", $"无法识别此时区“{zone}”。"),
                new("Export the calendar again, or use times in UTC.", "请重新导出日历，或使用 UTC 时间。")
            );
        return _defined[zone] = changes;
    }

    private static List<(DateTime Local, TimeSpan Offset)> Changes(IcsComponent component)
    {
        var text = string.Join(
            "\r\n",
            ["BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", .. component.Lines.Select(l => l.Content), "END:VTIMEZONE", "END:VCALENDAR", ""]
        );
        try
        {
            var parts = Ical.Net.Calendar.Load(text)!.TimeZones.Single().TimeZoneInfos;
            var changes = new List<(DateTime Local, TimeSpan Offset)>();
            foreach (var part in parts)
            {
                var offset = part.OffsetTo!.Offset;
                changes.Add((part.Start!.Value, offset));
                changes.AddRange(
                    part.GetOccurrences(null, null)
                        .Take(MostChanges)
                        .Select(o => o.Period.StartTime.Value)
                        .TakeWhile(t => t.Year <= LastYear)
                        .Select(t => (t, offset))
                );
            }

            return [.. changes.Distinct().OrderBy(c => c.Local)];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library throws what its parsers throw; whichever it is, this is no time zone that can be read.
            return [];
        }
    }

    private static TimeSpan OffsetOf(IReadOnlyList<(DateTime Local, TimeSpan Offset)> changes, DateTime local)
    {
        var offset = changes[0].Offset;
        foreach (var change in changes)
        {
            if (change.Local > local)
                break;
            offset = change.Offset;
        }

        return offset;
    }

    private static string Text(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
}
