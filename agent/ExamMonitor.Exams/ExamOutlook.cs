using ExamMonitor.Exams.Readiness;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Publishing;

namespace ExamMonitor.Exams;

/// <summary>What the schedule says, for whoever publishes rooms.</summary>
/// <param name="sessions">Schedule.</param>
/// <param name="readiness">Newest answers.</param>
internal sealed class ExamOutlook(SessionService sessions, ReadinessService readiness) : IExamOutlook
{
    /// <inheritdoc/>
    public string? ScheduleDigest => sessions.Store.Digest;

    /// <inheritdoc/>
    public RoomOutlook Of(RoomId room, DateTimeOffset now)
    {
        var calendar = sessions.Calendar;
        return new(calendar.Running(room, now)?.Id, readiness.For(calendar.Next(room, now))?.Ready);
    }
}
