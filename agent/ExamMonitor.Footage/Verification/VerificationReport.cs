using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Transparency;

namespace ExamMonitor.Footage.Verification;

/// <summary>A head whose time an authority confirmed.</summary>
/// <param name="Authority">Who: subject of its certificate.</param>
/// <param name="Time">When, by the authority's clock, UTC.</param>
/// <param name="Size">Entries that existed then.</param>
/// <param name="Trusted">Whether it is among the trusted authorities; null when none were given to compare with.</param>
public sealed record VerifiedAnchor(string Authority, DateTimeOffset Time, long Size, bool? Trusted);

/// <summary>What to verify against.</summary>
/// <param name="PublicKey">Key that must have signed, got on another way than the volume.</param>
/// <param name="Origin">Origin that the heads must name; null for any.</param>
/// <param name="Authorities">Trusted time stamp authorities; null to leave their trust open.</param>
/// <param name="KnownHeads">Signed heads that somebody else kept, such as the dashboard's: what they speak of must be there.</param>
public sealed record VerificationTerms(ECDsa PublicKey, string? Origin = null, X509Certificate2Collection? Authorities = null, IReadOnlyList<string>? KnownHeads = null)
{
    /// <summary>Which witnesses must have cosigned; null when none are asked for.</summary>
    public WitnessPolicy? Policy { get; init; }
}

/// <summary>What was verified and what was found. Each question is answered for itself.</summary>
/// <param name="Segments">Segments whose content was compared.</param>
/// <param name="Bytes">Bytes hashed.</param>
/// <param name="Entries">Entries of the ledger.</param>
/// <param name="Heads">Signed heads that were checked.</param>
/// <param name="NewestHead">Time of the newest head that holds, UTC; null when none does.</param>
/// <param name="KeyId">Key that signed, first 8 bytes of SHA-256 over its SubjectPublicKeyInfo, hex.</param>
/// <param name="UncoveredEntries">Entries appended after the newest head: written down, not yet signed for.</param>
/// <param name="Anchors">Heads with a time stamp that holds, oldest first.</param>
/// <param name="Findings">Empty for a clean archive.</param>
public sealed record VerificationReport(
    int Segments, long Bytes, long Entries, int Heads, DateTimeOffset? NewestHead, string KeyId, long UncoveredEntries, IReadOnlyList<VerifiedAnchor> Anchors,
    IReadOnlyList<VerificationFinding> Findings)
{
    private static readonly HashSet<FindingKind> Content =
        [FindingKind.ContentChanged, FindingKind.SizeChanged, FindingKind.Swapped, FindingKind.FileMissing, FindingKind.FileUnknown, FindingKind.Replayed];

    /// <summary>What the witnesses of the policy say; null when no policy was given.</summary>
    public PolicyReport? Policy { get; init; }

    /// <summary>Whether every file is what the ledger says, none is missing and none is added.</summary>
    public bool ContentIntact => !Findings.Any(f => Content.Contains(f.Kind));

    /// <summary>Whether each camera's entries follow one another without a hole.</summary>
    public bool OrderProved => !Findings.Any(f => f.Kind is FindingKind.OrderBroken or FindingKind.EntryUnreadable);

    /// <summary>Whether the entries are those that the key signed.</summary>
    public bool SignatureHolds => !Findings.Any(f => f.Kind is FindingKind.RolledBack or FindingKind.Forked or FindingKind.WrongKey or FindingKind.HeadUnreadable or FindingKind.NotSigned);

    /// <summary>Whether every time stamp holds; null when there is none.</summary>
    public bool? AnchorsHold =>
        Findings.Any(f => f.Kind is FindingKind.AnchorMissing or FindingKind.AnchorInvalid or FindingKind.AnchorUntrusted) ? false : Anchors.Count == 0 ? null : true;
}
