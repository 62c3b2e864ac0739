namespace ExamMonitor.Contracts.Messages;

/// <summary>One question of "is the room ready?".</summary>
/// <param name="Id">Kebab case: <c>stations-covered</c>, <c>stations-lit</c>, <c>plates</c> (where number plates are set up),
/// <c>whole-area</c>, <c>cameras</c>, <c>audio</c>, <c>clock</c>, <c>camera-clocks</c>, <c>space</c>, <c>calibration</c>, <c>scrub</c>,
/// <c>ledger</c>; later versions may add more.</param>
/// <param name="Ok">True, false, or null when it was not measured: which is no yes.</param>
/// <param name="Required">Whether anything but true makes the answer No; a check that is not required only informs.</param>
/// <param name="Text">What was found, for a person.</param>
/// <param name="Mend">What to do about it; null when nothing is to be done.</param>
public sealed record ReadinessCheck(string Id, bool? Ok, bool Required, LocalText Text, LocalText? Mend);

/// <summary><c>rooms/{room}/readiness</c>, retained: whether a room is ready for its next exam session.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">When it was checked, UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Room">Room.</param>
/// <param name="Session">Session that was asked about; null when none is scheduled: then the room itself was asked.</param>
/// <param name="SessionStart">Its scheduled start, UTC; null without a session.</param>
/// <param name="SessionEnd">Its scheduled end, UTC, exclusive; null without a session.</param>
/// <param name="Title">What is examined; null without a session.</param>
/// <param name="Ready">True only when every required check is true.</param>
/// <param name="Checks">In the order in which a person would mend them.</param>
public sealed record RoomReadiness(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    RoomId Room,
    ExamSessionId? Session,
    DateTimeOffset? SessionStart,
    DateTimeOffset? SessionEnd,
    string? Title,
    bool Ready,
    IReadOnlyList<ReadinessCheck> Checks
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/room-readiness/1";
}
