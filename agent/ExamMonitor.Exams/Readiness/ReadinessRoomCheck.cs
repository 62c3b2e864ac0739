using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Publishing;
using ExamMonitor.Problems;

namespace ExamMonitor.Exams.Readiness;

/// <summary>A room that is not ready for its next session is a problem.</summary>
/// <param name="sessions">Schedule.</param>
/// <param name="readiness">Newest answers.</param>
internal sealed class ReadinessRoomCheck(SessionService sessions, ReadinessService readiness) : IRoomCheck
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Codes { get; } = [ReadinessProblem.Code];

    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(RoomId room, DateTimeOffset now)
    {
        if (ReadinessProblem.Of(readiness.For(sessions.Calendar.Next(room, now)), now) is { } notReady)
            yield return notReady;
    }
}
