using System.Numerics;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Reads the hash at a place of the stored sequence.</summary>
internal delegate TreeHash ReadStoredHash(long index);

/// <summary>
/// Which hash stands where in the file of stored hashes: leaf and node hashes in the order in which they become known. Appending a leaf
/// appends
/// its hash and the hash of every complete subtree that it completes; nothing is ever rewritten. The order is that of golang/mod
/// sumdb/tlog.
/// </summary>
internal static class StoredHashes
{
    /// <summary>Place of the <paramref name="n"/>-th hash of <paramref name="level"/>; level 0 are the leaves.</summary>
    public static long IndexOf(int level, long n)
    {
        // A node is written right after its right child.
        for (var l = level; l > 0; l--)
            n = (2 * n) + 1;
        // Before leaf n stand n leaves, n/2 nodes of level 1, n/4 of level 2 …
        var index = 0L;
        for (; n > 0; n >>= 1)
            index += n;
        return index + level;
    }

    /// <summary>Number of stored hashes of a tree of <paramref name="leaves"/>.</summary>
    public static long CountFor(long leaves) =>
        leaves == 0 ? 0 : IndexOf(0, leaves - 1) + 1 + BitOperations.TrailingZeroCount((ulong)leaves);

    /// <summary>
    /// The hashes that appending leaf number <paramref name="leaf"/> adds: its own, then those of the subtrees it completes.
    /// </summary>
    /// <param name="leaf">Number.</param>
    /// <param name="leafHash">Its hash.</param>
    /// <param name="peaks">Roots of the complete subtrees before it, largest first.</param>
    public static IReadOnlyList<TreeHash> ForPeaks(long leaf, TreeHash leafHash, IReadOnlyList<TreeHash> peaks)
    {
        var added = new List<TreeHash> { leafHash };
        var completed = BitOperations.TrailingZeroCount((ulong)(leaf + 1));
        for (var level = 0; level < completed; level++)
            added.Add(MerkleTree.NodeHash(peaks[^(level + 1)], added[level]));
        return added;
    }

    /// <summary>Roots of the complete subtrees of the first <paramref name="leaves"/> leaves, largest first.</summary>
    public static IEnumerable<TreeHash> Peaks(long leaves, ReadStoredHash read)
    {
        for (var (level, start) = (62, 0L); level >= 0; level--)
        {
            if ((leaves >> level & 1) == 0)
                continue;
            yield return read(IndexOf(level, start >> level));
            start += 1L << level;
        }
    }

    /// <summary>
    /// Root over the leaves from <paramref name="start"/> to before <paramref name="end"/>, put together from stored complete subtrees.
    /// </summary>
    public static TreeHash Root(long start, long end, ReadStoredHash read)
    {
        if (start == end)
            return MerkleTree.EmptyRoot;
        // Complete subtrees from left to right, each as large as its place allows; then folded from the right (RFC 9162 §2.1.1).
        var parts = new List<TreeHash>();
        while (start < end)
        {
            var level = BitOperations.Log2((ulong)(end - start));
            if (start != 0)
                level = Math.Min(level, BitOperations.TrailingZeroCount((ulong)start));
            parts.Add(read(IndexOf(level, start >> level)));
            start += 1L << level;
        }

        var root = parts[^1];
        for (var i = parts.Count - 2; i >= 0; i--)
            root = MerkleTree.NodeHash(parts[i], root);
        return root;
    }
}
