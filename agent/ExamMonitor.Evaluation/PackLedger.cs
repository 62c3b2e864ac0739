using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Packs.Making;

namespace ExamMonitor.Evaluation;

/// <summary>The agent's ledger as a pack reads it.</summary>
internal sealed class PackLedger(LedgerLog log) : IPackLedger
{
    /// <inheritdoc/>
    public byte[] Read(long number) => log.Read(number);

    /// <inheritdoc/>
    public IReadOnlyList<TreeHash> ProveInclusion(long number, long size) => log.ProveInclusion(number, size);

    /// <inheritdoc/>
    public IReadOnlyList<TreeHash> ProveConsistency(long from, long to) => log.ProveConsistency(from, to);
}
