using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Schedule;

/// <summary>Time around a session whose footage belongs to it.</summary>
/// <param name="Before">Before the start, 0 to 24 h.</param>
/// <param name="After">After the end, 0 to 24 h.</param>
internal sealed record SessionMargins(TimeSpan Before, TimeSpan After)
{
    /// <summary>From when footage belongs to the session, UTC.</summary>
    public DateTimeOffset From(ExamSession session) => session.Start - Before;

    /// <summary>Until when, UTC, exclusive.</summary>
    public DateTimeOffset To(ExamSession session) => session.End + After;

    /// <summary>Whether the session's time, with its margins, holds an instant.</summary>
    public bool Hold(ExamSession session, DateTimeOffset at) => at >= From(session) && at < To(session);
}
