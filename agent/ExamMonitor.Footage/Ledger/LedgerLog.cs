using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Footage.Ledger;

/// <summary>What was found wrong when a ledger was opened.</summary>
public enum LedgerDamage
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Fewer entries than the last checkpoint signed.</summary>
    RolledBack,

    /// <summary>The entries do not give the root that the last checkpoint signed.</summary>
    Forked,

    /// <summary>The last checkpoint is unreadable or not signed by this key.</summary>
    ForeignCheckpoint,
}

/// <summary>An append-only Merkle log on disk: entries, stored hashes, the newest signed checkpoint.</summary>
/// <remarks>
/// Order that matters: an entry's line is written before its hashes, both are on the disk before a checkpoint over them is signed. So after any crash the
/// hashes can be made again from the lines, and no signed head ever speaks of an entry that a power cut took away.
/// Safe from any thread; calls are serialized.
/// </remarks>
public sealed partial class LedgerLog : IDisposable
{
    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly string _origin;
    private readonly ECDsa _key;
    private readonly LedgerEntries _entries;
    private readonly SafeFileHandle _hashes;

    private LedgerLog(string folder, string origin, ECDsa key, LedgerEntries entries, SafeFileHandle hashes) =>
        (_folder, _origin, _key, _entries, _hashes) = (folder, origin, key, entries, hashes);

    /// <summary>Entries, ≥ 0.</summary>
    public long Size
    {
        get
        {
            lock (_lock) return _entries.Count;
        }
    }

    /// <summary>What was found wrong at opening. The log goes on being written: recording must not stop, and every reader of its checkpoints sees the break.</summary>
    public LedgerDamage Damage { get; private set; }

    /// <summary>Newest signed checkpoint; null before the first.</summary>
    public string? CheckpointNote { get; private set; }

    /// <summary>Opens or makes a ledger.</summary>
    /// <param name="folder">Ledger folder of the volume.</param>
    /// <param name="keyPath">Private key, outside the volume; made when the ledger has no checkpoint yet.</param>
    /// <param name="origin"><see cref="Checkpoint.OriginOf"/>.</param>
    /// <exception cref="LedgerException">The key or a file is unusable.</exception>
    public static LedgerLog Open(string folder, string keyPath, string origin)
    {
        Directory.CreateDirectory(folder);
        var key = LedgerKey.LoadOrCreate(keyPath, mayCreate: !File.Exists(CheckpointPath(folder)));
        var entries = LedgerEntries.Open(Path.Combine(folder, "entries"));
        var hashes = File.OpenHandle(Path.Combine(folder, "hashes.bin"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var log = new LedgerLog(folder, origin, key, entries, hashes);
        log.Damage = log.Restore();
        log._standardKey = StandardLedgerKey.LoadOrCreate(keyPath, origin, log.CheckpointNote);
        return log;
    }

    /// <summary>Appends an entry and returns its number. It survives the death of the process now, a power cut after <see cref="Sign"/>.</summary>
    /// <param name="entry">1 to 65,536 bytes without a line feed.</param>
    public long Append(ReadOnlySpan<byte> entry)
    {
        lock (_lock)
        {
            var number = _entries.Count;
            _entries.Append(entry);
            try
            {
                AppendHashes(number, MerkleTree.LeafHash(entry));
            }
            catch (IOException)
            {
                // A full disk: whoever asked tries again, and must not find the entry there a second time.
                _entries.TakeBack(entry.Length);
                throw;
            }

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
        lock (_lock) return _entries.Read(number);
    }

    /// <summary>Entries from <paramref name="number"/> to before <paramref name="end"/>, read as they are asked for: memory does not grow with their number.</summary>
    /// <remarks>Appending goes on meanwhile; what was appended is never changed.</remarks>
    public IEnumerable<byte[]> Read(long number, long end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        lock (_lock) RequireSize(end);
        return _entries.Read(number, end);
    }

    /// <summary>At most <paramref name="count"/> entries from <paramref name="number"/> on; none behind the end.</summary>
    public IReadOnlyList<byte[]> ReadSome(long number, int count)
    {
        lock (_lock) return number >= _entries.Count ? [] : [.. _entries.Read(number, Math.Min(_entries.Count, number + count))];
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

    /// <summary>Proof that the first <paramref name="oldSize"/> entries are the beginning of the first <paramref name="newSize"/>.</summary>
    public IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize)
    {
        lock (_lock)
        {
            RequireSize(newSize);
            return MerkleTree.ProveConsistency(oldSize, newSize, (start, end) => StoredHashes.Root(start, end, ReadHash));
        }
    }

    /// <summary>Signs a checkpoint over everything appended so far, and keeps it.</summary>
    /// <returns>The note; the one before when nothing was appended since.</returns>
    public string Sign(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (CheckpointNote is not null && SignedNote.TryParse(CheckpointNote, out var last) && Checkpoint.TryParse(last.Text, out var head) && head.Size == _entries.Count && Damage == LedgerDamage.None) return CheckpointNote;
            _entries.Flush();
            RandomAccess.FlushToDisk(_hashes);
            var checkpoint = new Checkpoint(_origin, _entries.Count, StoredHashes.Root(0, _entries.Count, ReadHash), now.ToUniversalTime());
            var note = SignHead(checkpoint.Format()).Format();
            Keep(note, now);
            return CheckpointNote = note;
        }
    }

    /// <summary>Signs a text that is no head, in the same form and with the same name and key.</summary>
    /// <exception cref="ArgumentException">It is a head, or no text that a note can hold.</exception>
    public string SignNote(string text)
    {
        if (Checkpoint.TryParse(text, out _)) throw new ArgumentException("A head is signed by Sign alone.", nameof(text));
        lock (_lock) return SignedNote.Sign(text, _origin, _key).Format();
    }

    /// <summary>Whether a note was signed with this name and key.</summary>
    public bool IsSigned(SignedNote note)
    {
        lock (_lock) return note.IsSignedBy(_origin, _key);
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
            _key.Dispose();
            _standardKey?.Dispose();
        }
    }

    private static string CheckpointPath(string folder) => Path.Combine(folder, "checkpoint");

    private void RequireSize(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, _entries.Count);
    }

    private TreeHash ReadHash(long index)
    {
        Span<byte> bytes = stackalloc byte[TreeHash.Size];
        var read = RandomAccess.Read(_hashes, bytes, index * TreeHash.Size);
        return read == TreeHash.Size ? new TreeHash(bytes) : throw new LedgerException("read a hash", Path.Combine(_folder, "hashes.bin"), "The file is shorter than it was. Stop the agent; it makes the hashes again from the entries when it starts.");
    }

    private void AppendHashes(long number, TreeHash leaf)
    {
        var at = StoredHashes.CountFor(number) * TreeHash.Size;
        foreach (var hash in StoredHashes.ForAppended(number, leaf, ReadHash))
        {
            RandomAccess.Write(_hashes, hash.ToArray(), at);
            at += TreeHash.Size;
        }
    }

    /// <summary>Compares with the last checkpoint, and makes the hashes after it again: only what it covers is known to have reached the disk.</summary>
    private LedgerDamage Restore()
    {
        var head = ReadCheckpoint(out var damage);
        RestoreHashes(head?.Size ?? 0);
        if (head is null) return damage;
        if (head.Size > _entries.Count) return LedgerDamage.RolledBack;
        return StoredHashes.Root(0, head.Size, ReadHash) == head.Root ? LedgerDamage.None : LedgerDamage.Forked;
    }

    private void RestoreHashes(long trusted)
    {
        var known = RandomAccess.GetLength(_hashes) / TreeHash.Size;
        var (leaves, above) = (0L, Math.Min(trusted, _entries.Count) + 1);
        // The largest number of leaves whose hashes are all there.
        while (above - leaves > 1)
        {
            var middle = leaves + ((above - leaves) / 2);
            if (StoredHashes.CountFor(middle) <= known) leaves = middle;
            else above = middle;
        }

        RandomAccess.SetLength(_hashes, StoredHashes.CountFor(leaves) * TreeHash.Size);
        var writer = new StoredHashWriter(_hashes, leaves, ReadHash);
        foreach (var entry in _entries.Read(leaves, _entries.Count)) writer.Append(MerkleTree.LeafHash(entry));
        writer.Flush();
    }

    private Checkpoint? ReadCheckpoint(out LedgerDamage damage)
    {
        damage = LedgerDamage.None;
        var path = CheckpointPath(_folder);
        if (!File.Exists(path)) return null;
        damage = LedgerDamage.ForeignCheckpoint;
        if (new FileInfo(path).Length > SignedNote.MaxLength) return null;
        var text = File.ReadAllText(path, Encoding.UTF8);
        if (!SignedNote.TryParse(text, out var note) || !note.IsSignedBy(_origin, _key) || !Checkpoint.TryParse(note.Text, out var head)) return null;
        damage = LedgerDamage.None;
        CheckpointNote = text;
        return head;
    }

    private void Keep(string note, DateTimeOffset now)
    {
        // The open files go on when their disk is unmounted; by path, another disk would be written.
        var hashes = new FileInfo(Path.Combine(_folder, "hashes.bin"));
        if (!hashes.Exists || hashes.Length != RandomAccess.GetLength(_hashes))
            throw new LedgerException("keep a signed head", _folder, "The ledger that is open does not lie here any more. Mount the footage disk.");
        var day = Path.Combine(_folder, "checkpoints", now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) + ".txt");
        DayHeads.Append(day, note);
        var part = CheckpointPath(_folder) + ".part";
        using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.UTF8.GetBytes(note));
            file.Flush(flushToDisk: true);
        }

        File.Move(part, CheckpointPath(_folder), overwrite: true);
    }
}
