using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule;

namespace ExamMonitor.Exams.Readiness;

/// <summary>Asks rooms, keeps the newest answers and follows a No until it turns. Clock and facts come from outside. Thread-safe.</summary>
/// <param name="limits">What is asked for.</param>
/// <param name="read">Gathers what an answer is made of.</param>
/// <param name="tell">Takes every answer that is news.</param>
internal sealed class ReadinessRound(
    ReadinessLimits limits,
    Func<RoomId, ExamSession?, DateTimeOffset, ReadinessFacts> read,
    Action<RoomReadiness> tell
)
{
    /// <summary>An answer that stays the same is told again after this, so that its age is seen.</summary>
    private static readonly TimeSpan ToldAgain = TimeSpan.FromMinutes(2);

    /// <summary>A person's question stands at least this long before the answer to another one takes its place.</summary>
    private static readonly TimeSpan PersonStands = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<RoomId, Asked> _newest = [];

    /// <summary>Newest answer of a room; null before the first.</summary>
    public RoomReadiness? Newest(RoomId room)
    {
        lock (_gate)
            return _newest.GetValueOrDefault(room)?.Answer;
    }

    /// <summary>Newest answer for a session; null when it was not asked yet.</summary>
    public RoomReadiness? For(ExamSession? session) =>
        session is not null && Newest(session.Room) is { } newest && newest.Session == session.Id && newest.SessionStart == session.Start
            ? newest
            : null;

    /// <summary>A person asks: the answer is told at once, whatever it is.</summary>
    /// <param name="room">Room.</param>
    /// <param name="session">Session that is asked about; null for the room itself.</param>
    /// <param name="now">UTC.</param>
    public RoomReadiness Ask(RoomId room, ExamSession? session, DateTimeOffset now) => Check(room, session, now, personAt: now);

    /// <summary>Asks what is due: the next session, or again what was answered by No.</summary>
    /// <param name="room">Room.</param>
    /// <param name="calendar">Schedule.</param>
    /// <param name="now">UTC.</param>
    public void Look(RoomId room, SessionCalendar calendar, DateTimeOffset now)
    {
        Asked? newest;
        lock (_gate)
            newest = _newest.GetValueOrDefault(room);
        var next = calendar.Next(room, now);
        var last = For(next);
        var stands = last is null && newest?.PersonAt is { } at && at <= now && now - at < PersonStands;
        if (!stands && ReadinessDue.IsDue(now, next?.Start, last?.Ts, last?.Ready == true))
            Check(room, next, now, last is null ? null : newest?.PersonAt);
        else if (
            newest is { PersonAt: { } asked }
            && IsInForce(newest.Session, calendar)
            && ReadinessDue.MustFollow(now, newest.Answer, asked)
        )
            Check(room, newest.Session, now, asked);
    }

    private static bool IsInForce(ExamSession? session, SessionCalendar calendar) =>
        session is null || calendar.Sessions.Any(s => s.Id == session.Id && s.Start == session.Start && !s.Cancelled);

    private RoomReadiness Check(RoomId room, ExamSession? session, DateTimeOffset now, DateTimeOffset? personAt)
    {
        var answer = ReadinessRules.Judge(read(room, session, now), limits, now);
        lock (_gate)
        {
            var told = _newest.GetValueOrDefault(room)?.Told;
            var isNews = personAt == now || told is null || IsNews(told, answer);
            _newest[room] = new(answer, isNews ? answer : told!, session, personAt);
            if (isNews)
                tell(answer);
        }

        return answer;
    }

    private static bool IsNews(RoomReadiness told, RoomReadiness answer) =>
        answer.Ts - told.Ts is var age && (age >= ToldAgain || age < TimeSpan.Zero)
        || (told with { Ts = answer.Ts, Checks = answer.Checks }) != answer
        || !told.Checks.Select(Shown).SequenceEqual(answer.Checks.Select(Shown));

    // What a Yes says (bytes needed, bytes free) changes with every second that is recorded.
    private static (string, bool?, bool, string?, string?) Shown(ReadinessCheck check) =>
        (check.Id, check.Ok, check.Required, check.Ok == true ? null : check.Text.En, check.Mend?.En);

    /// <param name="Answer">Newest.</param>
    /// <param name="Told">The one that was told last.</param>
    /// <param name="Session">What was asked about.</param>
    /// <param name="PersonAt">When a person asked, UTC; null when nobody did.</param>
    private sealed record Asked(RoomReadiness Answer, RoomReadiness Told, ExamSession? Session, DateTimeOffset? PersonAt);
}
