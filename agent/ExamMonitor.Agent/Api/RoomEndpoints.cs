using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Agent.Api;

/// <summary>Problems and lanes.</summary>
internal static class RoomEndpoints
{
    private static readonly TimeSpan LongestLanes = TimeSpan.FromDays(31);

    /// <summary>Open problems, worst first.</summary>
    public static IResult Problems(AgentRuntime runtime) => Results.Json(
        runtime.Desk.Open.Select(p => new OpenProblem(p.Id, p.Observed.Code, p.Observed.Severity, p.Observed.Subject, p.Since, p.Observed.Text, p.Evidence)).ToArray(), ContractJson.Options);

    /// <summary>Lanes of a room.</summary>
    public static IResult Lanes(string room, string? from, string? to, AgentRuntime runtime)
    {
        if (!RoomId.TryParse(room, null, out var id) || runtime.Tellers.FirstOrDefault(t => t.Id == id) is not { } teller)
            return ProblemResults.Absent($"This agent has no such room. It has: {string.Join(", ", runtime.Rooms.Select(r => r.Id))}.");
        return TimeRange.Parse(from, to, LongestLanes, out var fault) is { } range
            ? Results.Json(teller.Lanes.Read(range.From, range.To), ContractJson.Options)
            : ProblemResults.Bad(fault!);
    }
}
