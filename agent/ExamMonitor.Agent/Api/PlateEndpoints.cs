using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Agent.Api;

/// <summary>Do stations and number plates belong together?</summary>
internal static class PlateEndpoints
{
    /// <summary>Newest result of a room.</summary>
    public static IResult Newest(string room, AgentRuntime runtime) =>
        RoomOf(room, runtime) is not { } found ? ProblemResults.NoRoom(runtime)
        : runtime.Plates.Newest(found.Id) is { } newest ? Results.Json(newest, ContractJson.Options)
        : ProblemResults.Absent("The plates of this room were not checked yet: they are once a day (plates.at), and by a POST to this address.");

    /// <summary>Begins a check.</summary>
    public static IResult Check(string room, AgentRuntime runtime) =>
        RoomOf(room, runtime) is { } found ? Results.Json(new PlateCheckBegun(found.Id, runtime.Plates.Begin(found).Began), ContractJson.Options, statusCode: StatusCodes.Status202Accepted) : ProblemResults.NoRoom(runtime);

    private static RoomRuntime? RoomOf(string room, AgentRuntime runtime) => RoomId.TryParse(room, null, out var id) ? runtime.Find(id) : null;
}
