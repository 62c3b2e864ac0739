using System.Text;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Agent.Api;

/// <summary>The ledger: key, head, proofs.</summary>
internal static class LedgerEndpoints
{
    /// <summary>Public key.</summary>
    public static IResult Key(AgentRuntime runtime) => Results.Text(runtime.Ledger.Log.ExportPublicKey(), "application/x-pem-file", Encoding.ASCII);

    /// <summary>Newest head.</summary>
    public static IResult Head(AgentRuntime runtime) =>
        runtime.Ledger.Log.CheckpointNote is { } note ? Results.Text(note, "text/plain", Encoding.UTF8) : ProblemResults.Absent("Nothing was signed yet; the first head follows within a minute of the first segment.");

    /// <summary>Consistency between two sizes.</summary>
    public static IResult Consistency(long? from, long? to, AgentRuntime runtime)
    {
        var size = runtime.Ledger.Log.Size;
        if (from is not { } start || to is not { } end || start < 0 || end < start || end > size) return ProblemResults.Bad($"Give from and to as numbers of entries, 0 ≤ from ≤ to ≤ {size}.");
        return Results.Json(new ConsistencyProof(start, end, [.. runtime.Ledger.Log.ProveConsistency(start, end).Select(h => h.ToBase64())]), ContractJson.Options);
    }

    /// <summary>An entry.</summary>
    public static IResult Entry(long number, AgentRuntime runtime) =>
        number >= 0 && number < runtime.Ledger.Log.Size ? Results.Bytes(runtime.Ledger.Log.Read(number), "application/json") : ProblemResults.Absent($"The ledger has {runtime.Ledger.Log.Size} entries, numbered from 0.");

    /// <summary>How far the scrub is.</summary>
    public static IResult Scrub(AgentRuntime runtime)
    {
        var state = runtime.Scrub.State;
        return Results.Json(new ScrubReport(state.Running, state.Began, state.Segments, state.Bytes, runtime.Archive.HeldBytes(), state.LastFinished, state.OpenFindings, [.. state.Findings.Select(f => f.Path)]), ContractJson.Options);
    }

    /// <summary>Takes note that a person has dealt with the findings.</summary>
    public static IResult AcknowledgeScrub(HttpContext http, AgentRuntime runtime)
    {
        if (!ActingPerson.TryRead(http.Request.Headers[ActingPerson.NameHeader], http.Request.Headers[ActingPerson.ReasonHeader], out var person) || person.Reason is null)
            return ProblemResults.Bad($"Say who and why in the headers {ActingPerson.NameHeader} and {ActingPerson.ReasonHeader}.");
        runtime.Scrub.Acknowledge(person);
        runtime.Witnessing?.Acknowledge(person);
        return Scrub(runtime);
    }

    /// <summary>Has a pass begin, or the one that runs hurry.</summary>
    public static IResult ScrubNow(AgentRuntime runtime)
    {
        runtime.Scrub.IsHurried = true;
        return Scrub(runtime);
    }

    /// <summary>Inclusion of an entry below the newest head.</summary>
    public static IResult Inclusion(long number, AgentRuntime runtime)
    {
        if (runtime.Ledger.Log.CheckpointNote is not { } note || !SignedNote.TryParse(note, out var signed) || !Checkpoint.TryParse(signed.Text, out var head) || number < 0 || number >= head.Size)
            return ProblemResults.Absent("No signed head covers this entry yet; heads are signed about once a minute.");
        return Results.Text(new InclusionFile(number, runtime.Ledger.Log.ProveInclusion(number, head.Size), note).Format(), "text/plain", Encoding.UTF8);
    }
}
