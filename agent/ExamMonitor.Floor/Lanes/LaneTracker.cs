using System.Text.Json.Serialization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;

namespace ExamMonitor.Floor.Lanes;

/// <summary>Which of the three claims.</summary>
internal enum Lane
{
    /// <summary>In view.</summary>
    Covered,

    /// <summary>Lit.</summary>
    Lit,

    /// <summary>Recorded.</summary>
    Recorded,
}

/// <summary>A stretch of time during which one claim about one station did not change; inside one UTC day.</summary>
/// <param name="Station">Station.</param>
/// <param name="Lane">Claim.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive; of an open span the last moment for which it is known.</param>
/// <param name="Value">The claim; null where no verdict was possible.</param>
/// <param name="Reason">Cause when not true.</param>
internal sealed record StationSpan(StationId Station, Lane Lane, DateTimeOffset Start, DateTimeOffset End, bool? Value, string? Reason)
{
    /// <summary>
    /// Of a claim "recorded" that holds: the cameras that covered the station and were recorded, in order of their ids. Null for the other
    /// claims, and in lanes that were written before this was noted.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CameraId>? Cameras { get; init; }
}

/// <summary>The open spans of one room. Not thread-safe; pure but for its own state.</summary>
internal sealed class LaneTracker
{
    /// <summary>A pause longer than this ends a span: nobody knows what happened meanwhile.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly Dictionary<(StationId, Lane), StationSpan> _open = [];

    /// <summary>Open spans.</summary>
    public IReadOnlyCollection<StationSpan> Open => _open.Values;

    /// <summary>Extends, ends and begins spans.</summary>
    /// <param name="now">UTC.</param>
    /// <param name="stations">Claims at this moment.</param>
    /// <returns>Spans that ended.</returns>
    public IReadOnlyList<StationSpan> Advance(DateTimeOffset now, IEnumerable<StationView> stations)
    {
        var ended = new List<StationSpan>();
        foreach (var station in stations)
        {
            Advance(now, station.Station, new(Lane.Covered, station.Covered, null), ended);
            Advance(now, station.Station, new(Lane.Lit, station.Lit, null), ended);
            Advance(
                now,
                station.Station,
                new(Lane.Recorded, station.Recorded, station.Recorded.Value == true ? station.RecordedBy : null),
                ended
            );
        }

        return ended;
    }

    private void Advance(DateTimeOffset now, StationId station, Said said, List<StationSpan> ended)
    {
        var (lane, claim, cameras) = said;
        var fresh = new StationSpan(station, lane, now, now, claim.Value, claim.Reason) { Cameras = cameras };
        if (!_open.TryGetValue((station, lane), out var span))
        {
            _open[(station, lane)] = fresh;
            return;
        }

        var continuous = now >= span.End && now - span.End <= LongestPause;
        var same =
            continuous
            && span.Value == claim.Value
            && string.Equals(span.Reason, claim.Reason, StringComparison.Ordinal)
            && (span.Cameras ?? []).SequenceEqual(cameras ?? []);
        if (same && now.UtcDateTime.Date == span.Start.UtcDateTime.Date)
        {
            _open[(station, lane)] = span with { End = now };
            return;
        }

        // What held until now holds to the moment of the change; a day's file ends at midnight UTC.
        var midnight = new DateTimeOffset(span.Start.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
        var end =
            !continuous ? span.End
            : now < midnight ? now
            : midnight;
        if (end > span.Start)
            ended.Add(span with { End = end });
        _open[(station, lane)] = same && end == midnight ? fresh with { Start = midnight } : fresh;
    }

    private sealed record Said(Lane Lane, Claim Claim, IReadOnlyList<CameraId>? Cameras);
}
