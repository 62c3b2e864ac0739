using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// The law once more, as plainly as it can be written and without any of the product's arithmetic: what the product is compared with.
/// </summary>
internal static class NaiveLaw
{
    /// <summary>Whether footage must be kept at a moment, for a duty or a hold.</summary>
    public static bool MustKeep(FootageCandidate footage, RetentionFacts facts, DateTimeOffset now) =>
        HasHold(footage, facts, now) || HasDuty(footage, facts, now);

    public static bool HasDuty(FootageCandidate footage, RetentionFacts facts, DateTimeOffset now)
    {
        foreach (var (_, rules) in Overlapping(footage, facts))
        {
            foreach (var (session, rule) in rules)
            {
                if (rule.Rule.Window is not { } window || (window.Months == 0 && window.Days == 0))
                    return true;
                var zone = SiteZone.Of(session.Zone);
                var day = TimeZoneInfo.ConvertTime(session.End, zone).Date;
                if (TimeZoneInfo.ConvertTime(now, zone).Date <= LastKept(day, window))
                    return true;
            }
        }

        return false;
    }

    public static bool IsExam(FootageCandidate footage, RetentionFacts facts) => Overlapping(footage, facts).Any();

    public static bool HasHold(FootageCandidate footage, RetentionFacts facts, DateTimeOffset now)
    {
        var (before, after) = (facts.Rules!.Max(r => r.Rules.MarginBefore), facts.Rules!.Max(r => r.Rules.MarginAfter));
        foreach (var hold in facts.Holds!)
        {
            if (hold.Lifted is not null || (hold.Until is { } until && now >= until))
                continue;
            foreach (var scope in hold.Scopes)
            {
                if (scope.Room is { } room && room != footage.Room)
                    continue;
                if (scope.Camera is { } camera && camera != footage.Camera)
                    continue;
                if (scope.From is { } from && footage.End <= from)
                    continue;
                if (scope.To is { } to && footage.Start >= to)
                    continue;
                if (scope.Batch is null && scope.Session is null)
                    return true;
                foreach (var session in facts.Sessions!.Select(s => s.Session).Where(s => s.Room == footage.Room))
                {
                    if (scope.Batch is { } batch && session.Batch != batch)
                        continue;
                    if (scope.Session is { } id && session.Id != id)
                        continue;
                    var start = session.Start - before;
                    var end = session.End + after;
                    if (scope.From is { } f && f > start)
                        start = f;
                    if (scope.To is { } t && t < end)
                        end = t;
                    if (footage.Start < end && footage.End > start)
                        return true;
                }
            }
        }

        return false;
    }

    /// <summary>Last day, counted on fingers: the same day of the month that many months later, or that month's last; then days.</summary>
    public static DateTime LastKept(DateTime day, CalendarPeriod window)
    {
        var (year, month) = (day.Year, day.Month);
        for (var i = 0; i < window.Months; i++)
        {
            if (++month <= 12)
                continue;
            month = 1;
            year++;
        }

        return new DateTime(year, month, Math.Min(day.Day, DateTime.DaysInMonth(year, month)), 0, 0, 0, DateTimeKind.Unspecified)
            + TimeSpan.FromDays(window.Days);
    }

    private static IEnumerable<(RulesVersion Version, List<((DateTimeOffset End, string Zone), SourcedRule)> Rules)> Overlapping(
        FootageCandidate footage,
        RetentionFacts facts
    )
    {
        foreach (var version in facts.Rules!)
        {
            foreach (var session in facts.Sessions!)
            {
                var start = session.Session.Start - version.Rules.MarginBefore;
                var end = session.Session.End + version.Rules.MarginAfter;
                var stood = !session.Session.Cancelled && (session.ReplacedAt is null || session.ReplacedAt > start);
                var inForce = version.ReplacedAt is null || version.ReplacedAt > start;
                if (!stood || !inForce || session.Session.Room != footage.Room || footage.Start >= end || footage.End <= start)
                    continue;
                yield return (version, [.. version.Rules.Exam.Select(r => ((session.Session.End, version.Rules.TimeZone), r))]);
            }
        }
    }
}
