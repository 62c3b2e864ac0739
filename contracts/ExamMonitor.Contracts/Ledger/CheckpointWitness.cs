using System.Security.Cryptography;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>What a witness thinks of a new checkpoint.</summary>
public enum WitnessFinding
{
    /// <summary>It continues what was known.</summary>
    Continues,

    /// <summary>It may continue what was known; a consistency proof between the two sizes is needed to tell.</summary>
    ProofNeeded,

    /// <summary>It is no checkpoint, or of another origin.</summary>
    Malformed,

    /// <summary>Its signature is not that of the known key.</summary>
    WrongKey,

    /// <summary>It has fewer entries than were seen before, in a checkpoint that is not older.</summary>
    RolledBack,

    /// <summary>The entries seen before are not its beginning.</summary>
    Forked,
}

/// <summary>
/// Judges an agent's checkpoints from outside: whoever keeps the newest one can tell a rollback or a fork, without trusting the agent.
/// </summary>
/// <remarks>Pure. The key is pinned at first sight by the caller; a finding other than the first two is evidence, to be latched and shown
/// to a person.</remarks>
public static class CheckpointWitness
{
    /// <summary>Judges <paramref name="note"/> against the newest checkpoint that was accepted before.</summary>
    /// <param name="known">That checkpoint; null when this is the first.</param>
    /// <param name="note">The note as it was published.</param>
    /// <param name="origin">Origin that is expected.</param>
    /// <param name="key">Pinned public key.</param>
    /// <param name="proof">Consistency proof from the size of <paramref name="known"/> to that of the new one; null when it was not asked
    /// for yet.</param>
    /// <param name="accepted">The new checkpoint when it continues (an older one that was seen again gives <paramref name="known"/>); else
    /// null.</param>
    public static WitnessFinding Judge(
        Checkpoint? known,
        string note,
        string origin,
        ECDsa key,
        IReadOnlyList<TreeHash>? proof,
        out Checkpoint? accepted
    )
    {
        accepted = null;
        if (
            !SignedNote.TryParse(note, out var signed)
            || !Checkpoint.TryParse(signed.Text, out var next)
            || !string.Equals(next.Origin, origin, StringComparison.Ordinal)
        )
            return WitnessFinding.Malformed;
        if (!signed.IsSignedBy(origin, key))
            return WitnessFinding.WrongKey;
        if (known is null)
        {
            accepted = next;
            return WitnessFinding.Continues;
        }

        if (next.Size < known.Size)
        {
            // A message that arrives late is no rollback: then the smaller head is also the older one, and must lie inside what is known.
            if (next.Time >= known.Time)
                return WitnessFinding.RolledBack;
            return Continue(next, known, proof, known, out accepted);
        }

        return Continue(known, next, proof, next, out accepted);
    }

    private static WitnessFinding Continue(
        Checkpoint older,
        Checkpoint newer,
        IReadOnlyList<TreeHash>? proof,
        Checkpoint result,
        out Checkpoint? accepted
    )
    {
        accepted = null;
        if (older.Size == newer.Size && older.Root != newer.Root)
            return WitnessFinding.Forked;
        if (older.Size != newer.Size && older.Size != 0 && proof is null)
            return WitnessFinding.ProofNeeded;
        if (!MerkleTree.CheckConsistency(older.Size, older.Root, newer.Size, newer.Root, proof ?? []))
            return WitnessFinding.Forked;
        accepted = result;
        return WitnessFinding.Continues;
    }
}
