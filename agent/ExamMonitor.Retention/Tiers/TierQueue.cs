using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention.Tiers;

/// <summary>A segment that must be copied, or whose copy must be kept for longer.</summary>
internal sealed record TierTask(StoredSegment Segment, CopyRow? Copy, DateTimeOffset Until);

/// <summary>
/// What is to be copied. It is not kept but derived, from what is exam footage and what has a proved copy, so that no crash can lose an
/// item.
/// </summary>
/// <param name="index">Index.</param>
internal sealed class TierQueue(FootageIndex index)
{
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromHours(6);

    private readonly HashSet<ExamSpan> _done = [];
    private DateTimeOffset _since = DateTimeOffset.MinValue;
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>Everything that waits, oldest first.</summary>
    /// <param name="spans">What is exam footage.</param>
    /// <param name="now">Now. A window that has ended asks for no copy any more.</param>
    /// <param name="skip">Paths that a person must look at first.</param>
    public List<TierTask> Read(IReadOnlyList<ExamSpan> spans, DateTimeOffset now, Func<string, bool> skip)
    {
        // Spans that were done are not asked about each time; a repair or an adopted file may have added to them, so that they are now and
        // then.
        // So they are when the clock goes back: what was done by a clock that was ahead had not even begun.
        if (now - _since > LookAgain || now < _last)
            (_since, _) = (now, ClearDone());
        _last = now;
        var rooms = spans.Where(s => s.KeepUntil > now).GroupBy(s => s.Room).ToDictionary(g => g.Key, g => g.OrderBy(s => s.From).ToList());
        return index.Read(q =>
        {
            var cameras = q.Cameras().ToLookup(c => c.Room);
            var found = new Dictionary<long, TierTask>();
            foreach (var (room, list) in rooms)
            {
                foreach (var span in list.Where(s => !_done.Contains(s)))
                {
                    var waiting = cameras[room]
                        .SelectMany(c => q.Uncopied(c, UnixMs.Of(span.From), UnixMs.Ceiling(span.To), UnixMs.Of(span.KeepUntil)))
                        .Where(u => !skip(u.Segment.Path))
                        .ToList();
                    if (waiting.Count == 0 && span.To + Settled < now)
                        _done.Add(span);
                    foreach (var (segment, copy) in waiting)
                        found.TryAdd(segment.Id, new(segment, copy, LatestUntil(list, segment)));
                }
            }

            return found
                .Values.Where(t => t.Copy is null || UnixMs.ToUtc(t.Copy.RetainUntilMs) < t.Until)
                .OrderBy(t => t.Segment.EndUtc)
                .ThenBy(t => t.Segment.Id)
                .ToList();
        });
    }

    private bool ClearDone()
    {
        _done.Clear();
        return true;
    }

    private static DateTimeOffset LatestUntil(List<ExamSpan> spans, StoredSegment segment) =>
        spans.Where(s => s.From < segment.EndUtc && s.To > segment.StartUtc).Max(s => s.KeepUntil);
}
