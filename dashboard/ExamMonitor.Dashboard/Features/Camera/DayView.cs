using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.Features.Camera;

/// <summary>A stretch of a timeline: held, or missing with its cause.</summary>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="Cause">Null when footage is held.</param>
/// <param name="Detail">The sentence of the time; null for none.</param>
/// <param name="Open">Whether it still lasts.</param>
/// <param name="OnArchiveTier">Whether it is held on the archive tier alone.</param>
/// <param name="Destroyed">Whether it was recorded, and destroyed later as the retention rules allow.</param>
public sealed record Stretch(
    DateTimeOffset Start,
    DateTimeOffset End,
    GapCause? Cause,
    LocalText? Detail,
    bool Open,
    bool OnArchiveTier = false,
    bool Destroyed = false
);

/// <summary>What a day's timeline shows. Pure.</summary>
internal static class DayView
{
    /// <summary>Held stretches (neighbouring segments joined) and gaps, cut to the window, in order of time.</summary>
    public static IReadOnlyList<Stretch> Of(Timeline timeline, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var held = new List<Stretch>();
        foreach (var segment in timeline.Segments.OrderBy(s => s.Start))
        {
            var (start, end) = (Max(segment.Start, from), Min(segment.End, to));
            if (end <= start)
                continue;
            if (held.Count > 0 && held[^1].OnArchiveTier == segment.OnArchiveTier && start - held[^1].End <= HeldRange.Joined)
                held[^1] = held[^1] with { End = Max(held[^1].End, end) };
            else
                held.Add(new(start, end, null, null, Open: false, segment.OnArchiveTier));
        }

        var gaps = timeline
            .Gaps.Select(g => new Stretch(
                Max(g.Start, from),
                Min(g.End ?? now, to),
                g.Cause,
                g.Detail,
                g.End is null,
                Destroyed: g.Destroyed
            ))
            .Where(g => g.End > g.Start);
        return [.. held.Concat(gaps).OrderBy(s => s.Start)];
    }

    /// <summary>
    /// Hours that a day's line shows at first: the fewest in whose window around the cursor everything lies that the day holds.
    /// </summary>
    public static double HoursToShow(IReadOnlyList<Stretch> stretches, DateTimeOffset cursor)
    {
        if (stretches.Count == 0)
            return 24;
        var reach = Max(stretches.Max(s => s.End), cursor) - Min(stretches.Min(s => s.Start), cursor);
        var half = TimeSpan.FromTicks(Math.Max((stretches.Max(s => s.End) - cursor).Ticks, (cursor - stretches.Min(s => s.Start)).Ticks));
        foreach (var hours in (double[])[1 / 6d, 1, 4])
        {
            if (reach <= TimeSpan.FromHours(hours) && half <= TimeSpan.FromHours(hours) / 2)
                return hours;
        }

        return 24;
    }

    /// <summary>The moment of footage at or after <paramref name="at"/>; else the last moment before; null when nothing is held.</summary>
    public static DateTimeOffset? NearestHeld(IReadOnlyList<Stretch> stretches, DateTimeOffset at)
    {
        var held = stretches.Where(s => s.Cause is null).ToList();
        if (held.Find(s => s.End > at) is { } next)
            return Max(next.Start, at);
        return held.Count == 0 ? null : held[^1].End - TimeSpan.FromSeconds(1);
    }

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
