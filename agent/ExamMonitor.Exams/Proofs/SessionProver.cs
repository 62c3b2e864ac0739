using System.Globalization;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Proofs;

/// <summary>Sums the lanes of a room up for a session. Pure.</summary>
internal static class SessionProver
{
    /// <summary>The newest moment of a running session is known a tick late; that is no gap.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    /// <summary>What the lanes prove of a session.</summary>
    /// <param name="session">The session, without margins.</param>
    /// <param name="stations">Stations of its room.</param>
    /// <param name="lanes">Lanes of the room over the session, or more.</param>
    /// <param name="now">UTC; what lies ahead is not required yet.</param>
    /// <param name="picture">Address of the picture of an exception; null when none is kept.</param>
    public static SessionProof Of(ExamSession session, IReadOnlyList<MapStation> stations, RoomLanes lanes, DateTimeOffset now, Func<UnprovedSpan, string?> picture) =>
        Of(session.Room, session.Start, session.End, stations, lanes, now, picture);

    /// <summary>The same for any range.</summary>
    public static SessionProof Of(RoomId room, DateTimeOffset from, DateTimeOffset to, IReadOnlyList<MapStation> stations, RoomLanes lanes, DateTimeOffset now, Func<UnprovedSpan, string?> picture)
    {
        var end = now < to ? Latest(lanes, now) : to;
        if (end < from) end = from;
        var proofs = new List<StationProof>();
        var exceptions = new List<UnprovedSpan>();
        foreach (var station in stations)
        {
            var known = lanes.Stations.FirstOrDefault(s => s.Station == station.Id);
            double? Share(string claim, IReadOnlyList<LaneSpan>? spans) => Prove(station.Id, claim, spans ?? [], from, end, exceptions);
            var (covered, lit, recorded) = (Share("covered", known?.Covered), Share("lit", known?.Lit), Share("recorded", known?.Recorded));
            proofs.Add(new(station.Id, covered, lit, recorded, Sentence(station.Label, covered, lit, recorded)));
        }

        return new(room, from, end, (end - from).TotalSeconds, proofs, [.. exceptions.OrderBy(e => e.Start).ThenBy(e => e.Station.Text, StringComparer.Ordinal).Select(e => e with { Picture = picture(e) })]);
    }

    private static DateTimeOffset Latest(RoomLanes lanes, DateTimeOffset now)
    {
        var newest = lanes.Stations.SelectMany(s => s.Covered).Select(s => s.End).DefaultIfEmpty(now).Max();
        return newest < now && now - newest <= Tick ? newest : now;
    }

    private static double? Prove(StationId station, string claim, IReadOnlyList<LaneSpan> spans, DateTimeOffset from, DateTimeOffset to, List<UnprovedSpan> exceptions)
    {
        if (to <= from) return null;
        var (at, proven) = (from, TimeSpan.Zero);
        foreach (var span in spans.OrderBy(s => s.Start))
        {
            var (start, end) = (span.Start < at ? at : span.Start, span.End > to ? to : span.End);
            if (end <= start) continue;
            if (start > at) exceptions.Add(new(station, claim, at, start, null, "agent-stopped", null));
            if (span.Value == true) proven += end - start;
            else exceptions.Add(new(station, claim, start, end, span.Value, span.Reason ?? "not-measured", null));
            at = end;
        }

        if (at < to) exceptions.Add(new(station, claim, at, to, null, "agent-stopped", null));
        return proven == to - from ? 100 : Math.Min(99.99, Math.Floor(proven / (to - from) * 10_000) / 100);
    }

    private static LocalText Sentence(string station, double? covered, double? lit, double? recorded) => covered is null
        ? new($"Station {station}: nothing was required yet.", $"工位 {station}：尚未开始。")
        : new(
            string.Create(CultureInfo.InvariantCulture, $"Station {station}: covered {covered:0.##} %, lit {lit:0.##} %, recorded {recorded:0.##} %."),
            string.Create(CultureInfo.InvariantCulture, $"工位 {station}：覆盖 {covered:0.##}%，照明 {lit:0.##}%，录像 {recorded:0.##}%。"));
}
