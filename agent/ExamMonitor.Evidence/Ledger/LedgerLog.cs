using System.Security.Cryptography;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>An append-only Merkle log on disk: entries, stored hashes, the newest signed checkpoint.</summary>
/// <remarks>
/// Order that matters: an entry's line is written before its hashes, both are on the disk before a checkpoint over them is signed. So after
/// any crash the
/// hashes can be made again from the lines, and no signed head ever speaks of an entry that a power cut took away.
/// Every entry bears a tag that only this key makes; what lies behind the newest head at opening counts by its tags alone. Nothing is
/// signed over what does not verify. Safe from any thread; calls are serialized.
/// </remarks>
public sealed partial class LedgerLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly string _origin;
    private readonly string _keyPath;
    private readonly string? _anchorPath;
    private readonly ECDsa _key;
    private readonly EntryTags _tags;

    // Another three when the disk was mounted anew: see Reopen.
    private LedgerEntries _entries = null!;
    private SafeFileHandle _hashes = null!;
    private LedgerHeads _heads = null!;

    // Roots of the complete subtrees on the right edge, largest first. What is signed is made of them, and not of what the file gives back
    // later.
    private readonly List<TreeHash> _peaks = [];
    private TreeHash _lastLeaf = MerkleTree.EmptyRoot;

    private LedgerLog(string folder, string origin, string keyPath, string? anchorPath, ECDsa key) =>
        (_folder, _origin, _keyPath, _anchorPath, _key, _tags) = (folder, origin, keyPath, anchorPath, key, new(key, origin));

    /// <summary>Entries, ≥ 0.</summary>
    public long Size
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>The weightiest thing that was found wrong. The log goes on being written: recording must not stop.</summary>
    public LedgerDamage Damage => Findings is [var first, ..] ? first.Kind : LedgerDamage.None;

    /// <summary>All that was found wrong at opening and since, the weightiest first.</summary>
    public IReadOnlyList<LedgerFinding> Findings { get; private set; } = [];

    /// <summary>
    /// Whether heads are signed. Not over a history that is not the one that was signed before: entries wait, with their tags, until a
    /// person has mended it.
    /// </summary>
    public bool MaySign => !Findings.Any(f => f.StopsSigning);

    /// <summary>
    /// Whether the newest signed entry at opening was written before entries had tags: true at the first start of this version on an older
    /// ledger, and never again.
    /// </summary>
    public bool IsOfBeforeTags { get; private set; }

    /// <summary>Newest signed checkpoint; null before the first.</summary>
    public string? CheckpointNote { get; private set; }

    /// <summary>
    /// Appends an entry and returns its number. It survives the death of the process now, a power cut after <see cref="Sign"/>.
    /// </summary>
    /// <param name="entry">A JSON object of at most 65,505 bytes, without a line feed; its tag is added here as its last member.</param>
    /// <param name="generation">What the caller knows of the ledger is of this <see cref="Generation"/>; null when it knows
    /// nothing.</param>
    /// <exception cref="LedgerException">The ledger that is open does not lie at its place any more, or was opened anew.</exception>
    public long Append(ReadOnlySpan<byte> entry, int? generation = null)
    {
        if (entry is [] or not [.., (byte)'}'])
            throw new ArgumentException("An entry is a JSON object.", nameof(entry));
        lock (_lock)
        {
            RequireItsPlace("append an entry");
            if (generation is { } known && known != Generation)
                throw new LedgerException(
                    "append an entry",
                    _folder,
                    "The ledger was opened anew meanwhile; what is lost is entered first."
                );
            var number = _entries.Count;
            var line = _tags.Seal(number, _lastLeaf, entry);
            var leaf = MerkleTree.LeafHash(line);
            _entries.Append(line);
            try
            {
                AppendHashes(number, leaf);
            }
            catch (IOException)
            {
                // A full disk: whoever asked tries again, and must not find the entry there a second time.
                _entries.TakeBack(line.Length);
                throw;
            }

            _lastLeaf = leaf;
            return number;
        }
    }

    /// <summary>Root over the first <paramref name="size"/> entries.</summary>
    public TreeHash Root(long size)
    {
        lock (_lock)
        {
            RequireSize(size);
            return StoredHashes.Root(0, size, ReadHash);
        }
    }

    /// <summary>Bytes of an entry.</summary>
    public byte[] Read(long number)
    {
        lock (_lock)
            return _entries.Read(number);
    }

    /// <summary>
    /// Bytes of an entry as they stand on the disk, when the newest signed head covers them; null when it covers others. An entry behind
    /// that head was authenticated by its tag when the ledger was opened, or written since.
    /// </summary>
    /// <exception cref="IOException">The ledger cannot be read.</exception>
    public byte[]? ReadProved(long number)
    {
        lock (_lock)
        {
            if (number < 0 || number >= _entries.Count)
                return null;
            var entry = _entries.Read(number);
            if (_heads.Best?.Head is not { } head || number >= head.Size)
                return entry;
            var proof = MerkleTree.ProveInclusion(number, head.Size, (start, end) => StoredHashes.Root(start, end, ReadHash));
            return MerkleTree.CheckInclusion(number, MerkleTree.LeafHash(entry), head.Size, head.Root, proof) ? entry : null;
        }
    }

    /// <summary>
    /// Entries from <paramref name="number"/> to before <paramref name="end"/>, read as they are asked for: memory does not grow with their
    /// number.
    /// </summary>
    /// <remarks>Appending goes on meanwhile; what was appended is never changed.</remarks>
    public IEnumerable<byte[]> Read(long number, long end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        lock (_lock)
            RequireSize(end);
        return _entries.Read(number, end);
    }

    /// <summary>At most <paramref name="count"/> entries from <paramref name="number"/> on; none behind the end.</summary>
    public IReadOnlyList<byte[]> ReadSome(long number, int count)
    {
        lock (_lock)
            return number >= _entries.Count ? [] : [.. _entries.Read(number, Math.Min(_entries.Count, number + count))];
    }

    /// <summary>Proof that an entry stands in the first <paramref name="size"/> entries.</summary>
    public IReadOnlyList<TreeHash> ProveInclusion(long number, long size)
    {
        lock (_lock)
        {
            RequireSize(size);
            return MerkleTree.ProveInclusion(number, size, (start, end) => StoredHashes.Root(start, end, ReadHash));
        }
    }

    /// <summary>
    /// Proof that the first <paramref name="oldSize"/> entries are the beginning of the first <paramref name="newSize"/>.
    /// </summary>
    public IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize)
    {
        lock (_lock)
        {
            RequireSize(newSize);
            return MerkleTree.ProveConsistency(oldSize, newSize, (start, end) => StoredHashes.Root(start, end, ReadHash));
        }
    }

    /// <summary>
    /// Signs a checkpoint over everything appended so far, and keeps it. The first of a day is over one entry more, which says how far the
    /// file of heads before goes.
    /// </summary>
    /// <returns>The note; the one before when nothing was appended since.</returns>
    /// <exception cref="LedgerException">The history below is not the one that was signed: see <see cref="MaySign"/>.</exception>
    public string Sign(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!MaySign)
                throw new LedgerException(
                    "sign a head",
                    _folder,
                    "What lies below the last head is not what was signed. See the agent's problems; restore the ledger's files, then start "
                        + "the agent again."
                );
            if (CheckpointNote is { } last && _heads.Best?.Head.Size == _entries.Count)
                return last;
            RequireItsPlace("sign a head");
            NameHeads(now);
            RequireRoot();
            Flush();
            var checkpoint = new Checkpoint(_origin, _entries.Count, PeakRoot(), now.ToUniversalTime());
            var note = SignHead(checkpoint.Format()).Format();
            RequireItsPlace("keep a signed head");
            _heads.Keep(new(checkpoint, note));
            return CheckpointNote = note;
        }
    }

    /// <summary>
    /// Enters the file of heads that a head of now would leave behind, unless that is the newest entry: a crash came before the head.
    /// </summary>
    /// <returns>Whether an entry was made.</returns>
    internal bool NameHeads(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_heads.Before(now) is not { } before || DayHeadsNote.Of(_entries.Read(_entries.Count - 1))?.File == before.File)
                return false;
            Append(before.Format(now.ToUniversalTime()));
            return true;
        }
    }

    /// <summary>Puts everything that was appended on the disk, without a head over it.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            _entries.Flush();
            DiskFlush.File(_hashes, Path.Combine(_folder, HashesName));
        }
    }

    /// <summary>Takes in what somebody who read the ledger again found.</summary>
    /// <returns>Whether it is new: the same finding counts once.</returns>
    public bool Report(LedgerFinding finding)
    {
        lock (_lock)
        {
            if (Findings.Any(f => f.Kind == finding.Kind && f.Subject == finding.Subject))
                return false;
            Findings = [.. Findings.Append(finding).OrderBy(f => f.Kind)];
            return true;
        }
    }

    /// <summary>Signs a text that is no head, in the same form and with the same name and key.</summary>
    /// <exception cref="ArgumentException">It is a head, or no text that a note can hold.</exception>
    public string SignNote(string text)
    {
        if (Checkpoint.TryParse(text, out _))
            throw new ArgumentException("A head is signed by Sign alone.", nameof(text));
        lock (_lock)
            return SignedNote.Sign(text, _origin, _key).Format();
    }

    /// <summary>Whether a note was signed with this name and key.</summary>
    public bool IsSigned(SignedNote note)
    {
        lock (_lock)
            return note.IsSignedBy(_origin, _key);
    }

    /// <summary>Public key, SubjectPublicKeyInfo, PEM.</summary>
    public string ExportPublicKey() => _key.ExportSubjectPublicKeyInfoPem() + "\n";

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _entries.Dispose();
            _hashes.Dispose();
            _tags.Dispose();
            _key.Dispose();
            _standardKey?.Dispose();
        }
    }

    private void RequireSize(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, _entries.Count);
    }

    private TreeHash ReadHash(long index)
    {
        Span<byte> bytes = stackalloc byte[TreeHash.Size];
        if (_hashes.IsClosed)
            throw Elsewhere("read a hash");
        var read = RandomAccess.Read(_hashes, bytes, index * TreeHash.Size);
        return read == TreeHash.Size
            ? new TreeHash(bytes)
            : throw new LedgerException(
                "read a hash",
                Path.Combine(_folder, HashesName),
                "The file is shorter than it was. Stop the agent; it makes the hashes again from the entries when it starts."
            );
    }

    private void AppendHashes(long number, TreeHash leaf)
    {
        var added = StoredHashes.ForPeaks(number, leaf, _peaks);
        var bytes = new byte[added.Count * TreeHash.Size];
        for (var i = 0; i < added.Count; i++)
            added[i].CopyTo(bytes.AsSpan(i * TreeHash.Size));
        RandomAccess.Write(_hashes, bytes, StoredHashes.CountFor(number) * TreeHash.Size);
        _peaks.RemoveRange(_peaks.Count - (added.Count - 1), added.Count - 1);
        _peaks.Add(added[^1]);
    }

    private TreeHash PeakRoot() =>
        _peaks.Count == 0
            ? MerkleTree.EmptyRoot
            : _peaks.AsEnumerable().Reverse().Aggregate((right, left) => MerkleTree.NodeHash(left, right));

    /// <summary>
    /// The stored hashes must give the root that was made while the entries were written; otherwise they are made again, and the entries
    /// asked.
    /// </summary>
    private void RequireRoot()
    {
        var root = PeakRoot();
        if (StoredHashes.Root(0, _entries.Count, ReadHash) == root)
            return;
        Report(new(LedgerDamage.HashesChanged, HashesName));
        MakeHashes(_entries.Count);
        if (StoredHashes.Root(0, _entries.Count, ReadHash) == root)
            return;
        Report(new(LedgerDamage.Forked, "entries"));
        throw new LedgerException(
            "sign a head",
            _folder,
            "The entries on the disk are not those that were written. See the agent's problems; restore the ledger's files, then start "
                + "the agent again."
        );
    }
}
