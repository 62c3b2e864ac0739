using System.Numerics;
using ExamMonitor.Contracts.Ledger;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>
/// Appends many leaves to the file of stored hashes in large writes: what <see cref="StoredHashes.ForPeaks"/> adds, without reading back.
/// </summary>
/// <remarks>
/// Holds the roots of the complete subtrees on the right edge, one per bit of the number of leaves. Nothing is in the file before
/// <see cref="Flush"/>. Not thread-safe.
/// </remarks>
internal sealed class StoredHashWriter
{
    private const int BufferSize = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly List<TreeHash> _peaks = [];
    private long _leaves;
    private long _position;
    private int _used;

    /// <summary>Goes on after <paramref name="leaves"/> leaves.</summary>
    public StoredHashWriter(SafeFileHandle file, long leaves, ReadStoredHash read)
    {
        (_file, _leaves, _position) = (file, leaves, StoredHashes.CountFor(leaves) * TreeHash.Size);
        _peaks.AddRange(StoredHashes.Peaks(leaves, read));
    }

    /// <summary>Appends a leaf and every subtree that it completes.</summary>
    public void Append(TreeHash leaf)
    {
        Put(leaf);
        for (var completed = BitOperations.TrailingZeroCount((ulong)++_leaves); completed > 0; completed--)
        {
            leaf = MerkleTree.NodeHash(_peaks[^1], leaf);
            _peaks.RemoveAt(_peaks.Count - 1);
            Put(leaf);
        }

        _peaks.Add(leaf);
    }

    /// <summary>Writes what waits.</summary>
    public void Flush()
    {
        RandomAccess.Write(_file, _buffer.AsSpan(0, _used), _position);
        _position += _used;
        _used = 0;
    }

    private void Put(TreeHash hash)
    {
        if (_used == BufferSize)
            Flush();
        hash.CopyTo(_buffer.AsSpan(_used));
        _used += TreeHash.Size;
    }
}
