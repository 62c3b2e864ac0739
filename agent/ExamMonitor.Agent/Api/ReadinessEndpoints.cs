using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Agent.Api;

/// <summary>Is the room ready?</summary>
internal static class ReadinessEndpoints
{
    /// <summary>Newest answer of every room.</summary>
    public static IResult All(AgentRuntime runtime) => Results.Json(runtime.Rooms.Select(r => runtime.Readiness.Newest(r.Id)).Where(r => r is not null).ToArray(), ContractJson.Options);

    /// <summary>Newest answer of a room.</summary>
    public static IResult Newest(string room, AgentRuntime runtime) =>
        RoomOf(room, runtime) is not { } id ? ProblemResults.NoRoom(runtime)
        : runtime.Readiness.Newest(id) is { } newest ? Results.Json(newest, ContractJson.Options)
        : ProblemResults.Absent("The room was not checked yet: it is 24 hours and 1 hour before a session, and by a POST to this address.");

    /// <summary>Checks now.</summary>
    public static IResult Check(string room, string? session, AgentRuntime runtime, TimeProvider time)
    {
        if (RoomOf(room, runtime) is not { } id) return ProblemResults.NoRoom(runtime);
        var now = time.GetUtcNow();
        ExamSession? asked = null;
        if (session is not null && (!ExamSessionId.TryParse(session, null, out var sessionId) || (asked = runtime.Sessions.Book.Find(sessionId)) is null || asked.Room != id || asked.Cancelled))
            return ProblemResults.Absent($"Room {id} has no session \"{session}\" ahead.");
        return Results.Json(runtime.Readiness.Check(id, asked ?? runtime.Sessions.Calendar.Running(id, now) ?? runtime.Sessions.Calendar.Next(id, now), now), ContractJson.Options);
    }

    /// <summary>Signs the map in force: a person says that it was looked at and is right.</summary>
    public static IResult SignMap(string room, HttpRequest request, AgentRuntime runtime, TimeProvider time)
    {
        if (!request.TryPerson(needsReason: false, out var person, out var refusal)) return refusal;
        if (RoomOf(room, runtime) is not { } id) return ProblemResults.NoRoom(runtime);
        return Results.Json(new { room = id, entry = runtime.Calibrations.Sign(runtime.Find(id)!.Setup, person, time.GetUtcNow()) }, ContractJson.Options);
    }

    private static RoomId? RoomOf(string room, AgentRuntime runtime) => RoomId.TryParse(room, null, out var id) && runtime.Find(id) is not null ? id : null;
}
