using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Lanes;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Agent.Api;

/// <summary>Problems and lanes.</summary>
internal static class RoomEndpoints
{
    private static readonly TimeSpan LongestProof = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestLanes = TimeSpan.FromDays(31);

    /// <summary>Ids of the rooms.</summary>
    public static IResult Ids(AgentRuntime runtime) => Results.Json(runtime.Rooms.Select(r => r.Id).ToArray(), ContractJson.Options);

    /// <summary>Open problems, worst first.</summary>
    public static IResult Problems(AgentRuntime runtime) => Results.Json(
        runtime.Desk.Open.Select(p => new OpenProblem(p.Id, p.Observed.Code, p.Observed.Severity, p.Observed.Subject, p.Since, p.Observed.Text, p.Evidence)).ToArray(), ContractJson.Options);

    /// <summary>What the lanes prove of a range, with the pictures of its exceptions.</summary>
    public static IResult Proof(string room, string? from, string? to, AgentRuntime runtime, TimeProvider time)
    {
        if (!RoomId.TryParse(room, null, out var id) || runtime.Tellers.FirstOrDefault(t => t.Id == id) is not { } teller)
            return ProblemResults.NoRoom(runtime);
        return TimeRange.Parse(from, to, LongestProof, out var fault) is { } range
            ? Results.Json(
                SessionProver.Of(
                    id, range.From, range.To, runtime.Find(id)!.Setup.Map.Stations, teller.Lanes.Read(range.From, range.To), time.GetUtcNow(),
                    e => runtime.Evidence.Find(id, e.Station, e.Reason, e.Start, e.End)), ContractJson.Options)
            : ProblemResults.Bad(fault!);
    }

    /// <summary>Lanes of a room.</summary>
    public static IResult Lanes(string room, string? from, string? to, AgentRuntime runtime)
    {
        if (!RoomId.TryParse(room, null, out var id) || runtime.Tellers.FirstOrDefault(t => t.Id == id) is not { } teller)
            return ProblemResults.NoRoom(runtime);
        return TimeRange.Parse(from, to, LongestLanes, out var fault) is { } range
            ? Results.Json(teller.Lanes.Read(range.From, range.To), ContractJson.Options)
            : ProblemResults.Bad(fault!);
    }
}
