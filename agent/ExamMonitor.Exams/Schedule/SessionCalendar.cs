using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Exams.Schedule;

/// <summary>Questions of time about a schedule. Immutable.</summary>
/// <param name="sessions">Schedule.</param>
/// <param name="margins">Margins in force.</param>
internal sealed class SessionCalendar(IReadOnlyCollection<ExamSession> sessions, SessionMargins margins)
{
    private readonly Dictionary<RoomId, ExamSession[]> _standing = sessions
        .Where(s => !s.Cancelled)
        .GroupBy(s => s.Room)
        .ToDictionary(g => g.Key, g => g.OrderBy(s => s.Start).ToArray());

    /// <summary>What it was made of.</summary>
    public IReadOnlyCollection<ExamSession> Sessions => sessions;

    /// <summary>The session that runs in a room, by its scheduled times; null when none does.</summary>
    public ExamSession? Running(RoomId room, DateTimeOffset now) => Of(room).FirstOrDefault(s => s.Start <= now && now < s.End);

    /// <summary>The next session of a room that has not started; null when none is scheduled.</summary>
    public ExamSession? Next(RoomId room, DateTimeOffset now) => Of(room).FirstOrDefault(s => s.Start > now);

    /// <summary>Whether footage of a room is required at an instant: a session with its margins holds it.</summary>
    public bool IsRequired(RoomId room, DateTimeOffset at) => Of(room).Any(s => margins.Hold(s, at));

    /// <summary>Sessions that touch a range by their scheduled times, in order of time.</summary>
    public IReadOnlyList<ExamSession> In(DateTimeOffset from, DateTimeOffset to) =>
        [.. sessions.Where(s => s.Start < to && s.End > from).OrderBy(s => s.Start).ThenBy(s => s.Id.Text, StringComparer.Ordinal)];

    /// <summary>Where a session stands.</summary>
    public static SessionState StateOf(ExamSession session, DateTimeOffset now) =>
        session.Cancelled ? SessionState.Cancelled
        : now < session.Start ? SessionState.Planned
        : now < session.End ? SessionState.Running
        : SessionState.Over;

    private ExamSession[] Of(RoomId room) => _standing.GetValueOrDefault(room) ?? [];
}
