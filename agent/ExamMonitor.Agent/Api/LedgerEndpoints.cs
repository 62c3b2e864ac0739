using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Preservation.Scrubbing;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Preservation.Witnessing;
using ExamMonitor.Recording;

namespace ExamMonitor.Agent.Api;

/// <summary>The ledger: key, head, proofs.</summary>
internal static class LedgerEndpoints
{
    /// <summary>Public key.</summary>
    public static IResult Key(VolumeLedger ledger) => Results.Text(ledger.Log.ExportPublicKey(), "application/x-pem-file", Encoding.ASCII);

    /// <summary>Newest head.</summary>
    public static IResult Head(VolumeLedger ledger) =>
        ledger.Log.CheckpointNote is { } note
            ? Results.Text(note, "text/plain", Encoding.UTF8)
            : ProblemResults.Absent("Nothing was signed yet; the first head follows within a minute of the first segment.");

    /// <summary>Consistency between two sizes.</summary>
    public static IResult Consistency(long? from, long? to, VolumeLedger ledger)
    {
        var size = ledger.Log.Size;
        if (from is not { } start || to is not { } end || start < 0 || end < start || end > size)
            return ProblemResults.Bad($"Give from and to as numbers of entries, 0 ≤ from ≤ to ≤ {size}.");
        return Results.Json(
            new ConsistencyProof(start, end, [.. ledger.Log.ProveConsistency(start, end).Select(h => h.ToBase64())]),
            ContractJson.Options
        );
    }

    /// <summary>An entry.</summary>
    public static IResult Entry(long number, VolumeLedger ledger) =>
        number >= 0 && number < ledger.Log.Size
            ? Results.Bytes(ledger.Log.Read(number), "application/json")
            : ProblemResults.Absent($"The ledger has {ledger.Log.Size} entries, numbered from 0.");

    /// <summary>How far the scrub is.</summary>
    public static IResult Scrub(ScrubService scrub, FootageArchive archive)
    {
        var state = scrub.State;
        return Results.Json(
            new ScrubReport(
                state.Running,
                state.Began,
                state.Segments,
                state.Bytes,
                archive.HeldBytes(),
                state.LastFinished,
                state.OpenFindings,
                [.. state.Findings.Select(f => f.Path)]
            ),
            ContractJson.Options
        );
    }

    /// <summary>Takes note that a person has dealt with the findings.</summary>
    public static IResult AcknowledgeScrub(HttpContext http, ScrubService scrub, FootageArchive archive, WitnessingService witnessing)
    {
        if (
            !ActingPerson.TryRead(
                http.Request.Headers[ActingPerson.NameHeader],
                http.Request.Headers[ActingPerson.ReasonHeader],
                out var person
            ) || person.Reason is null
        )
            return ProblemResults.Bad($"Say who and why in the headers {ActingPerson.NameHeader} and {ActingPerson.ReasonHeader}.");
        scrub.Acknowledge(person);
        witnessing.Acknowledge(person);
        return Scrub(scrub, archive);
    }

    /// <summary>Has a pass begin, or the one that runs hurry.</summary>
    public static IResult ScrubNow(ScrubService scrub, FootageArchive archive)
    {
        scrub.IsHurried = true;
        return Scrub(scrub, archive);
    }

    /// <summary>Inclusion of an entry below the newest head.</summary>
    public static IResult Inclusion(long number, VolumeLedger ledger)
    {
        if (
            ledger.Log.CheckpointNote is not { } note
            || !SignedNote.TryParse(note, out var signed)
            || !Checkpoint.TryParse(signed.Text, out var head)
            || number < 0
            || number >= head.Size
        )
            return ProblemResults.Absent("No signed head covers this entry yet; heads are signed about once a minute.");
        return Results.Text(
            new InclusionFile(number, ledger.Log.ProveInclusion(number, head.Size), note).Format(),
            "text/plain",
            Encoding.UTF8
        );
    }
}
