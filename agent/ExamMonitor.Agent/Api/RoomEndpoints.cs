using ExamMonitor.Contracts.Api;
using ExamMonitor.Exams.Proofs;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Evidence;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Problems;

namespace ExamMonitor.Agent.Api;

/// <summary>Problems and lanes.</summary>
internal static class RoomEndpoints
{
    private static readonly TimeSpan LongestProof = TimeSpan.FromHours(24);
    private static readonly TimeSpan LongestLanes = TimeSpan.FromDays(31);

    /// <summary>Ids of the rooms.</summary>
    public static IResult Ids(RoomRegistry rooms) => Results.Json(rooms.Rooms.Select(r => r.Id).ToArray(), ContractJson.Options);

    /// <summary>Open problems, worst first.</summary>
    public static IResult Problems(ProblemService problems) =>
        Results.Json(
            problems
                .Open.Select(p => new OpenProblem(
                    p.Id,
                    p.Observed.Code,
                    p.Observed.Severity,
                    p.Observed.Subject,
                    p.Since,
                    p.Observed.Text,
                    p.Evidence
                ))
                .ToArray(),
            ContractJson.Options
        );

    /// <summary>What lanes and footage prove of a range, with the pictures of its exceptions.</summary>
    public static IResult Proof(
        string room,
        string? from,
        string? to,
        RoomRegistry rooms,
        LaneStores lanes,
        HeldFootageReader footage,
        EvidenceStore evidence,
        TimeProvider time
    )
    {
        if (!RoomId.TryParse(room, null, out var id) || rooms.Find(id) is not { } found || lanes.Find(id) is not { } store)
            return ProblemResults.NoRoom(rooms);
        if (TimeRange.Parse(from, to, LongestProof, out var fault) is not { } range)
            return ProblemResults.Bad(fault!);
        return Results.Json(
            SessionProver.Of(
                id,
                range.From,
                range.To,
                found.Setup.Map.Stations,
                store.ReadSpans(range.From, range.To),
                footage.Read(found, range.From, range.To),
                time.GetUtcNow(),
                e => evidence.Find(id, e.Station, e.Reason, e.Start, e.End)
            ),
            ContractJson.Options
        );
    }

    /// <summary>Lanes of a room.</summary>
    public static IResult Lanes(string room, string? from, string? to, RoomRegistry rooms, LaneStores lanes)
    {
        if (!RoomId.TryParse(room, null, out var id) || lanes.Find(id) is not { } store)
            return ProblemResults.NoRoom(rooms);
        return TimeRange.Parse(from, to, LongestLanes, out var fault) is { } range
            ? Results.Json(store.Read(range.From, range.To), ContractJson.Options)
            : ProblemResults.Bad(fault!);
    }
}
