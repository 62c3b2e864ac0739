using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Dashboard.Features.Camera;

/// <summary>How much of an asked range a download will hold. Pure.</summary>
/// <param name="Start">First moment that is held, UTC; null when nothing is.</param>
/// <param name="End">Last moment that is held, UTC; null when nothing is.</param>
/// <param name="Gaps">Holes between them.</param>
/// <param name="IsWhole">Whether it begins and ends as asked, without a hole.</param>
public sealed record HeldRange(DateTimeOffset? Start, DateTimeOffset? End, int Gaps, bool IsWhole)
{
    // A key frame away: a download is cut at key frames.
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(2);

    /// <summary>Part of a download's address, so that the file's name says it; empty when the range is whole.</summary>
    public string Query => IsWhole || End is not { } end ? "" : string.Create(
        CultureInfo.InvariantCulture, $"&ends={Uri.EscapeDataString(UtcJsonConverter.ToText(end))}&gaps={Gaps}");

    /// <summary>Reads what is held of a range.</summary>
    public static HeldRange Of(IEnumerable<TimelineSegment> segments, DateTimeOffset from, DateTimeOffset to)
    {
        var held = segments.Where(s => s.End > from && s.Start < to).OrderBy(s => s.Start).ToList();
        if (held.Count == 0) return new(null, null, 0, false);
        var (start, end) = (held[0].Start > from ? held[0].Start : from, held[0].End);
        var gaps = 0;
        foreach (var segment in held.Skip(1))
        {
            if (segment.Start - end > DayView.Joined) gaps++;
            if (segment.End > end) end = segment.End;
        }

        if (end > to) end = to;
        return new(start, end, gaps, gaps == 0 && start - from <= Near && to - end <= Near);
    }
}
