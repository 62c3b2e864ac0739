using System.Globalization;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Floor.Lanes;

namespace ExamMonitor.Exams.Proofs;

/// <summary>Says what is proved of a session, in the shapes of the API. Pure; the judgement is <see cref="StationProving"/>'s.</summary>
internal static class SessionProver
{
    /// <summary>The newest moment of a running session is known a look late; that is no gap.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5);

    /// <summary>What is proved of a room over a range, and every exception.</summary>
    /// <param name="room">Room.</param>
    /// <param name="from">UTC.</param>
    /// <param name="to">UTC, exclusive.</param>
    /// <param name="stations">Stations of the room.</param>
    /// <param name="spans">Its lanes over the range, or more.</param>
    /// <param name="footage">What is held of its cameras.</param>
    /// <param name="now">UTC; what lies ahead is not required yet.</param>
    /// <param name="picture">Address of the picture of an exception; null when none is kept.</param>
    public static SessionProof Of(
        RoomId room,
        DateTimeOffset from,
        DateTimeOffset to,
        IReadOnlyList<MapStation> stations,
        IReadOnlyList<StationSpan> spans,
        HeldFootage footage,
        DateTimeOffset now,
        Func<UnprovedSpan, string?> picture
    )
    {
        var end = now < to ? Latest(spans, now) : to;
        if (end < from)
            end = from;
        var proved = StationProving.Of(from, end, stations, spans, footage);
        var exceptions = proved.SelectMany(Exceptions).OrderBy(e => e.Start).ThenBy(e => e.Station.Text, StringComparer.Ordinal);
        return new(
            room,
            from,
            end,
            (end - from).TotalSeconds,
            [.. proved.Select(p => Shares(p, end - from))],
            [.. exceptions.Select(e => e with { Picture = picture(e) })]
        );
    }

    /// <summary>What is proved of one station, in seconds and shares.</summary>
    /// <param name="proved">Its lanes over the required time.</param>
    /// <param name="requiredSeconds">Length of the required time, above 0.</param>
    public static StationCompleteness Sum(ProvedStation proved, double requiredSeconds)
    {
        var recorded = StationProving.True(proved.Recorded).TotalSeconds;
        var unknown = proved.Recorded.Where(s => s.Value is null).Sum(s => (s.End - s.Start).TotalSeconds);
        return new(
            proved.Station.Id,
            Math.Round(requiredSeconds, 3),
            Math.Round(recorded, 3),
            Share(recorded),
            Share(StationProving.True(proved.Covered).TotalSeconds),
            Share(StationProving.True(proved.Lit).TotalSeconds),
            Math.Round(unknown, 3)
        );

        double Share(double seconds) => seconds >= requiredSeconds ? 1 : Math.Max(0, seconds / requiredSeconds);
    }

    private static DateTimeOffset Latest(IReadOnlyList<StationSpan> spans, DateTimeOffset now)
    {
        var newest = spans.Where(s => s.Lane == Lane.Covered).Select(s => s.End).DefaultIfEmpty(now).Max();
        return newest < now && now - newest <= Late ? newest : now;
    }

    private static StationProof Shares(ProvedStation proved, TimeSpan required)
    {
        var (covered, lit, recorded) = (
            Percent(proved.Covered, required),
            Percent(proved.Lit, required),
            Percent(proved.Recorded, required)
        );
        return new(proved.Station.Id, covered, lit, recorded, Sentence(proved.Station.Label, covered, lit, recorded));
    }

    private static double? Percent(IReadOnlyList<LaneSpan> lane, TimeSpan required)
    {
        if (required <= TimeSpan.Zero)
            return null;
        var proven = StationProving.True(lane);
        return proven == required ? 100 : Math.Min(99.99, Math.Floor(proven / required * 10_000) / 100);
    }

    private static IEnumerable<UnprovedSpan> Exceptions(ProvedStation proved) =>
        Of(proved, "covered", proved.Covered).Concat(Of(proved, "lit", proved.Lit)).Concat(Of(proved, "recorded", proved.Recorded));

    private static IEnumerable<UnprovedSpan> Of(ProvedStation proved, string claim, IReadOnlyList<LaneSpan> lane) =>
        lane.Where(s => s.Value != true).Select(s => new UnprovedSpan(proved.Station.Id, claim, s.Start, s.End, s.Value, s.Reason!, null));

    private static LocalText Sentence(string station, double? covered, double? lit, double? recorded) =>
        covered is null
            ? new($"Station {station}: nothing was required yet.", $"工位 {station}：尚未开始。")
            : new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Station {station}: covered {covered:0.##} %, lit {lit:0.##} %, recorded {recorded:0.##} %."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"工位 {station}：覆盖 {covered:0.##}%，照明 {lit:0.##}%，录像 {recorded:0.##}%。"
                )
            );
}
