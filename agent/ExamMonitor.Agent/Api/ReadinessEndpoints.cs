using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Agent.Api;

/// <summary>Is the room ready?</summary>
internal static class ReadinessEndpoints
{
    /// <summary>Newest answer of every room.</summary>
    public static IResult All(RoomRegistry rooms, ReadinessService readiness) =>
        Results.Json(rooms.Rooms.Select(r => readiness.Newest(r.Id)).Where(r => r is not null).ToArray(), ContractJson.Options);

    /// <summary>Newest answer of a room.</summary>
    public static IResult Newest(string room, RoomRegistry rooms, ReadinessService readiness) =>
        RoomOf(room, rooms) is not { } id ? ProblemResults.NoRoom(rooms)
        : readiness.Newest(id) is { } newest ? Results.Json(newest, ContractJson.Options)
        : ProblemResults.Absent("The room was not checked yet: it is 24 hours and 1 hour before a session, and by a POST to this address.");

    /// <summary>Checks now.</summary>
    public static IResult Check(
        string room,
        string? session,
        RoomRegistry rooms,
        SessionService sessions,
        ReadinessService readiness,
        TimeProvider time
    )
    {
        if (RoomOf(room, rooms) is not { } id)
            return ProblemResults.NoRoom(rooms);
        var now = time.GetUtcNow();
        ExamSession? asked = null;
        if (
            session is not null
            && (
                !ExamSessionId.TryParse(session, null, out var sessionId)
                || (asked = sessions.Store.Find(sessionId)) is null
                || asked.Room != id
                || asked.Cancelled
            )
        )
            return ProblemResults.Absent($"Room {id} has no session \"{session}\" ahead.");
        return Results.Json(
            readiness.Check(id, asked ?? sessions.Calendar.Running(id, now) ?? sessions.Calendar.Next(id, now), now),
            ContractJson.Options
        );
    }

    /// <summary>Signs the map in force: a person says that it was looked at and is right.</summary>
    public static IResult SignMap(string room, HttpRequest request, RoomRegistry rooms, CalibrationStore calibrations, TimeProvider time)
    {
        if (!request.TryPerson(needsReason: false, out var person, out var refusal))
            return refusal;
        if (RoomOf(room, rooms) is not { } id)
            return ProblemResults.NoRoom(rooms);
        return Results.Json(
            new { room = id, entry = calibrations.Sign(rooms.Find(id)!.Setup, person, time.GetUtcNow()) },
            ContractJson.Options
        );
    }

    private static RoomId? RoomOf(string room, RoomRegistry rooms) =>
        RoomId.TryParse(room, null, out var id) && rooms.Find(id) is not null ? id : null;
}
