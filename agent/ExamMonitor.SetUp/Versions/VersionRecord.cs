using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.SetUp.Versions;

/// <summary>What is kept of a version beside its map.</summary>
/// <param name="Version">From 1.</param>
/// <param name="ValidFrom">UTC.</param>
/// <param name="Author">Who made it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Sha256">Digest over map and pictures.</param>
/// <param name="Entry">Entry of the ledger.</param>
/// <param name="Signature">Who signed it; null when nobody did.</param>
/// <param name="ValidTo">When its room was taken away, UTC; null for never: the next version ends it.</param>
internal sealed record VersionRecord(
    int Version,
    DateTimeOffset ValidFrom,
    string Author,
    string Reason,
    string Sha256,
    long Entry,
    VersionSignature? Signature = null,
    DateTimeOffset? ValidTo = null
);
