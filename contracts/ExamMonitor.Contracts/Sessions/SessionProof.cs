namespace ExamMonitor.Contracts.Sessions;

/// <summary>A stretch of a session during which a claim about a station was not proved.</summary>
/// <param name="Station">Station.</param>
/// <param name="Claim"><c>covered</c>, <c>lit</c> or <c>recorded</c>.</param>
/// <param name="Start">UTC, cut to the session.</param>
/// <param name="End">UTC, exclusive, cut to the session.</param>
/// <param name="Value">False when it did not hold; null when nothing could be said.</param>
/// <param name="Reason">Cause, kebab case, such as <c>obstructed</c>, <c>camera:covered</c>; <c>agent-stopped</c> for time of which nothing
/// is known.</param>
/// <param name="Picture">Address of the picture of its onset, relative to the agent's API, with the commissioned view beside it as
/// <c>reference.jpg</c>; null when none is kept.</param>
public sealed record UnprovedSpan(
    StationId Station,
    string Claim,
    DateTimeOffset Start,
    DateTimeOffset End,
    bool? Value,
    string Reason,
    string? Picture
);

/// <summary>What is proved of one station.</summary>
/// <param name="Station">Station.</param>
/// <param name="CoveredPercent">Share of the required time during which it was in view, percent, two decimals rounded down: 100 only when
/// it is exact. Null when nothing was required yet.</param>
/// <param name="LitPercent">The same for light.</param>
/// <param name="RecordedPercent">The same for recording.</param>
/// <param name="Text">The same in a sentence.</param>
public sealed record StationProof(StationId Station, double? CoveredPercent, double? LitPercent, double? RecordedPercent, LocalText Text);

/// <summary>What the lanes prove of a room's stations during a session, and every exception.</summary>
/// <param name="Room">Room.</param>
/// <param name="From">Start, UTC.</param>
/// <param name="To">End of the part that is past, UTC, exclusive.</param>
/// <param name="RequiredSeconds">Seconds between them, ≥ 0.</param>
/// <param name="Stations">Every station of the room.</param>
/// <param name="Exceptions">In order of time, then station.</param>
public sealed record SessionProof(
    RoomId Room,
    DateTimeOffset From,
    DateTimeOffset To,
    double RequiredSeconds,
    IReadOnlyList<StationProof> Stations,
    IReadOnlyList<UnprovedSpan> Exceptions
);
