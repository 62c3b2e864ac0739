using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Compares the file of stored hashes with the hashes of the entries, as they are made. The file is a cache: its faults say nothing against
/// the entries.
/// </summary>
internal sealed class HashFileAudit : IDisposable
{
    private readonly FileStream? _file;
    private readonly byte[] _bytes = new byte[TreeHash.Size];
    private readonly List<long> _changed = [];
    private (long Leaf, bool Short)? _fault;

    public HashFileAudit(string folder)
    {
        var path = Path.Combine(folder, "hashes.bin");
        if (PlainFiles.IsFile(path))
            _file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
    }

    /// <summary>Takes the next hash: a leaf's, or that of a subtree that it completes.</summary>
    public void Take(long leaf, TreeHash hash, bool isLeaf)
    {
        if (_file is null || _fault is { Short: true })
            return;
        if (_file.ReadAtLeast(_bytes, TreeHash.Size, throwOnEndOfStream: false) < TreeHash.Size)
            _fault ??= (leaf, true);
        else if (new TreeHash(_bytes) != hash)
        {
            _fault ??= (leaf, false);
            if (isLeaf && _changed.Count <= FindingLog.MostOfAKind)
                _changed.Add(leaf);
        }
    }

    /// <summary>
    /// Entries below a head whose bytes are not those that were signed. The stored hashes say so when they give the head's root; null when
    /// they do not.
    /// </summary>
    public IReadOnlyList<long>? ChangedBelow(Checkpoint head)
    {
        if (_file is null || head.Size == 0 || _file.Length < StoredHashes.CountFor(head.Size) * TreeHash.Size)
            return null;
        var changed = _changed.Where(c => c < head.Size).ToList();
        return changed.Count > 0 && StoredHashes.Root(0, head.Size, ReadHash) == head.Root ? changed : null;
    }

    private TreeHash ReadHash(long index)
    {
        Span<byte> bytes = stackalloc byte[TreeHash.Size];
        return RandomAccess.Read(_file!.SafeFileHandle, bytes, index * TreeHash.Size) == TreeHash.Size ? new(bytes) : default;
    }

    /// <summary>What is wrong below a head; behind it, a crash may have left anything.</summary>
    public VerificationFinding? Check(long size)
    {
        const string Mend =
            "The entries are not in doubt. Stop the agent, delete the file and start the agent: it makes the file again from the entries.";
        if (size == 0)
            return null;
        if (_file is null)
            return new(FindingKind.HashesMissing, "hashes.bin", $"The file of stored hashes is gone. {Mend}");
        if (_fault is not { } fault || fault.Leaf >= size)
            return null;
        return fault.Short
            ? new(
                FindingKind.HashesMissing,
                "hashes.bin",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The stored hashes end before entry {fault.Leaf}; {size} entries are signed. {Mend}"
                )
            )
            : new(
                FindingKind.HashesChanged,
                "hashes.bin",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The stored hash of entry {fault.Leaf}, or of a subtree that it completes, is not that of the entries. {Mend}"
                )
            );
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
