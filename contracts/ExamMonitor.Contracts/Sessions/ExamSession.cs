namespace ExamMonitor.Contracts.Sessions;

/// <summary>One sitting of one batch in one room, as scheduled. Its footage is exam footage, and is kept for the legal window.</summary>
/// <param name="Id">Unique within the site; the same session keeps it when its times change.</param>
/// <param name="Batch">Batch under which the footage is filed.</param>
/// <param name="Room">Room.</param>
/// <param name="Start">Scheduled start, UTC.</param>
/// <param name="End">Scheduled end, UTC, exclusive; after <paramref name="Start"/>, at most 24 hours later.</param>
/// <param name="Title">What is examined, for a person; at most 200 characters, may be empty.</param>
/// <param name="Candidates">Number of candidates, ≥ 0; null when it was not said.</param>
/// <param name="Cancelled">Called off. A session that was already recorded keeps its footage as exam footage all the same.</param>
public sealed record ExamSession(
    ExamSessionId Id,
    BatchId Batch,
    RoomId Room,
    DateTimeOffset Start,
    DateTimeOffset End,
    string Title,
    int? Candidates,
    bool Cancelled
);
