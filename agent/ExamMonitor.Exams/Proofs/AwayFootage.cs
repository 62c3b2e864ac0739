using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Proofs;

/// <summary>Which footage lies on the archive tier alone. Pure.</summary>
internal static class AwayFootage
{
    /// <summary>Stretches in order of time, cut to the range; neighbouring segments are joined.</summary>
    /// <param name="segments">In order of time.</param>
    /// <param name="from">Start of the range, UTC.</param>
    /// <param name="to">Its end, UTC, exclusive.</param>
    public static IReadOnlyList<AwaySpan> Of(IEnumerable<TimelineSegment> segments, DateTimeOffset from, DateTimeOffset to)
    {
        var spans = new List<AwaySpan>();
        foreach (var s in segments.Where(s => s.OnArchiveTier && s.End > from && s.Start < to))
        {
            var span = new AwaySpan(s.Start > from ? s.Start : from, s.End < to ? s.End : to);
            if (spans.Count > 0 && span.Start - spans[^1].End <= HeldRange.Joined)
                spans[^1] = spans[^1] with { End = span.End > spans[^1].End ? span.End : spans[^1].End };
            else
                spans.Add(span);
        }

        return spans;
    }
}
