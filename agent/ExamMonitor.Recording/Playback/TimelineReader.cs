using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Recording.Playback;

/// <summary>Answers what is held of a camera from the index and from what its writer does now.</summary>
/// <param name="index">Index.</param>
/// <param name="time">Clock: the future is neither required nor missing.</param>
internal sealed class TimelineReader(FootageIndex index, TimeProvider time)
{
    /// <summary>Shorter stretches are no gap.</summary>
    private const long ResolutionMs = 100;

    /// <summary>No segment is longer: five minutes, and the wait for the next sync sample.</summary>
    private const long LongestSegmentMs = 6 * 60 * 1000;

    /// <summary>A day of the site and what may come early: clocks that are set back for winter, and a segment over midnight.</summary>
    private const long LongestDayMs = 27L * 60 * 60 * 1000;

    public Timeline Read(CameraRow camera, RecorderState? writer, DateTimeOffset from, DateTimeOffset to)
    {
        var range = new Span(UnixMs.Of(from), UnixMs.Ceiling(to));
        var (segments, closed, open) = index.Read(q =>
            (q.Segments(camera, range.StartMs, range.EndMs), q.Gaps(camera, range.StartMs, range.EndMs), q.OpenGap(camera.No))
        );
        var past = new Span(range.StartMs, Math.Min(range.EndMs, DecidedMs(writer)));
        var spans = segments.ConvertAll(s => new Span(UnixMs.Of(s.StartUtc), UnixMs.Of(s.EndUtc)));
        var proven = Completeness.ProvenMs(spans, closed.ConvertAll(g => new Span(g.StartMs, g.EndMs!.Value)));
        var gaps = Explained(camera, GapsOf(camera, closed, WithEnd(open, writer, range), proven, past));
        return new(
            from,
            to,
            [
                .. segments.Select(s => new TimelineSegment(
                    s.Id,
                    s.StartUtc,
                    s.EndUtc,
                    s.SizeBytes,
                    Convert.ToHexStringLower(s.Sha256.Span),
                    s.Recovered,
                    s.IsRemote,
                    s.Leaf
                )),
            ],
            gaps,
            Completeness.Share(proven, new(Math.Max(past.StartMs, Math.Min(camera.FirstSeenMs, past.EndMs)), past.EndMs))
        );
    }

    /// <summary>What the index holds of a camera from an instant on: it stays true until the camera's footage changes.</summary>
    public DayRows Load(CameraRow camera, long fromMs)
    {
        var (segments, closed, open) = index.Read(q =>
            (q.SegmentSpans(camera, fromMs, fromMs + LongestDayMs), q.Gaps(camera, fromMs, fromMs + LongestDayMs), q.OpenGap(camera.No))
        );
        return new(camera, Completeness.ProvenMs(segments, closed.ConvertAll(g => new Span(g.StartMs, g.EndMs!.Value))), closed, open);
    }

    /// <summary>Gaps and completeness from an instant until now.</summary>
    public (int Gaps, double? Completeness) Sum(DayRows day, RecorderState? writer, long fromMs, long nowMs)
    {
        var past = new Span(fromMs, Math.Min(nowMs, DecidedMs(writer)));
        var gaps = Explained(day.Camera, GapsOf(day.Camera, day.Closed, WithEnd(day.Open, writer, new(fromMs, nowMs)), day.Proven, past));
        return (
            gaps.Count,
            Completeness.Share(day.Proven, new(Math.Max(past.StartMs, Math.Min(day.Camera.FirstSeenMs, past.EndMs)), past.EndMs))
        );
    }

    /// <summary>Proven stretches of a range.</summary>
    public IReadOnlyList<Span> Proven(CameraRow camera, long fromMs, long toMs)
    {
        var (segments, gaps) = index.Read(q => (q.SegmentSpans(camera, fromMs, toMs), q.Gaps(camera, fromMs, toMs)));
        return Completeness.ProvenMs(segments, gaps.ConvertAll(g => new Span(g.StartMs, g.EndMs!.Value)));
    }

    /// <summary>Until when it is decided what is proven: what is written and not committed yet is neither proven nor missing.</summary>
    public long DecidedMs(RecorderState? writer)
    {
        var now = UnixMs.Of(time.GetUtcNow());
        return writer?.UncommittedMs is { } uncommitted ? Math.Min(now, uncommitted) : now;
    }

    private static GapRow? WithEnd(GapRow? open, RecorderState? writer, Span range)
    {
        if (open is null || open.StartMs >= range.EndMs)
            return null;
        return writer is { Recording: true, UncommittedMs: { } end } && end > open.StartMs ? open with { EndMs = end } : open;
    }

    /// <summary>
    /// Time is footage or a gap that was noted: what is neither was footage that was destroyed, or that is lost. The register tells which:
    /// a destroyed segment reaches from its start to the next, and no further than a segment does.
    /// </summary>
    private List<TimelineGap> Explained(CameraRow camera, List<TimelineGap> gaps) =>
        [.. gaps.SelectMany(g => g is { Cause: GapCause.Unknown, Detail: null, End: not null } ? Explain(camera, g) : [g])];

    private IEnumerable<TimelineGap> Explain(CameraRow camera, TimelineGap gap)
    {
        var (from, end) = (UnixMs.Of(gap.Start), UnixMs.Of(gap.End!.Value));
        var starts = index.Read(q => q.DestroyedStarts(camera.No, from - LongestSegmentMs, end));
        foreach (var told in Completeness.UnionMs(starts.Select(s => new Span(s, s + LongestSegmentMs))))
        {
            var span = new Span(Math.Max(from, told.StartMs), Math.Min(end, told.EndMs));
            if (span.LengthMs < ResolutionMs)
                continue;
            if (span.StartMs - from >= ResolutionMs)
                yield return Of(from, span.StartMs, null);
            yield return Of(span.StartMs, span.EndMs, Sentences.LetGo);
            from = span.EndMs;
        }

        if (end - from >= ResolutionMs)
            yield return Of(from, end, null);

        static TimelineGap Of(long start, long end, LocalText? detail) =>
            new(UnixMs.ToUtc(start), UnixMs.ToUtc(end), GapCause.Unknown, detail, detail is not null);
    }

    private static List<TimelineGap> GapsOf(CameraRow camera, List<GapRow> closed, GapRow? open, List<Span> proven, Span past)
    {
        var gaps = new List<TimelineGap>(
            closed.Select(g => new TimelineGap(UnixMs.ToUtc(g.StartMs), UnixMs.ToUtc(g.EndMs!.Value), g.Cause, g.Detail))
        );
        if (open is not null)
            gaps.Add(new(UnixMs.ToUtc(open.StartMs), open.EndMs is { } end ? UnixMs.ToUtc(end) : null, open.Cause, open.Detail));
        var told = proven.Concat(closed.Select(g => new Span(g.StartMs, g.EndMs!.Value)));
        if (open is not null)
            told = told.Append(new(open.StartMs, open.EndMs ?? long.MaxValue));
        var from = Math.Max(past.StartMs, camera.FirstSeenMs);
        foreach (var span in Completeness.UnionMs(told).Append(new(past.EndMs, past.EndMs)))
        {
            var missing = new Span(from, Math.Min(span.StartMs, past.EndMs));
            if (missing.LengthMs >= ResolutionMs)
                gaps.Add(new(UnixMs.ToUtc(missing.StartMs), UnixMs.ToUtc(missing.EndMs), GapCause.Unknown, null));
            from = Math.Max(from, span.EndMs);
        }

        gaps.Sort((a, b) => a.Start.CompareTo(b.Start));
        return gaps;
    }
}
