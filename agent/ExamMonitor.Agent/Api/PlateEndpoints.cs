using ExamMonitor.Contracts.Api;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Agent.Api;

/// <summary>Do stations and number plates belong together?</summary>
internal static class PlateEndpoints
{
    /// <summary>Newest result of a room.</summary>
    public static IResult Newest(string room, RoomRegistry rooms, PlateService plates) =>
        RoomOf(room, rooms) is not { } found ? ProblemResults.NoRoom(rooms)
        : plates.Newest(found.Id) is { } newest ? Results.Json(newest, ContractJson.Options)
        : ProblemResults.Absent(
            "The plates of this room were not checked yet: they are once a day (plates.at), and by a POST to this address."
        );

    /// <summary>Begins a check.</summary>
    public static IResult Check(string room, RoomRegistry rooms, PlateService plates) =>
        RoomOf(room, rooms) is { } found
            ? Results.Json(
                new PlateCheckBegun(found.Id, plates.Begin(found).Began),
                ContractJson.Options,
                statusCode: StatusCodes.Status202Accepted
            )
            : ProblemResults.NoRoom(rooms);

    private static RoomRuntime? RoomOf(string room, RoomRegistry rooms) => RoomId.TryParse(room, null, out var id) ? rooms.Find(id) : null;
}
