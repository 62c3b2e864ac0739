using Ical.Net.CalendarComponents;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>An event that was read, with its lines.</summary>
/// <param name="Component">Where it stands.</param>
/// <param name="Event">What it says.</param>
/// <param name="Start">Start of the event, or of its first repetition.</param>
/// <param name="Length">How long it lasts.</param>
internal sealed record IcsEvent(IcsComponent Component, CalendarEvent Event, DateTimeOffset Start, TimeSpan Length)
{
    /// <summary>Its line of that name; its BEGIN where there is none.</summary>
    public IcsLine Line(string name) =>
        Component.Find(name)
        ?? new(Component.Line, string.Empty, name, new Dictionary<string, string>(StringComparer.Ordinal), string.Empty);
}

/// <summary>One session of a calendar: the repetition that it is, where it takes place, and the event that describes it.</summary>
/// <param name="By">Event that describes it.</param>
/// <param name="Instance">Start that the rule gave it; null for an event that does not repeat.</param>
/// <param name="Start">Start.</param>
internal sealed record IcsOccurrence(IcsEvent By, DateTimeOffset? Instance, DateTimeOffset Start);

/// <summary>Events of one UID: the one that repeats, and its exceptions (RFC 5545 §3.8.4.4, §3.8.5). Pure but for findings.</summary>
/// <param name="zones">Instants of the calendar's wall times.</param>
/// <param name="findings">Where what is wrong goes.</param>
internal sealed class IcsSeries(IcsZones zones, ScheduleFindings findings)
{
    /// <summary>Sessions of all events of one UID.</summary>
    public IEnumerable<IcsOccurrence> Write(IReadOnlyList<IcsEvent> events)
    {
        var exceptions = new List<(IcsEvent Event, DateTimeOffset At, bool IsFromHereOn)>();
        foreach (var exception in events.Where(e => e.Event.RecurrenceIdentifier is not null))
        {
            if (exception.Event.RecurrenceRule is not null)
                findings.Error(
                    exception.Line("RRULE").Line,
                    "RRULE",
                    new("An exception that repeats by itself is not read.", "不支持自身重复的例外日程。"),
                    new("Export the calendar again, or write these sessions out.", "请重新导出日历，或逐场列出。")
                );
            else if (InstanceOf(exception, events) is { } at)
                exceptions.Add((exception, at, exception.Line("RECURRENCE-ID").Parameters.ContainsKey("RANGE")));
        }

        var used = new HashSet<DateTimeOffset>();
        foreach (var master in events.Where(e => e.Event.RecurrenceIdentifier is null))
        {
            foreach (var one in Repetitions(master))
            {
                if (
                    one is not { Instance: { } at }
                    || exceptions.FindLast(e => e.At == at || (e.IsFromHereOn && e.At <= at && !exceptions.Exists(x => x.At == at)))
                        is not { Event: not null } exception
                )
                {
                    yield return one;
                    continue;
                }

                used.Add(exception.At);
                yield return new(exception.Event, at, Moved(exception.Event, exception.At, at));
            }
        }

        foreach (var (exception, at, _) in exceptions.Where(e => !used.Contains(e.At)))
            yield return new(exception, at, exception.Start);
    }

    private IEnumerable<IcsOccurrence> Repetitions(IcsEvent master)
    {
        var (rule, line) = (master.Event.RecurrenceRule, master.Line("RRULE"));
        if (rule is null)
        {
            yield return new(master, null, master.Start);
            yield break;
        }

        var start = master.Event.DtStart!;
        DateTime? until =
            rule.Until is not { } end ? null
            : !end.HasTime ? end.Value.Date.Add(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1))
            : end.IsUtc ? zones.LocalOf(new DateTimeOffset(DateTime.SpecifyKind(end.Value, DateTimeKind.Utc)), start.TzId)
            : end.Value;
        var left = Left(master);
        foreach (var time in IcsRecurrence.Expand(line, rule, start.Value, until, findings) ?? [])
        {
            if (zones.At(master.Line("DTSTART"), time, start.TzId) is not { } at)
                yield break;
            if (!left.Times.Contains(at) && !left.Days.Contains(DateOnly.FromDateTime(time)))
                yield return new(master, at, at);
        }
    }

    /// <summary>What EXDATE leaves out: single times, or all of a day.</summary>
    private (HashSet<DateTimeOffset> Times, HashSet<DateOnly> Days) Left(IcsEvent master)
    {
        var (times, days) = (new HashSet<DateTimeOffset>(), new HashSet<DateOnly>());
        foreach (var time in master.Event.ExceptionDates.GetAllDates())
        {
            if (!time.HasTime)
                days.Add(time.Date);
            else if (zones.At(master.Line("EXDATE"), time.Value, time.IsFloating ? master.Event.DtStart!.TzId : time.TzId) is { } at)
                times.Add(at);
        }

        return (times, days);
    }

    private DateTimeOffset? InstanceOf(IcsEvent exception, IReadOnlyList<IcsEvent> events)
    {
        var id = exception.Event.RecurrenceIdentifier!.StartTime;
        if (id.HasTime)
            return zones.At(exception.Line("RECURRENCE-ID"), id);

        // A day names the repetition of that day: the time of day is that of the event that repeats.
        var start = events.FirstOrDefault(e => e.Event.RecurrenceIdentifier is null)?.Event.DtStart ?? exception.Event.DtStart!;
        return zones.At(exception.Line("RECURRENCE-ID"), id.Value.Date + start.Value.TimeOfDay, start.TzId);
    }

    /// <summary>Start of a repetition under an exception: shifted as the exception shifted the one that it names, in wall time.</summary>
    private DateTimeOffset Moved(IcsEvent exception, DateTimeOffset named, DateTimeOffset at)
    {
        if (at == named)
            return exception.Start;
        var zone = exception.Event.DtStart!.TzId;
        var shift = zones.LocalOf(exception.Start, zone) - zones.LocalOf(named, zone);
        return zones.At(exception.Line("DTSTART"), zones.LocalOf(at, zone) + shift, zone) ?? at + shift;
    }
}
