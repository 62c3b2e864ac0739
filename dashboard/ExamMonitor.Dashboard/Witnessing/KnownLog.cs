using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>
/// A log that this witness cosigns, and the keys by which it is known: the pinned key of an agent, or verifier keys of the configuration.
/// </summary>
/// <param name="Origin">First line of its checkpoints.</param>
/// <param name="PublicKey">PEM, ECDSA; null for none.</param>
/// <param name="Keys">Verifier keys of type 0x01.</param>
internal sealed record KnownLog(string Origin, string? PublicKey, IReadOnlyList<VerifierKey> Keys)
{
    /// <summary>Whether a trusted key signed, and none of the lines that claim to be of one is wrong.</summary>
    public bool IsSigned(SignedNote note)
    {
        using var pinned = Pinned();
        var standings = Keys.Select(k => k.Check(note)).ToList();
        if (standings.Contains(SignatureStanding.Fails))
            return false;
        var claims =
            pinned is not null
            && note.Signatures.Any(s => s.Is(Origin, SignedNote.KeyId(Origin, pinned)) || s.Is(Origin, SignedNote.StandardKeyId(pinned)));
        return claims ? note.IsSignedBy(Origin, pinned!) : standings.Contains(SignatureStanding.Holds);
    }

    /// <summary>The note with the lines of trusted keys alone: what strangers add below a head is not kept.</summary>
    public SignedNote Strip(SignedNote note)
    {
        using var pinned = Pinned();
        return note with
        {
            Signatures =
            [
                .. note
                    .Signatures.Where(s =>
                        Keys.Any(k => s.Is(k.Name, k.KeyId))
                        || (
                            pinned is not null
                            && (s.Is(Origin, SignedNote.KeyId(Origin, pinned)) || s.Is(Origin, SignedNote.StandardKeyId(pinned)))
                        )
                    )
                    .DistinctBy(s => s.Format(), StringComparer.Ordinal),
            ],
        };
    }

    private ECDsa? Pinned() => PublicKeyPem.TryRead(PublicKey);
}
