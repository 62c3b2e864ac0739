using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Footage;

namespace ExamMonitor.Exams.Proofs;

/// <summary>Adds up a station's lanes. Pure.</summary>
internal static class StationLaneSums
{
    /// <summary>What is proved of a station.</summary>
    /// <param name="station">Station.</param>
    /// <param name="lanes">Its lanes over the required time; null when nothing is known.</param>
    /// <param name="proven">Time of which footage of any of the room's cameras is committed, in order, without overlap.</param>
    /// <param name="requiredSeconds">Length of the required time, above 0.</param>
    public static StationCompleteness Of(StationId station, StationLanes? lanes, IReadOnlyList<WallSpan> proven, double requiredSeconds)
    {
        if (lanes is null) return new(station, requiredSeconds, 0, 0, 0, 0, requiredSeconds);
        var recorded = Completeness.Union(lanes.Recorded.Where(s => s.Value == true).Select(s => new WallSpan(s.Start, s.End))).Sum(s => proven.Sum(p => Overlap(s, p)));
        var known = Completeness.Union(lanes.Recorded.Where(s => s.Value is not null).Select(s => new WallSpan(s.Start, s.End))).Sum(s => (s.End - s.Start).TotalSeconds);
        return new(
            station, Math.Round(requiredSeconds, 3), Math.Round(recorded, 3), Share(recorded), Share(Sum(lanes.Covered)), Share(Sum(lanes.Lit)),
            Math.Round(Math.Max(0, requiredSeconds - known), 3));

        double Share(double seconds) => seconds >= requiredSeconds ? 1 : Math.Max(0, seconds / requiredSeconds);
    }

    private static double Sum(IEnumerable<LaneSpan> spans) =>
        Completeness.Union(spans.Where(s => s.Value == true).Select(s => new WallSpan(s.Start, s.End))).Sum(s => (s.End - s.Start).TotalSeconds);

    private static double Overlap(WallSpan a, WallSpan b)
    {
        var (from, to) = (a.Start > b.Start ? a.Start : b.Start, a.End < b.End ? a.End : b.End);
        return to > from ? (to - from).TotalSeconds : 0;
    }
}
