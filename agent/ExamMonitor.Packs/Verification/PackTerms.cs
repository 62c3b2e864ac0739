using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Packs.Verification;

/// <summary>A head that somebody else kept.</summary>
/// <param name="Size">Entries.</param>
/// <param name="Root">Root.</param>
/// <param name="Origin">Origin; null when it was typed without one.</param>
/// <param name="Source">Where it came from, for a person.</param>
public sealed record OutsideHead(long Size, TreeHash Root, string? Origin, string Source);

/// <summary>What a verification goes by.</summary>
/// <param name="Key">Public key that came on another way; null to believe the one in the pack.</param>
/// <param name="Heads">Heads from outside.</param>
/// <param name="Policy">Witnesses that are trusted; null for none.</param>
/// <param name="Consistency">Proofs from outside heads to that of the pack, by size.</param>
public sealed record PackTerms(
    ECDsa? Key = null,
    IReadOnlyList<OutsideHead>? Heads = null,
    WitnessPolicy? Policy = null,
    IReadOnlyDictionary<long, IReadOnlyList<TreeHash>>? Consistency = null
);
