using ExamMonitor.Contracts.Api;
using ExamMonitor.Floor.Cameras;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExamMonitor.Agent.Api;

/// <summary>Refusals of the API (RFC 9457): what, where, how to mend.</summary>
internal static class ProblemResults
{
    /// <summary>The request is wrong.</summary>
    public static ProblemHttpResult Bad(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest, title: "The request cannot be answered as it is.");

    /// <summary>There is no such thing.</summary>
    public static ProblemHttpResult Absent(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound, title: "There is nothing here.");

    /// <summary>There is no such room.</summary>
    public static ProblemHttpResult NoRoom(RoomRegistry rooms) =>
        Absent($"This agent has no such room. It has: {string.Join(", ", rooms.Rooms.Select(r => r.Id))}.");

    /// <summary>It cannot be done as things stand; said in both languages (<see cref="AgentApi.ProblemDetailZh"/>).</summary>
    public static ProblemHttpResult Conflict(LocalText detail, string title) =>
        TypedResults.Problem(
            detail.En,
            statusCode: StatusCodes.Status409Conflict,
            title: title,
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { [AgentApi.ProblemDetailZh] = detail.Zh }
        );

    /// <summary>It works again later.</summary>
    public static ProblemHttpResult Unavailable(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status503ServiceUnavailable, title: "Not available now.");
}
