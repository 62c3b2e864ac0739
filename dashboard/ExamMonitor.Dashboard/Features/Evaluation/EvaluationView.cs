using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Dashboard.Components;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>How draws and samples are shown. Pure.</summary>
internal static class EvaluationView
{
    /// <summary>Page on which a sample is watched.</summary>
    public static string WatchAddress(
        AgentPlace place,
        ExamSessionId session,
        DateTimeOffset from,
        DateTimeOffset to,
        string? draw = null,
        string? unit = null,
        StationId? station = null,
        DateTimeOffset? at = null
    ) =>
        $"/evaluation/watch/{place.Site}/{place.Agent}/{session}?from={Time(from)}&to={Time(to)}"
        + (draw is null ? "" : $"&draw={draw}&unit={Uri.EscapeDataString(unit!)}")
        + (station is { } s ? $"&station={s}" : "")
        + (at is { } t ? $"&at={Time(t)}" : "");

    /// <summary>Page on which a draw or session is scored.</summary>
    public static string ScoreAddress(AgentPlace place, string evaluation) => $"/evaluation/score/{place.Site}/{place.Agent}/{evaluation}";

    /// <summary>The head of a note; null when it is none.</summary>
    public static Checkpoint? HeadOf(string note) =>
        SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Text, out var head) ? head : null;

    /// <summary>The plan of a draw; null when it cannot be read.</summary>
    public static DrawPlan? PlanOf(DrawRecord record) => DrawPlan.TryParse(record.Plan, out var plan) ? plan : null;

    /// <summary>A size for people.</summary>
    public static string Size(long bytes) =>
        bytes >= 1 << 30
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB")
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB");

    /// <summary>A time of an address; null when it is none.</summary>
    public static DateTimeOffset? OfAddress(string? text) =>
        text is { Length: <= 40 }
        && DateTimeOffset.TryParse(
            text,
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal,
            out var at
        )
        && at.Year is > 2000 and < 2200
            ? at.ToUniversalTime()
            : null;

    /// <summary>
    /// A moment of a session as a person types it: time of day at the site, or an instant as addresses have it. Null when it is none.
    /// </summary>
    /// <param name="text">Such as <c>09:00</c>, <c>09:00:30</c> or <c>2026-11-30T01:00:00Z</c>.</param>
    /// <param name="start">Start of the session, UTC: a time of day before it is one of the next day.</param>
    /// <param name="zone">Zone of the site.</param>
    public static DateTimeOffset? OfTyped(string? text, DateTimeOffset start, TimeZoneInfo zone)
    {
        if (
            !TimeOnly.TryParseExact(
                text?.Trim(),
                ["H:mm", "HH:mm", "HH:mm:ss"],
                System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.None,
                out var time
            )
        )
            return OfAddress(text);
        var day = SiteClock.Day(start, zone);
        var at = At(day);
        // To the second: the start that is shown without its fraction lies in the session.
        return at > start.AddSeconds(-1) ? at : At(day.AddDays(1));

        DateTimeOffset At(DateOnly of) =>
            of.ToDateTime(time, DateTimeKind.Unspecified) is var local && zone.IsInvalidTime(local)
                ? SiteClock.Midnight(of, zone) + time.ToTimeSpan()
                : new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>The days that a draw offers first: the half year that ends with the site's today.</summary>
    public static (DateTime From, DateTime To) UsualDays(DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = SiteClock.Day(now, zone).ToDateTime(TimeOnly.MinValue);
        return (today.AddMonths(-6), today);
    }

    private static string Time(DateTimeOffset at) => Uri.EscapeDataString(UtcJsonConverter.ToText(at));
}
