using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Exams.Readiness;

/// <summary>Asks rooms whether they are ready, keeps and publishes the newest answers. Thread-safe.</summary>
/// <param name="rooms">Rooms.</param>
/// <param name="sessions">Schedule.</param>
/// <param name="facts">What an answer is made of.</param>
/// <param name="publisher">Where answers go.</param>
/// <param name="identity">Who this is.</param>
/// <param name="limits">What is asked for.</param>
internal sealed class ReadinessService(
    RoomRegistry rooms,
    SessionService sessions,
    ReadinessFactsReader facts,
    Publisher publisher,
    AgentIdentity identity,
    ReadinessLimits limits
)
{
    private readonly ReadinessRound _round = new(
        limits,
        (room, session, now) => facts.Read(rooms.Find(room)!, session, now),
        answer => publisher.SetState(identity.Topics.RoomReadiness(answer.Room), answer)
    );

    /// <summary>Newest answer of a room; null before the first.</summary>
    public RoomReadiness? Newest(RoomId room) => _round.Newest(room);

    /// <summary>Newest answer for a session; null when it was not asked yet.</summary>
    public RoomReadiness? For(ExamSession? session) => _round.For(session);

    /// <summary>Checks a room now because a person asks, and publishes the answer.</summary>
    /// <param name="room">Room of this agent.</param>
    /// <param name="session">Session that is asked about; null for the room itself.</param>
    /// <param name="now">UTC.</param>
    public RoomReadiness Check(RoomId room, ExamSession? session, DateTimeOffset now) => _round.Ask(room, session, now);

    /// <summary>Checks every room for which a check is due, and those that last said No.</summary>
    public void CheckDue(DateTimeOffset now)
    {
        var calendar = sessions.Calendar;
        foreach (var room in rooms.Rooms)
            _round.Look(room.Id, calendar, now);
    }

    /// <summary>Whether cameras that rest between sessions must be awake: a session with its margins, or a check before one.</summary>
    public bool MustLook(RoomId room, DateTimeOffset now)
    {
        var calendar = sessions.Calendar;
        if (calendar.IsRequired(room, now))
            return true;
        var next = calendar.Next(room, now);
        var last = For(next);
        return ReadinessDue.MustLook(now, next?.Start, last?.Ts, last?.Ready == true);
    }
}
