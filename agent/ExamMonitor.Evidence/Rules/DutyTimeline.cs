using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>One session's time under one version of the rules.</summary>
/// <param name="FromMs">UTC ms, with the margin before.</param>
/// <param name="ToMs">UTC ms, exclusive, with the margin after.</param>
/// <param name="Session">Session.</param>
/// <param name="Limit">How long it is kept.</param>
/// <param name="LawfulFromMs">First instant at which it may go; <see cref="long.MaxValue"/> never.</param>
internal sealed record DutySpan(long FromMs, long ToMs, ExamSession Session, RetentionLimit Limit, long LawfulFromMs);

/// <summary>The spans of one room, cut at each beginning and end so that every stretch knows its longest-kept span. Immutable.</summary>
internal sealed class DutyTimeline
{
    private readonly long[] _starts;
    private readonly DutySpan?[] _longest;

    private DutyTimeline(long[] starts, DutySpan?[] longest) => (_starts, _longest) = (starts, longest);

    /// <summary>Spans of each room under every version of the rules that was still in force when the session's time began.</summary>
    public static Dictionary<RoomId, DutyTimeline> Of(IReadOnlyList<RulesVersion> rules, IReadOnlyList<SessionVersion> sessions)
    {
        var spans = new Dictionary<RoomId, List<DutySpan>>();
        foreach (var version in rules)
        {
            var calendar = new SiteCalendar(SiteZone.Of(version.Rules.TimeZone));
            foreach (var session in sessions.Where(s => s.Counts(version.Rules.MarginBefore)))
            {
                var from = session.Session.Start - version.Rules.MarginBefore;
                if (version.ReplacedAt is { } replaced && replaced <= from)
                    continue;
                if (!spans.TryGetValue(session.Session.Room, out var list))
                    spans[session.Session.Room] = list = [];
                list.Add(Span(session.Session, version.Rules, calendar));
            }
        }

        return spans.ToDictionary(s => s.Key, s => Cut(s.Value));
    }

    /// <summary>
    /// The span that touches [<paramref name="fromMs"/>, <paramref name="toMs"/>) and is kept longest; null when none touches it.
    /// </summary>
    public DutySpan? LongestKept(long fromMs, long toMs)
    {
        var at = Array.BinarySearch(_starts, fromMs);
        if (at < 0)
            at = Math.Max(0, ~at - 1);
        DutySpan? best = null;
        for (var kept = long.MinValue; at < _starts.Length && _starts[at] < toMs; at++)
        {
            if (_longest[at] is { } span && span.LawfulFromMs > kept)
                (best, kept) = (span, span.LawfulFromMs);
        }

        return best;
    }

    /// <summary>
    /// A session's time, margins and limit. An end that is not after the start, which no schedule should hold, still covers its margins.
    /// </summary>
    internal static DutySpan Span(ExamSession session, RetentionRules rules, SiteCalendar calendar)
    {
        var end = session.End > session.Start ? session.End : session.Start;
        var limit = rules.LimitFor(calendar.BatchDayOf(end));
        var lawful = limit.LastKept is { } last ? calendar.LawfulFrom(last) : DateTimeOffset.MaxValue;
        return new(
            UnixMs.Of(session.Start - rules.MarginBefore),
            UnixMs.Ceiling(end + rules.MarginAfter),
            session,
            limit,
            lawful == DateTimeOffset.MaxValue ? long.MaxValue : UnixMs.Ceiling(lawful)
        );
    }

    private static DutyTimeline Cut(List<DutySpan> spans)
    {
        var starts = spans.SelectMany(s => new[] { s.FromMs, s.ToMs }).Distinct().Order().ToArray();
        var longest = new DutySpan?[starts.Length];
        // Open spans, the longest-kept first; a span leaves when the sweep has passed its end.
        var open = new PriorityQueue<DutySpan, (long, long)>();
        var next = 0;
        var ordered = spans.OrderBy(s => s.FromMs).ToList();
        for (var i = 0; i < starts.Length; i++)
        {
            for (; next < ordered.Count && ordered[next].FromMs <= starts[i]; next++)
                open.Enqueue(ordered[next], (-ordered[next].LawfulFromMs, -ordered[next].ToMs));
            while (open.TryPeek(out var top, out _) && top.ToMs <= starts[i])
                open.Dequeue();
            longest[i] = open.TryPeek(out var best, out _) ? best : null;
        }

        return new(starts, longest);
    }
}
