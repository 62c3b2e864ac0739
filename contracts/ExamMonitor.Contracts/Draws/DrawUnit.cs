namespace ExamMonitor.Contracts.Draws;

/// <summary>What is drawn: a session, or a phase of it, at one station or at all.</summary>
/// <param name="Id">Unique in its population: session, then <c>/p1</c>, then <c>/STATION</c>, as far as they apply.</param>
/// <param name="Stratum">Values of the dimensions in the order of <see cref="DrawDimension"/>, escaped, with slashes between; <c>all</c>
/// without one.</param>
/// <param name="Session">Session.</param>
/// <param name="Batch">Its batch.</param>
/// <param name="Room">Its room.</param>
/// <param name="Start">Start of the unit, UTC.</param>
/// <param name="End">Its end, UTC, exclusive.</param>
/// <param name="Station">Station; null for all.</param>
public sealed record DrawUnit(
    string Id,
    string Stratum,
    ExamSessionId Session,
    BatchId Batch,
    RoomId Room,
    DateTimeOffset Start,
    DateTimeOffset End,
    StationId? Station = null
);
