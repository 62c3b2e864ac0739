using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Agent.Sessions;

/// <summary>Questions of time about a schedule. Pure.</summary>
/// <param name="sessions">Schedule.</param>
/// <param name="margins">Margins in force.</param>
internal sealed class SessionCalendar(IReadOnlyCollection<ExamSession> sessions, SessionMargins margins)
{
    /// <summary>The session that runs in a room, by its scheduled times; null when none does.</summary>
    public ExamSession? Running(RoomId room, DateTimeOffset now) => sessions.FirstOrDefault(s => s.Room == room && !s.Cancelled && s.Start <= now && now < s.End);

    /// <summary>The next session of a room that has not started; null when none is scheduled.</summary>
    public ExamSession? Next(RoomId room, DateTimeOffset now) => sessions.Where(s => s.Room == room && !s.Cancelled && s.Start > now).MinBy(s => s.Start);

    /// <summary>Whether footage of a room is required at an instant: a session with its margins holds it.</summary>
    public bool IsRequired(RoomId room, DateTimeOffset at) => sessions.Any(s => s.Room == room && !s.Cancelled && margins.Hold(s, at));

    /// <summary>Sessions that touch a range by their scheduled times, in order of time.</summary>
    public IReadOnlyList<ExamSession> In(DateTimeOffset from, DateTimeOffset to) => [.. sessions.Where(s => s.Start < to && s.End > from).OrderBy(s => s.Start).ThenBy(s => s.Id.Text, StringComparer.Ordinal)];

    /// <summary>Where a session stands.</summary>
    public static SessionState StateOf(ExamSession session, DateTimeOffset now) =>
        session.Cancelled ? SessionState.Cancelled : now < session.Start ? SessionState.Planned : now < session.End ? SessionState.Running : SessionState.Over;
}
