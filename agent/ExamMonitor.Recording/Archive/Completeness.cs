using System.Globalization;
using System.Runtime.InteropServices;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording;

/// <summary>A stretch of wall time, UTC.</summary>
/// <param name="Start">First instant.</param>
/// <param name="End">Exclusive.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WallSpan(DateTimeOffset Start, DateTimeOffset End);

/// <summary>
/// Completeness = proven wall time ÷ required wall time, in whole milliseconds. Pure; the formula stands in docs/footage.md.
/// </summary>
public static class Completeness
{
    /// <summary>
    /// Union of stretches: in order, without overlap, neighbours joined. The time that any camera of a station proves is the union over its
    /// cameras.
    /// </summary>
    public static IReadOnlyList<WallSpan> Union(IEnumerable<WallSpan> spans) =>
        [
            .. UnionMs(spans.Select(s => new Span(UnixMs.Of(s.Start), UnixMs.Of(s.End))))
                .Select(s => new WallSpan(UnixMs.ToUtc(s.StartMs), UnixMs.ToUtc(s.EndMs))),
        ];

    /// <summary>
    /// Share of [<paramref name="from"/>, <paramref name="to"/>) that <paramref name="proven"/> covers, [0, 1]; null when nothing is
    /// required. 1 only when all of it is.
    /// </summary>
    public static double? Share(IEnumerable<WallSpan> proven, DateTimeOffset from, DateTimeOffset to)
    {
        var range = new Span(UnixMs.Of(from), UnixMs.Ceiling(to));
        return Share(UnionMs(proven.Select(s => new Span(UnixMs.Of(s.Start), UnixMs.Of(s.End)))), range);
    }

    /// <summary>As percent with two decimals, rounded down: "100 %" only when it is exact.</summary>
    public static string Percent(double share) =>
        share >= 1 ? "100 %" : string.Create(CultureInfo.InvariantCulture, $"{Math.Min(Math.Floor(share * 10_000) / 100, 99.99):0.00} %");

    internal static double? Share(IReadOnlyList<Span> union, Span range)
    {
        if (range.LengthMs == 0)
            return null;
        var proven = union.Sum(s => new Span(Math.Max(s.StartMs, range.StartMs), Math.Min(s.EndMs, range.EndMs)).LengthMs);
        return proven == range.LengthMs ? 1 : (double)proven / range.LengthMs;
    }

    /// <summary>What segments prove: their time, less the gaps that lie inside one of them (a hole in its media).</summary>
    internal static List<Span> ProvenMs(IReadOnlyList<Span> segments, IReadOnlyList<Span> gaps)
    {
        var parts = new List<Span>(segments.Count);
        foreach (var segment in segments)
        {
            var from = segment.StartMs;
            foreach (var gap in gaps)
            {
                if (gap.StartMs < segment.StartMs || gap.EndMs > segment.EndMs)
                    continue;
                if (gap.StartMs > from)
                    parts.Add(new(from, gap.StartMs));
                from = Math.Max(from, gap.EndMs);
            }

            if (segment.EndMs > from)
                parts.Add(new(from, segment.EndMs));
        }

        return UnionMs(parts);
    }

    internal static List<Span> UnionMs(IEnumerable<Span> spans)
    {
        var union = new List<Span>();
        foreach (var span in spans.Where(s => s.LengthMs > 0).OrderBy(s => s.StartMs))
        {
            if (union.Count > 0 && span.StartMs <= union[^1].EndMs)
                union[^1] = new(union[^1].StartMs, Math.Max(union[^1].EndMs, span.EndMs));
            else
                union.Add(span);
        }

        return union;
    }
}
