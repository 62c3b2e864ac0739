using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>
/// Wall time without media inside a file. Pure: the writer asks it fragment by fragment, recovery over what a file says of itself.
/// </summary>
internal static class MediaHoles
{
    /// <summary>Media that jumps by less is no hole: the resolution of gaps.</summary>
    private const long LeastJump90k = Pts90k.PerSecond / 10;

    /// <summary>A picture that stands longer than any should; null when none does.</summary>
    /// <param name="fragment">Fragment.</param>
    /// <param name="initialization">Its tracks.</param>
    /// <param name="longest">Longest that a picture may stand.</param>
    /// <param name="start">Wall time of its first picture, ticks UTC.</param>
    /// <param name="end">Exclusive.</param>
    public static (long From, long To)? StandingPicture(
        Fragment fragment,
        InitializationSegment initialization,
        TimeSpan longest,
        long start,
        long end
    )
    {
        if (initialization.Video is not { } video || fragment.Tracks.FirstOrDefault(t => t.TrackId == video.Id) is not { } samples)
            return null;
        if (samples.LongestSample <= (ulong)(longest.TotalSeconds * video.Timescale))
            return null;
        var from = start + (long)(samples.LongestSampleAt * (double)TimeSpan.TicksPerSecond / video.Timescale);
        var to = Math.Min(end, from + (long)(samples.LongestSample * (double)TimeSpan.TicksPerSecond / video.Timescale));
        return to > from ? (from, to) : null;
    }

    /// <summary>
    /// Holes of a file whose writer died with what it knew of them: media time that jumps between two fragments, and pictures that stand
    /// too long.
    /// </summary>
    /// <param name="file">What was found of it.</param>
    /// <param name="standing">Pictures that stand too long: number of the fragment, and from where to where after its beginning,
    /// ticks.</param>
    /// <param name="startMs">Wall time of its first picture, for a file that does not tell.</param>
    public static List<Span> Of(FragmentFile file, IReadOnlyList<(int Fragment, long From, long To)> standing, long startMs)
    {
        var holes = new List<Span>();
        for (var i = 1; i < file.Fragments.Count; i++)
        {
            var jump90k = file.Fragments[i].Start.Ticks - file.Fragments[i - 1].Start.Ticks - file.Fragments[i - 1].Duration;
            if (jump90k < LeastJump90k)
                continue;
            var end = WallOf(i);
            holes.Add(new(UnixMs.Of(end - new Pts90k(jump90k).ToTimeSpan()), UnixMs.Of(end)));
        }

        foreach (var (fragment, from, to) in standing.Where(s => s.Fragment < file.Fragments.Count))
        {
            var (start, end) = (WallOf(fragment), WallOf(fragment).AddTicks(to));
            // A media clock that jumped alone: what follows came earlier than it says.
            if (fragment + 1 < file.Fragments.Count && WallOf(fragment + 1) < end)
                end = WallOf(fragment + 1);
            holes.Add(new(UnixMs.Of(start.AddTicks(from)), UnixMs.Of(end)));
        }

        return Completeness.UnionMs(holes);

        DateTimeOffset WallOf(int fragment) =>
            file.Fragments[fragment].ProducerTimeUtc
            ?? UnixMs.ToUtc(startMs) + new Pts90k(file.Fragments[fragment].Start - file.Fragments[0].Start).ToTimeSpan();
    }

    /// <summary>What of the holes no gap speaks of yet.</summary>
    public static IEnumerable<Span> Untold(IEnumerable<Span> holes, IReadOnlyList<Span> told)
    {
        foreach (var hole in holes)
        {
            var from = hole.StartMs;
            foreach (var gap in told.Where(g => g.EndMs > hole.StartMs && g.StartMs < hole.EndMs))
            {
                if (gap.StartMs - from >= 100)
                    yield return new(from, gap.StartMs);
                from = Math.Max(from, gap.EndMs);
            }

            if (hole.EndMs - from >= 100)
                yield return new(from, hole.EndMs);
        }
    }
}
