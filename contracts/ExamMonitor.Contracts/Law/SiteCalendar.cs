using System.Collections.Concurrent;

namespace ExamMonitor.Contracts.Law;

/// <summary>Days of a site: which day an instant falls on, and when a day begins. Safe from any thread.</summary>
/// <param name="zone">The site's time zone.</param>
public sealed class SiteCalendar(TimeZoneInfo zone)
{
    private const long StepTicks = 15 * TimeSpan.TicksPerMinute;
    private readonly ConcurrentDictionary<DateOnly, DateTimeOffset> _starts = new();

    /// <summary>The zone.</summary>
    public TimeZoneInfo Zone { get; } = zone;

    /// <summary>The site-local day of an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    /// <summary>
    /// The batch day of a session: the site-local day on which it ended. A session that ends at midnight ends on the day that begins then,
    /// so that a window is never a day too short.
    /// </summary>
    /// <param name="sessionEnd">End of the session, UTC.</param>
    public DateOnly BatchDayOf(DateTimeOffset sessionEnd) => DayOf(sessionEnd);

    /// <summary>
    /// First instant, UTC, from which it is <paramref name="day"/> or later and stays so. A day that the zone left out begins with the next
    /// one; a day that begins twice, because the clock goes back over midnight, begins the second time.
    /// </summary>
    /// <returns><see cref="DateTimeOffset.MaxValue"/> for the calendar's last days.</returns>
    public DateTimeOffset StartOf(DateOnly day)
    {
        if (day > new DateOnly(9998, 12, 31))
            return DateTimeOffset.MaxValue;
        return _starts.GetOrAdd(day, FindStart);
    }

    /// <summary>
    /// First instant, UTC, at which footage that is kept until the end of <paramref name="lastKept"/> may go: the start of the next local
    /// day.
    /// </summary>
    public DateTimeOffset LawfulFrom(DateOnly lastKept) =>
        lastKept == DateOnly.MaxValue ? DateTimeOffset.MaxValue : StartOf(lastKept.AddDays(1));

    /// <summary>Works by asking which day it is, so that it is right for every rule that a zone can have.</summary>
    private DateTimeOffset FindStart(DateOnly day)
    {
        if (day < new DateOnly(2, 1, 1))
            return DateTimeOffset.MinValue;
        var noon = new DateTimeOffset(day.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero).UtcTicks;
        // UTC offsets lie within ±14 h, and a zone that changes sides of the date line leaves out or repeats a day: 48 h hold every case.
        var late = noon + (48 * TimeSpan.TicksPerHour);
        while (IsThere(late - StepTicks, day))
            late -= StepTicks;
        var early = late - StepTicks;
        while (late - early > 1)
        {
            var middle = early + ((late - early) / 2);
            if (IsThere(middle, day))
                late = middle;
            else
                early = middle;
        }

        return new(late, TimeSpan.Zero);
    }

    private bool IsThere(long utcTicks, DateOnly day) => DayOf(new(utcTicks, TimeSpan.Zero)) >= day;
}
