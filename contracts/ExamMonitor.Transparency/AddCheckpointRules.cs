using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Transparency;

/// <summary>What a witness answers to a submitted checkpoint. The values are the HTTP status codes of c2sp.org/tlog-witness.</summary>
public enum AddCheckpointAnswer
{
    /// <summary>Not judged.</summary>
    None = 0,

    /// <summary>To be recorded, then cosigned.</summary>
    Cosign = 200,

    /// <summary>No request of this protocol, or an old size above the checkpoint's.</summary>
    Malformed = 400,

    /// <summary>Not signed by a key that is trusted for this log.</summary>
    NotSigned = 403,

    /// <summary>A log that this witness does not know.</summary>
    UnknownLog = 404,

    /// <summary>The old size is not that of the checkpoint that was cosigned last.</summary>
    OtherSize = 409,

    /// <summary>The checkpoint is not shown to continue the one that was cosigned last.</summary>
    NotConsistent = 422,
}

/// <summary>The rules of a witness, in the order of the specification. Pure; whoever calls keeps judging and recording one step.</summary>
public static class AddCheckpointRules
{
    /// <summary>Judges a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="latest">Head that was cosigned last for this log; null when none was.</param>
    /// <param name="isSigned">Says of a note whether a key signed it that is trusted for the origin; null when the origin is not
    /// known.</param>
    /// <param name="head">The head, for <see cref="AddCheckpointAnswer.Cosign"/> and the two answers after the signature; else
    /// null.</param>
    public static AddCheckpointAnswer Judge(
        AddCheckpointRequest request,
        TreeHead? latest,
        Func<SignedNote, bool>? isSigned,
        out TreeHead? head
    )
    {
        if (!TreeHead.TryParse(request.Note.Text, out head))
            return AddCheckpointAnswer.Malformed;
        var submitted = head;
        if (isSigned is null)
            return AddCheckpointAnswer.UnknownLog;
        if (!isSigned(request.Note))
            return AddCheckpointAnswer.NotSigned;
        if (request.OldSize > submitted.Size)
            return AddCheckpointAnswer.Malformed;
        if (request.OldSize != (latest?.Size ?? 0))
            return AddCheckpointAnswer.OtherSize;
        if (submitted.Size == 0 && submitted.Root != MerkleTree.EmptyRoot)
            return AddCheckpointAnswer.NotConsistent;
        return MerkleTree.CheckConsistency(
            request.OldSize,
            latest?.Root ?? MerkleTree.EmptyRoot,
            submitted.Size,
            submitted.Root,
            request.Proof
        )
            ? AddCheckpointAnswer.Cosign
            : AddCheckpointAnswer.NotConsistent;
    }
}
