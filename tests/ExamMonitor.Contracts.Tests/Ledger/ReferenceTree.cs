using System.Globalization;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Contracts.Tests.Ledger;

/// <summary>A naive tree in memory: RFC 9162 §2.1.1 word for word.</summary>
internal sealed class ReferenceTree(IReadOnlyList<byte[]> entries)
{
    public static ReferenceTree OfSize(int size, int salt = 0) =>
        new([
            .. Enumerable
                .Range(0, size)
                .Select(i => System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"entry {i} {salt}"))),
        ]);

    public int Size => entries.Count;

    public TreeHash Leaf(int index) => MerkleTree.LeafHash(entries[index]);

    public TreeHash Root(int size) => size == 0 ? MerkleTree.EmptyRoot : Root(0, size);

    public TreeHash Root(long start, long end)
    {
        if (end - start == 1)
            return Leaf((int)start);
        var k = 1L;
        while (k * 2 < end - start)
            k *= 2;
        return MerkleTree.NodeHash(Root(start, start + k), Root(start + k, end));
    }
}
