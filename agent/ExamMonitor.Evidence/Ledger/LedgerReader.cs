using System.Text;
using ExamMonitor.Contracts.Ledger;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Reads a ledger beside the agent that writes it: changes nothing, needs no key.</summary>
/// <remarks>Speaks of what the newest head covers; what came after it may still be torn by a power cut.</remarks>
public sealed class LedgerReader : IDisposable
{
    private readonly string _entries;
    private readonly string _folder;
    private readonly SafeFileHandle _hashes;

    /// <summary>Opens a ledger folder that has a signed head.</summary>
    /// <exception cref="LedgerException">There is no ledger, or no readable head.</exception>
    public LedgerReader(string folder)
    {
        (_folder, _entries) = (folder, Path.Combine(folder, "entries"));
        var path = Path.Combine(folder, "checkpoint");
        if (!File.Exists(path))
            throw new LedgerException(
                "read the ledger",
                folder,
                "There is no signed head yet; the agent signs the first a minute after the first segment."
            );
        Note = File.ReadAllText(path, Encoding.UTF8);
        if (!SignedNote.TryParse(Note, out var signed) || !Checkpoint.TryParse(signed.Text, out var head))
            throw new LedgerException("read the ledger's head", path, "The file is no signed head. Run 'exam-monitor-agent verify'.");
        Head = head;
        try
        {
            _hashes = File.OpenHandle(
                Path.Combine(folder, "hashes.bin"),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete
            );
        }
        catch (FileNotFoundException e)
        {
            throw new LedgerException("read the ledger", folder, "hashes.bin is gone. Start the agent; it makes the file again.", e);
        }
    }

    /// <summary>Newest signed head, as it lies there.</summary>
    public string Note { get; }

    /// <summary>The same, read. Its signature is not checked here.</summary>
    public Checkpoint Head { get; }

    /// <summary>Bytes of entries, in order.</summary>
    /// <param name="number">First.</param>
    /// <param name="end">Before this one, at most the head's size.</param>
    public IEnumerable<byte[]> Read(long number, long end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Head.Size);
        return LedgerEntries.Read(_entries, number, end);
    }

    /// <summary>Inclusion file of an entry below <see cref="Head"/>.</summary>
    public InclusionFile Prove(long number) =>
        new(number, MerkleTree.ProveInclusion(number, Head.Size, (start, end) => StoredHashes.Root(start, end, ReadHash)), Note);

    /// <inheritdoc/>
    public void Dispose() => _hashes.Dispose();

    private TreeHash ReadHash(long index)
    {
        Span<byte> bytes = stackalloc byte[TreeHash.Size];
        return RandomAccess.Read(_hashes, bytes, index * TreeHash.Size) == TreeHash.Size
            ? new(bytes)
            : throw new LedgerException(
                "read a hash",
                Path.Combine(_folder, "hashes.bin"),
                "The file is too short. Start the agent; it makes the hashes again from the entries."
            );
    }
}
