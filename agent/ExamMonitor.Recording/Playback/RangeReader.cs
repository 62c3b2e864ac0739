using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Playback;

/// <summary>Cuts the segments of a range into parts for a playlist. Pure.</summary>
internal static class RangeReader
{
    /// <summary>Fragments are put together up to this: fewer requests, and a seek needs no more than this.</summary>
    private const long PartTicks90k = 6 * Pts90k.PerSecond;

    /// <summary>A pause in the file longer than this begins a part of its own.</summary>
    private const long PauseTicks90k = Pts90k.PerSecond / 10;

    /// <summary>Parts of one segment that touch the range. One without length is left out: players stand before it for ever.</summary>
    /// <param name="segment">Segment.</param>
    /// <param name="initializationBytes">Size of what stands before its first fragment.</param>
    /// <param name="fragments">Its fragments.</param>
    /// <param name="fromMs">Start of the range.</param>
    /// <param name="toMs">End of the range, exclusive.</param>
    public static IEnumerable<RangePart> Parts(
        StoredSegment segment,
        int initializationBytes,
        IReadOnlyList<FragmentEntry> fragments,
        long fromMs,
        long toMs
    )
    {
        var startMs = UnixMs.Of(segment.StartUtc);
        // Media time runs over the segment's wall time evenly: exact but for the slew.
        var scale = segment.Duration90k == 0 ? 0 : (UnixMs.Of(segment.EndUtc) - startMs) / (double)segment.Duration90k;
        var offset = (long)initializationBytes;
        RangePart? part = null;
        long partEnd90k = 0;
        foreach (var fragment in fragments)
        {
            var at = offset;
            offset += fragment.SizeBytes;
            var (from, to) = (
                startMs + (long)(fragment.Start90k * scale),
                startMs + (long)((fragment.Start90k + fragment.Duration90k) * scale)
            );
            if (to <= fromMs || from >= toMs)
                continue;
            if (
                part is not null
                && fragment.Start90k - partEnd90k <= PauseTicks90k
                && part.Duration90k + fragment.Duration90k <= PartTicks90k
            )
            {
                part = part with { SizeBytes = part.SizeBytes + fragment.SizeBytes, Duration90k = part.Duration90k + fragment.Duration90k };
            }
            else if (part is not null || fragment.Sync)
            {
                if (part is { Duration90k: > 0 })
                    yield return part;
                var pause = part is not null && fragment.Start90k - partEnd90k > PauseTicks90k;
                part = new(segment.Id, initializationBytes, at, fragment.SizeBytes, fragment.Duration90k, UnixMs.ToUtc(from))
                {
                    AfterPause = pause,
                };
            }

            partEnd90k = fragment.Start90k + fragment.Duration90k;
        }

        if (part is { Duration90k: > 0 })
            yield return part;
    }
}
