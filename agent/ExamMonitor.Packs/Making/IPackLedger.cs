using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Packs.Making;

/// <summary>What a pack needs of the ledger.</summary>
public interface IPackLedger
{
    /// <summary>Bytes of an entry.</summary>
    byte[] Read(long number);

    /// <summary>Inclusion of an entry in the first entries.</summary>
    IReadOnlyList<TreeHash> ProveInclusion(long number, long size);

    /// <summary>Consistency between two sizes.</summary>
    IReadOnlyList<TreeHash> ProveConsistency(long from, long to);
}
