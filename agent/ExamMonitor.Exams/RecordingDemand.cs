using ExamMonitor.Exams.Plates;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Retention;

namespace ExamMonitor.Exams;

/// <summary>Says when a room must be recorded: a session with its margins, and checks before one.</summary>
/// <remarks>
/// While wall clock and trusted time differ, or the schedule cannot be read, nobody knows whether an exam runs: then every room is
/// recorded.
/// </remarks>
/// <param name="sessions">Schedule.</param>
/// <param name="readiness">Checks before a session.</param>
/// <param name="plates">Daily check of the plates.</param>
/// <param name="retention">Knows the trusted time.</param>
internal sealed class RecordingDemand(SessionService sessions, ReadinessService readiness, PlateService plates, FootageRetention retention)
    : IRecordingDemand
{
    /// <inheritdoc/>
    public bool IsNeeded(RoomId room, DateTimeOffset now) =>
        readiness.MustLook(room, now)
        || plates.MustLook(room, now)
        || !retention.Now().IsBelieved
        || sessions.Store.Failure is not null
        || sessions.Store.HasForeignSets;
}
