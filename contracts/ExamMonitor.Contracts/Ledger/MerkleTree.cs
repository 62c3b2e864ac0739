using System.Numerics;
using System.Security.Cryptography;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>
/// Root of the Merkle tree over a range of leaves that starts at a multiple of a power of two large enough to hold the range.
/// </summary>
/// <param name="start">First leaf, ≥ 0.</param>
/// <param name="end">After the last leaf, > <paramref name="start"/>.</param>
/// <returns>The root as RFC 9162 §2.1.1 defines MTH.</returns>
public delegate TreeHash SubtreeRoot(long start, long end);

/// <summary>The Merkle tree of RFC 9162 §2.1: hashes, proofs and their checks.</summary>
/// <remarks>Pure and safe from any thread. Proofs are made from a <see cref="SubtreeRoot"/>, checked from nothing but the proof
/// itself.</remarks>
public static class MerkleTree
{
    /// <summary>Root of a tree without leaves: SHA-256 of nothing.</summary>
    public static TreeHash EmptyRoot { get; } = new(SHA256.HashData([]));

    /// <summary>SHA-256 of 0x00 and the entry's bytes.</summary>
    public static TreeHash LeafHash(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        Span<byte> result = stackalloc byte[TreeHash.Size];
        hash.GetHashAndReset(result);
        return new TreeHash(result);
    }

    /// <summary>SHA-256 of 0x01, the left and the right hash.</summary>
    public static TreeHash NodeHash(TreeHash left, TreeHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * TreeHash.Size)];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + TreeHash.Size)..]);
        Span<byte> result = stackalloc byte[TreeHash.Size];
        SHA256.HashData(input, result);
        return new TreeHash(result);
    }

    /// <summary>
    /// Hashes that lead from a leaf to the root of a tree of <paramref name="size"/> leaves, from the leaf upward (RFC 9162 §2.1.3.1).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The leaf is not in the tree.</exception>
    public static IReadOnlyList<TreeHash> ProveInclusion(long leaf, long size, SubtreeRoot root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leaf);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, size);
        var path = new List<TreeHash>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + LargestPowerOfTwoBelow(end - start);
            if (leaf < middle)
            {
                path.Add(root(middle, end));
                end = middle;
            }
            else
            {
                path.Add(root(start, middle));
                start = middle;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>
    /// Whether <paramref name="proof"/> shows that the leaf stands at <paramref name="leaf"/> in the tree of <paramref name="size"/> leaves
    /// with this root (RFC 9162 §2.1.3.2).
    /// </summary>
    public static bool CheckInclusion(long leaf, TreeHash leafHash, long size, TreeHash root, IReadOnlyList<TreeHash> proof)
    {
        if (leaf < 0 || leaf >= size)
            return false;
        var (node, last, hash) = (leaf, size - 1, leafHash);
        foreach (var sibling in proof)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>
    /// Hashes that show that the tree of <paramref name="newSize"/> leaves begins with the tree of <paramref name="oldSize"/> (RFC 9162
    /// §2.1.4.1).
    /// </summary>
    /// <returns>Empty when the sizes are equal, or the old tree was empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The old tree is larger than the new one, or a size is negative.</exception>
    public static IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize, SubtreeRoot root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var path = new List<TreeHash>();
        if (oldSize == 0 || oldSize == newSize)
            return path;
        var (start, end) = (0L, newSize);
        // The old root itself is left out while the old tree is a left-most complete subtree: the reader has it.
        var readerHasIt = true;
        while (oldSize < end)
        {
            var middle = start + LargestPowerOfTwoBelow(end - start);
            if (oldSize <= middle)
            {
                path.Add(root(middle, end));
                end = middle;
            }
            else
            {
                path.Add(root(start, middle));
                start = middle;
                readerHasIt = false;
            }
        }

        if (!readerHasIt)
            path.Add(root(start, end));
        path.Reverse();
        return path;
    }

    /// <summary>Whether <paramref name="proof"/> shows that the old tree is the beginning of the new one (RFC 9162 §2.1.4.2).</summary>
    public static bool CheckConsistency(long oldSize, TreeHash oldRoot, long newSize, TreeHash newRoot, IReadOnlyList<TreeHash> proof)
    {
        if (oldSize < 0 || oldSize > newSize)
            return false;
        if (oldSize == newSize)
            return proof.Count == 0 && oldRoot == newRoot;
        if (oldSize == 0)
            return proof.Count == 0 && oldRoot == EmptyRoot;
        if (proof.Count == 0)
            return false;

        var used = 0;
        var start = BitOperations.IsPow2(oldSize) ? oldRoot : proof[used++];
        var (node, last) = (oldSize - 1, newSize - 1);
        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }

        var (oldHash, newHash) = (start, start);
        for (; used < proof.Count; used++)
        {
            var sibling = proof[used];
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                oldHash = NodeHash(sibling, oldHash);
                newHash = NodeHash(sibling, newHash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newHash = NodeHash(newHash, sibling);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }

    private static long LargestPowerOfTwoBelow(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
