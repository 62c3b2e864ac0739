using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Rules;

/// <summary>What a hold covers. Members that are null do not narrow it; all null covers everything.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Batch">Footage of the batch's sessions, with their margins.</param>
/// <param name="Session">Footage of the session, with its margins.</param>
/// <param name="From">First instant, UTC.</param>
/// <param name="To">UTC, exclusive.</param>
public sealed record FootageScope(
    RoomId? Room,
    CameraId? Camera,
    BatchId? Batch,
    ExamSessionId? Session,
    DateTimeOffset? From,
    DateTimeOffset? To
);

/// <summary>Footage that is kept whatever its window says, until someone lifts the hold or its end comes.</summary>
/// <param name="Id">Made by the store.</param>
/// <param name="Scopes">At least one; a segment that any of them touches is held.</param>
/// <param name="Reason">Why, for a person; 1 to 1,000 characters.</param>
/// <param name="Owner">Who asked for it; 1 to 100 characters.</param>
/// <param name="PlacedAt">UTC.</param>
/// <param name="Until">Ends by itself at this instant, UTC; null only ends when it is lifted.</param>
/// <param name="Lifted">Who lifted it, when and why; null while it stands.</param>
public sealed record Hold(
    HoldId Id,
    IReadOnlyList<FootageScope> Scopes,
    string Reason,
    string Owner,
    DateTimeOffset PlacedAt,
    DateTimeOffset? Until,
    HoldLifted? Lifted
)
{
    /// <summary>Whether it holds at an instant, by trusted time.</summary>
    public bool StandsAt(DateTimeOffset now) => Lifted is null && (Until is null || now < Until);
}

/// <summary>The end of a hold.</summary>
/// <param name="By">Who; 1 to 100 characters.</param>
/// <param name="At">UTC.</param>
/// <param name="Reason">Why; 1 to 1,000 characters.</param>
public sealed record HoldLifted(string By, DateTimeOffset At, string Reason);
