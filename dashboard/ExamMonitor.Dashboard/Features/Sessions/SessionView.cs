using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Dashboard.Components;

namespace ExamMonitor.Dashboard.Features.Sessions;

/// <summary>A session with the agent that keeps it.</summary>
public sealed record PlacedSession(AgentPlace Place, SessionSummary Summary)
{
    /// <summary>As scheduled.</summary>
    public ExamSession Session => Summary.Session;

    /// <summary>Its page.</summary>
    public string Address => SessionView.AddressOf(Place, Session.Id);

    /// <summary>Site date on which it begins.</summary>
    public DateOnly Day => SiteClock.Day(Session.Start, Place.Zone);
}

/// <summary>A batch with the agent that keeps it.</summary>
public sealed record PlacedBatch(AgentPlace Place, BatchSummary Batch);

/// <summary>How sessions are shown. Pure.</summary>
internal static class SessionView
{
    public static string AddressOf(AgentPlace place, ExamSessionId session) => $"/sessions/{place.Site}/{place.Agent}/{session}";

    /// <summary>
    /// Start and end as people of the site read them: <c>09:00–11:30</c>, with the date of the end when it is another day.
    /// </summary>
    public static string Times(ExamSession s, TimeZoneInfo zone)
    {
        var (start, end) = (TimeZoneInfo.ConvertTime(s.Start, zone), TimeZoneInfo.ConvertTime(s.End, zone));
        var format =
            start.Date == end.Date || (end.TimeOfDay == TimeSpan.Zero && (end.Date - start.Date).Days == 1) ? "HH:mm" : "HH:mm (MM-dd)";
        return string.Create(CultureInfo.InvariantCulture, $"{start:HH:mm}–{end.ToString(format, CultureInfo.InvariantCulture)}");
    }

    /// <summary>A day with its weekday in the language of the page: <c>2026-03-02 Monday</c>.</summary>
    public static string Day(DateOnly day, CultureInfo culture) =>
        string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} {culture.DateTimeFormat.GetDayName(day.DayOfWeek)}");

    /// <summary>Address of a camera's page at a moment.</summary>
    public static string PlaybackAddress(AgentPlace place, RoomId room, CameraId camera, DateTimeOffset at) =>
        $"/cameras/{place.Site}/{room}/{camera}?at={Uri.EscapeDataString(UtcJsonConverter.ToText(at))}";

    /// <summary>How much of what a camera proves lies on the archive tier alone; null when all of it does.</summary>
    public static TimeSpan? AwayPart(CameraCompleteness camera)
    {
        var away = TimeSpan.FromSeconds((camera.OnArchiveTier ?? []).Sum(s => (s.End - s.Start).TotalSeconds));
        return away.TotalSeconds >= camera.ProvenSeconds - 1 ? null : away;
    }

    /// <summary>From the first to the last moment of a session that lies on the archive tier alone; null for none.</summary>
    public static AwaySpan? AwayOf(SessionDetail detail)
    {
        var away = detail.Cameras.SelectMany(c => c.OnArchiveTier ?? []).ToList();
        return away.Count == 0 ? null : new(away.Min(s => s.Start), away.Max(s => s.End));
    }

    /// <summary>Whether a camera's footage of a moment lies on the archive tier alone.</summary>
    public static bool IsAway(SessionDetail detail, CameraId camera, DateTimeOffset at) =>
        detail.Cameras.FirstOrDefault(c => c.Camera == camera)?.OnArchiveTier?.Any(s => s.Start <= at && at < s.End) == true;

    /// <summary>Style for a share that ought to be whole: only exactly 1 counts as held.</summary>
    public static string ShareClass(double? share) =>
        share switch
        {
            null => "is-unknown",
            >= 1 => "is-yes",
            _ => "is-no",
        };

    /// <summary>Instant of a local time at the site; null when there is no such time (the hour that summer time leaves out).</summary>
    public static DateTimeOffset? OfLocal(DateTime local, TimeZoneInfo zone)
    {
        var unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        return zone.IsInvalidTime(unspecified) ? null : new DateTimeOffset(unspecified, zone.GetUtcOffset(unspecified)).ToUniversalTime();
    }
}
