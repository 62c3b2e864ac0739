using System.Net;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Witnessing;

/// <summary>How sending a head to a witness ended.</summary>
public enum SubmissionResult
{
    /// <summary>The witness cosigned, and its signature holds.</summary>
    Cosigned,

    /// <summary>There is no head yet, or the entries moved on meanwhile; the next try tells.</summary>
    NotNow,

    /// <summary>No answer, or one that says "later".</summary>
    Unreachable,

    /// <summary>The witness does not take this ledger's heads: it does not know the log or its key, or speaks another protocol.</summary>
    NotAccepted,

    /// <summary>The answer is no cosignature of the configured key.</summary>
    NotBelieved,

    /// <summary>The witness has cosigned more entries than this ledger has ever signed.</summary>
    RolledBack,

    /// <summary>The witness has cosigned other entries than these.</summary>
    Forked,
}

/// <summary>Outcome of sending a head.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Head">Head that was sent last; null when none was.</param>
/// <param name="Cosignatures">Lines of the configured key below that head.</param>
/// <param name="WitnessSize">Entries that the witness says it cosigned last; null when it did not say.</param>
/// <param name="Status">HTTP status of the last answer; null without one.</param>
public sealed record SubmissionOutcome(
    SubmissionResult Result,
    SignedNote? Head,
    IReadOnlyList<NoteSignature> Cosignatures,
    long? WitnessSize,
    int? Status
);

/// <summary>What a submission needs of the ledger: its newest signed head, and proofs.</summary>
public interface IHeadSource
{
    /// <summary>Newest signed head; null before the first.</summary>
    string? NewestHead { get; }

    /// <summary>
    /// Proof that the first <paramref name="oldSize"/> entries are the beginning of the first <paramref name="newSize"/>.
    /// </summary>
    IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize);
}

/// <summary>
/// Gets one witness's cosignature under the newest head. Remembers which size the witness cosigned last. One call at a time.
/// </summary>
/// <param name="witness">Witness.</param>
/// <param name="client">The way to it.</param>
/// <param name="source">Ledger.</param>
public sealed class HeadSubmission(Witness witness, WitnessClient client, IHeadSource source)
{
    /// <summary>Tries in one call: the witness may name another size, and the ledger may grow meanwhile.</summary>
    private const int MostTries = 4;

    private long _known;

    /// <summary>The witness.</summary>
    public Witness Witness => witness;

    /// <summary>One attempt.</summary>
    public async Task<SubmissionOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var last = new SubmissionOutcome(SubmissionResult.NotNow, null, [], null, null);
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (Newest() is not ({ } note, { } head))
                return last;
            // The witness is ahead of the newest head: of what this ledger signed itself, nothing can be.
            if (_known > head.Size)
            {
                // The next try asks anew: a size that somebody made up is not believed for ever.
                (last, _known) = (last with { Result = SubmissionResult.RolledBack, Head = note, WitnessSize = _known }, 0);
                return last;
            }

            var reply = await client
                .AskAsync(witness, new(_known, source.ProveConsistency(_known, head.Size), note), cancellationToken)
                .ConfigureAwait(false);
            last = Judge(note, head, reply);
            if (last is not { Status: (int)HttpStatusCode.Conflict, WitnessSize: { } size } || size == _known)
                return last;
            _known = size;
        }

        return last;
    }

    private (SignedNote? Note, Checkpoint? Head) Newest() =>
        source.NewestHead is { } text && SignedNote.TryParse(text, out var note) && Checkpoint.TryParse(note.Text, out var head)
            ? (
                note with
                {
                    Signatures = [.. note.Signatures.Where(s => string.Equals(s.Name, head.Origin, StringComparison.Ordinal))],
                },
                head
            )
            : (null, null);

    private SubmissionOutcome Judge(SignedNote note, Checkpoint head, WitnessReply reply)
    {
        var outcome = new SubmissionOutcome(SubmissionResult.Unreachable, note, [], null, (int?)reply.Status);
        switch ((int?)reply.Status)
        {
            case 200:
                return Take(note, head, reply.Body, outcome);
            case 409:
                return WitnessClient.SizeIn(reply.Body) is { } size
                    ? outcome with
                    {
                        Result = SubmissionResult.NotNow,
                        WitnessSize = size,
                    }
                    : outcome with
                    {
                        Result = SubmissionResult.NotBelieved,
                    };
            case 422:
                return outcome with { Result = SubmissionResult.Forked, WitnessSize = _known };
            case 408 or 425 or 429 or >= 500 or null:
                return outcome;
            default:
                return outcome with { Result = SubmissionResult.NotAccepted };
        }
    }

    private SubmissionOutcome Take(SignedNote note, Checkpoint head, string body, SubmissionOutcome outcome)
    {
        var lines = body.Split('\n');
        var signatures = new List<NoteSignature>();
        // Lines of other keys are ignored, as the protocol wants it; a body that is no list of lines is not.
        if (lines.Length is < 2 or > 33 || lines[^1].Length != 0)
            return outcome with { Result = SubmissionResult.NotBelieved };
        foreach (var line in lines.SkipLast(1))
        {
            if (!NoteSignature.TryParse(line, out var signature))
                return outcome with { Result = SubmissionResult.NotBelieved };
            if (signature.Is(witness.Key.Name, witness.Key.KeyId))
                signatures.Add(signature);
        }

        if (witness.Key.Check(new(note.Text, signatures)) != SignatureStanding.Holds)
            return outcome with { Result = SubmissionResult.NotBelieved };
        _known = head.Size;
        return outcome with { Result = SubmissionResult.Cosigned, Cosignatures = [signatures[^1]], WitnessSize = head.Size };
    }
}
