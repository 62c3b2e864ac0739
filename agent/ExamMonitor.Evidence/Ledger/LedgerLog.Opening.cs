using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Verification;

namespace ExamMonitor.Evidence.Ledger;

/// <content>Opening: what of a ledger on the disk is believed, and why. The attacks are argued in decision 0130.</content>
public sealed partial class LedgerLog
{
    private const string HashesName = "hashes.bin";

    /// <summary>Opens or makes a ledger.</summary>
    /// <param name="folder">Ledger folder of the volume.</param>
    /// <param name="keyPath">Private key, outside the volume; made when there is no ledger yet.</param>
    /// <param name="origin"><see cref="Checkpoint.OriginOf"/>.</param>
    /// <param name="anchorPath">File outside the volume that holds the newest head, so that an older volume is noticed; null for
    /// none.</param>
    /// <exception cref="LedgerException">The key or a file is unusable.</exception>
    public static LedgerLog Open(string folder, string keyPath, string origin, string? anchorPath = null) =>
        Open(folder, keyPath, origin, anchorPath, null);

    /// <summary>
    /// Opens a ledger for a command: what is wrong with its heads is found, and left as it is for the agent to find.
    /// </summary>
    /// <inheritdoc cref="Open(string, string, string, string?)"/>
    public static LedgerLog OpenForCommand(string folder, string keyPath, string origin, string? anchorPath = null) =>
        Open(folder, keyPath, origin, anchorPath, null, mend: !LedgerHeads.HasHistory(folder, anchorPath));

    /// <summary>Opens a ledger, or goes on with it under a new key.</summary>
    /// <param name="folder">Ledger folder of the volume.</param>
    /// <param name="keyPath">Private key.</param>
    /// <param name="origin">Origin of the heads.</param>
    /// <param name="anchorPath">Memory of the newest head; null for none.</param>
    /// <param name="mend">Whether heads and memory are put back where they are missing.</param>
    /// <param name="continued">Head of the key before, from which a new key goes on; null when the key was not replaced just now.</param>
    internal static LedgerLog Open(string folder, string keyPath, string origin, string? anchorPath, KeptHead? continued, bool mend = true)
    {
        Directory.CreateDirectory(folder);
        RequireOrdinary(folder);
        var key = LedgerKey.LoadOrCreate(keyPath, mayCreate: !LedgerHeads.HasHistory(folder, anchorPath));
        var log = new LedgerLog(folder, origin, keyPath, anchorPath, key);
        log.OpenHere(continued, mend);
        log._standardKey = StandardLedgerKey.LoadOrCreate(keyPath, origin, log.CheckpointNote);
        return log;
    }

    /// <summary>A pipe in the place of a file would hold the start up for ever, and a link lead it elsewhere.</summary>
    private static void RequireOrdinary(string folder)
    {
        var files = new[] { folder, Path.Combine(folder, "entries"), Path.Combine(folder, "checkpoints") }
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateFiles);
        if (files.FirstOrDefault(PlainFiles.IsStrange) is { } strange)
            throw new LedgerException(
                "open the ledger",
                strange,
                "A link, a pipe or a device lies there: somebody put it there. Take it away, and restore the file from the archive tier "
                    + "or a backup."
            );
    }

    /// <summary>Opens the files that lie at the ledger's place now, and judges them.</summary>
    private void OpenHere(KeptHead? continued, bool mend = true)
    {
        _heads = new LedgerHeads(_folder, _anchorPath, _origin, _key) { SignedBefore = KeyReplacement.SignedBefore(_keyPath) };
        _heads.Read();
        if (continued is not null)
            _heads.Continue(continued);
        _entries = LedgerEntries.Open(Path.Combine(_folder, "entries"), _heads.Best?.Head.Size ?? 0);
        var path = Path.Combine(_folder, HashesName);
        var had = File.Exists(path);
        _hashes = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        // The names of new files are on the disk before a head speaks of what is in them: a file that is gone later did not go by a power
        // cut.
        if (!had)
            DiskFlush.Folder(_folder);
        var findings = new List<LedgerFinding>(_heads.Findings);
        Restore(had, _anchorPath is not null, findings);
        foreach (var kept in Quarantine.Files(_folder))
            findings.Add(new(LedgerDamage.UnprovedEntries, kept));
        if (KeyReplacement.FindUnproved(_keyPath, _entries.Count, _entries.Read) is { } replaced)
            findings.Add(new(LedgerDamage.KeyUnproved, "key", replaced));
        Findings = [.. findings.DistinctBy(f => (f.Kind, f.Subject)).OrderBy(f => f.Kind)];
        _peaks.Clear();
        _peaks.AddRange(StoredHashes.Peaks(_entries.Count, ReadHash));
        if (mend && MaySign)
            MendHeads(_anchorPath is not null);
    }

    /// <summary>The hashes below the newest head must give its root, and what lies behind it must bear this agent's tags.</summary>
    private void Restore(bool hadHashes, bool hasAnchor, List<LedgerFinding> findings)
    {
        var best = _heads.Best;
        CheckpointNote = best?.Note;
        var signed = Math.Min(best?.Head.Size ?? 0, _entries.Count);
        if (best is not null && best.Head.Size > _entries.Count)
            findings.Add(new(LedgerDamage.RolledBack, "entries", _entries.Count, best.Head.Size - _entries.Count));
        RestoreSigned(signed, hadHashes, findings);
        IsOfBeforeTags = signed > 0 && !IsTagged(signed);
        if (!findings.Exists(f => f.StopsSigning) && !GiveKnownRoots(signed, findings))
            findings.Add(new(LedgerDamage.Forked, "entries"));
        var stopped = findings.Exists(f => f.StopsSigning);
        var proved = RestoreTail(signed, checkTags: !stopped);
        // Without a head, the memory beside the key tells a young ledger from one whose heads were taken away.
        var headless = hasAnchor && best is null && _entries.Count > 0 && !_heads.HasAnchor && !stopped;
        if (headless)
            findings.Add(new(LedgerDamage.HeadsMissing, "checkpoint", 0, proved == 0 ? _entries.Count : 0));
        if (hasAnchor && !_heads.HasAnchor && best is not null && IsTagged(signed))
            findings.Add(new(LedgerDamage.AnchorMissing, "checkpoint"));
        if (proved == _entries.Count || stopped)
            return;
        if (headless && proved == 0)
        {
            // Nothing at all is proved: it is left where it lies, so that the heads can be put back.
            RestoreTail(0, checkTags: false);
            return;
        }

        var count = _entries.Count - proved;
        findings.Add(new(LedgerDamage.UnprovedEntries, $"{Quarantine.Name}/{_entries.PutAside(proved, _folder)}", proved, count));
    }

    /// <summary>Believes the stored hashes when they give the root that was signed; otherwise makes them again from the entries.</summary>
    private void RestoreSigned(long signed, bool hadHashes, List<LedgerFinding> findings)
    {
        if (signed == 0)
        {
            RandomAccess.SetLength(_hashes, 0);
            return;
        }

        var whole = _heads.Best!.Head is { } head && head.Size == signed;
        var isShort = RandomAccess.GetLength(_hashes) < StoredHashes.CountFor(signed) * TreeHash.Size;
        if (!isShort && whole && StoredHashes.Root(0, signed, ReadHash) == _heads.Best.Head.Root)
            return;
        MakeHashes(signed);
        if (!whole)
            return;
        if (StoredHashes.Root(0, signed, ReadHash) != _heads.Best.Head.Root)
            findings.Add(new(LedgerDamage.Forked, "entries"));
        else
            findings.Add(new(hadHashes ? LedgerDamage.HashesChanged : LedgerDamage.HashesMissing, HashesName));
    }

    /// <summary>Whether every head that is known follows.</summary>
    /// <remarks>A stored hash that the newest one has no question for may be the one that is wrong: then the entries are asked.</remarks>
    private bool GiveKnownRoots(long signed, List<LedgerFinding> findings)
    {
        if (_heads.Known.All(h => StoredHashes.Root(0, h.Size, ReadHash) == h.Root))
            return true;
        MakeHashes(signed);
        if (!_heads.Known.All(h => StoredHashes.Root(0, h.Size, ReadHash) == h.Root))
            return false;
        findings.Add(new(LedgerDamage.HashesChanged, HashesName));
        return true;
    }

    private void MakeHashes(long count)
    {
        RandomAccess.SetLength(_hashes, 0);
        var writer = new StoredHashWriter(_hashes, 0, ReadHash);
        foreach (var entry in _entries.Read(0, count))
            writer.Append(MerkleTree.LeafHash(entry));
        writer.Flush();
    }

    /// <summary>Hashes what lies behind the newest head, as far as it is proved.</summary>
    /// <returns>Entries that are proved: all, or up to the first whose tag is wrong.</returns>
    private long RestoreTail(long signed, bool checkTags)
    {
        RandomAccess.SetLength(_hashes, StoredHashes.CountFor(signed) * TreeHash.Size);
        var writer = new StoredHashWriter(_hashes, signed, ReadHash);
        _lastLeaf = signed == 0 ? MerkleTree.EmptyRoot : ReadHash(StoredHashes.IndexOf(0, signed - 1));
        var number = signed;
        foreach (var entry in _entries.Read(signed, _entries.Count))
        {
            if (checkTags && !_tags.Check(number, _lastLeaf, entry) && !(number == signed && CheckAfterStored(number, entry)))
                break;
            _lastLeaf = MerkleTree.LeafHash(entry);
            writer.Append(_lastLeaf);
            number++;
        }

        writer.Flush();
        return number;
    }

    /// <summary>The stored hash of the last signed entry may be the one that is wrong: its bytes are asked, too.</summary>
    private bool CheckAfterStored(long number, byte[] entry) =>
        number > 0 && _tags.Check(number, MerkleTree.LeafHash(_entries.Read(number - 1)), entry);

    private bool IsTagged(long signed) => signed > 0 && EntryTags.IsTagged(_entries.Read(signed - 1));

    private void MendHeads(bool hasAnchor)
    {
        _heads.Mend();
        var isOnDisk = _heads.TryFinish();
        if (!hasAnchor || !isOnDisk)
            return;
        if (_heads.Best is { } best)
            _heads.Remember(best);
        else if (_entries.Count == 0 || !_heads.HasAnchor)
            _heads.Remember(Begin());
    }

    /// <summary>A head of no entry: from here on, entries without a head, or none at all, are not a beginning.</summary>
    private KeptHead Begin()
    {
        var head = new Checkpoint(_origin, 0, MerkleTree.EmptyRoot, DateTimeOffset.UnixEpoch);
        return new(head, SignedNote.Sign(head.Format(), _origin, _key).Format());
    }
}
