using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Recording;

namespace ExamMonitor.Exams.Proofs;

/// <summary>What is held of the footage of a room's cameras over a range.</summary>
/// <param name="Proven">Per camera: time of which footage is committed, in order, without overlap.</param>
/// <param name="Decided">Until when it is decided what is proven: what is written and not committed yet is neither proven nor missing.
/// UTC.</param>
internal sealed record HeldFootage(IReadOnlyDictionary<CameraId, IReadOnlyList<WallSpan>> Proven, DateTimeOffset Decided)
{
    /// <summary>
    /// Time proven by any of some cameras. Lanes of earlier versions do not name the cameras: then only time that every camera of the room
    /// proves, since the one that covered the station is among them.
    /// </summary>
    public IReadOnlyList<WallSpan> Of(IReadOnlyList<CameraId>? cameras) =>
        cameras is null
            ? Proven.Values.Aggregate((IReadOnlyList<WallSpan>?)null, (all, one) => all is null ? one : Common(all, one)) ?? []
            : Completeness.Union(cameras.SelectMany(c => Proven.GetValueOrDefault(c) ?? []));

    private static List<WallSpan> Common(IReadOnlyList<WallSpan> some, IReadOnlyList<WallSpan> others) =>
        [
            .. from a in some
            from b in others
            let start = a.Start > b.Start ? a.Start : b.Start
            let end = a.End < b.End ? a.End : b.End
            where end > start
            orderby start
            select new WallSpan(start, end),
        ];
}

/// <summary>What is proved of one station over a range. The three lanes are in order of time and leave no hole.</summary>
/// <param name="Station">Station.</param>
/// <param name="Covered">In view.</param>
/// <param name="Lit">Lit.</param>
/// <param name="Recorded">In view of a camera whose footage of that moment is held.</param>
internal sealed record ProvedStation(
    MapStation Station,
    IReadOnlyList<LaneSpan> Covered,
    IReadOnlyList<LaneSpan> Lit,
    IReadOnlyList<LaneSpan> Recorded
);

/// <summary>The one judgement of what lanes and footage prove of stations: session page, reports and certificates read it. Pure.</summary>
internal static class StationProving
{
    /// <summary>Cause of time that was recorded and whose footage is not held.</summary>
    public const string NoFootage = "no-footage";

    /// <summary>Cause of time of which nothing is known.</summary>
    public const string AgentStopped = "agent-stopped";

    /// <summary>What is proved of each station in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    /// <param name="from">UTC.</param>
    /// <param name="to">UTC, exclusive.</param>
    /// <param name="stations">Stations of the room.</param>
    /// <param name="spans">Its lanes over the range, or more.</param>
    /// <param name="footage">What is held of its cameras.</param>
    public static IReadOnlyList<ProvedStation> Of(
        DateTimeOffset from,
        DateTimeOffset to,
        IReadOnlyList<MapStation> stations,
        IReadOnlyList<StationSpan> spans,
        HeldFootage footage
    )
    {
        var lanes = spans.ToLookup(s => (s.Station, s.Lane));
        return
        [
            .. stations.Select(s => new ProvedStation(
                s,
                Whole(lanes[(s.Id, Lane.Covered)].Select(Claim), from, to),
                Whole(lanes[(s.Id, Lane.Lit)].Select(Claim), from, to),
                Whole(lanes[(s.Id, Lane.Recorded)].SelectMany(span => Proved(span, footage)), from, to)
            )),
        ];
    }

    /// <summary>Length of what is true, of neighbours too.</summary>
    public static TimeSpan True(IEnumerable<LaneSpan> lane) =>
        lane.Where(s => s.Value == true).Aggregate(TimeSpan.Zero, (sum, s) => sum + (s.End - s.Start));

    private static LaneSpan Claim(StationSpan span) => new(span.Start, span.End, span.Value, span.Reason);

    /// <summary>A claim that a station was recorded, less the time of which no covering camera's footage is held.</summary>
    private static IEnumerable<LaneSpan> Proved(StationSpan span, HeldFootage footage)
    {
        if (span.Value != true)
        {
            yield return Claim(span);
            yield break;
        }

        var at = span.Start;
        foreach (var held in footage.Of(span.Cameras))
        {
            var (start, end) = (held.Start > at ? held.Start : at, held.End < span.End ? held.End : span.End);
            if (end <= start)
                continue;
            foreach (var missing in Missing(at, start, footage.Decided))
                yield return missing;
            yield return new(start, end, true, null);
            at = end;
        }

        foreach (var missing in Missing(at, span.End, footage.Decided))
            yield return missing;
    }

    private static IEnumerable<LaneSpan> Missing(DateTimeOffset from, DateTimeOffset to, DateTimeOffset decided)
    {
        var until = to < decided ? to : decided;
        if (until > from)
            yield return new(from, until, false, NoFootage);
        if (to > decided && to > from)
            yield return new(decided > from ? decided : from, to, true, null);
    }

    /// <summary>Cut to the range, without overlap, holes filled.</summary>
    private static List<LaneSpan> Whole(IEnumerable<LaneSpan> spans, DateTimeOffset from, DateTimeOffset to)
    {
        var (whole, at) = (new List<LaneSpan>(), from);
        foreach (var span in spans.OrderBy(s => s.Start))
        {
            var (start, end) = (span.Start < at ? at : span.Start, span.End > to ? to : span.End);
            if (end <= start)
                continue;
            if (start > at)
                whole.Add(new(at, start, null, AgentStopped));
            whole.Add(new(start, end, span.Value, span.Value == true ? null : span.Reason ?? "not-measured"));
            at = end;
        }

        if (at < to)
            whole.Add(new(at, to, null, AgentStopped));
        return whole;
    }
}
