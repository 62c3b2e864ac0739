using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Ledger;

/// <content>Reads what was written again, beside the writing: what is below the number of entries at the beginning never changes.</content>
public sealed partial class LedgerLog
{
    /// <summary>Files of entries.</summary>
    public long Blocks => (Size + LedgerEntries.PerFile - 1) / LedgerEntries.PerFile;

    /// <summary>
    /// Compares a file of entries with the stored hashes. Hashes that are wrong while the entries are right are made again.
    /// </summary>
    /// <param name="block">From 0, below <see cref="Blocks"/>; in this order, since the hashes above a file are made from those before
    /// it.</param>
    /// <returns>What is wrong, with files of heads that its entries speak of, too.</returns>
    public IReadOnlyList<LedgerFinding> CheckBlock(long block)
    {
        var notes = new List<DayHeadsNote>();
        return
        [
            .. CheckEntries(block, notes),
            .. notes.Where(n => !IsThere(n)).Select(n => new LedgerFinding(LedgerDamage.DayHeadsShortened, n.File)),
        ];
    }

    private IReadOnlyList<LedgerFinding> CheckEntries(long block, List<DayHeadsNote> notes)
    {
        var start = block * LedgerEntries.PerFile;
        var end = Math.Min(Size, start + LedgerEntries.PerFile);
        var subject = string.Create(CultureInfo.InvariantCulture, $"entries/{start:D12}.jsonl");
        var leaves = new List<TreeHash>();
        try
        {
            foreach (var entry in _entries.Read(start, end))
            {
                leaves.Add(MerkleTree.LeafHash(entry));
                if (DayHeadsNote.Of(entry) is { } note)
                    notes.Add(note);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Entries are read by path: of another disk, nothing is known by them.
            RequireItsPlace("read the ledger again");
            return [new(LedgerDamage.EntryChanged, subject, start + leaves.Count, end - start - leaves.Count)];
        }

        RequireItsPlace("read the ledger again");
        var stored = ReadRegion(start, end);
        var made = MakeRegion(start, leaves);
        if (stored.SequenceEqual(made))
            return [];
        var kept = Enumerable
            .Range(0, leaves.Count)
            .Select(i => stored[(int)(StoredHashes.IndexOf(0, start + i) - StoredHashes.CountFor(start))])
            .ToList();
        var changed = Enumerable.Range(0, leaves.Count).Where(i => kept[i] != leaves[i]).ToList();
        // Entries are right when they give the same top; hashes are right when they give themselves.
        var entriesHold = PeaksOf(made, start, end).SequenceEqual(PeaksOf(stored, start, end));
        if (!entriesHold && changed.Count > 0)
            return [new(LedgerDamage.EntryChanged, subject, start + changed[0], changed.Count)];
        Rewrite(start, made);
        return [new(LedgerDamage.HashesChanged, HashesName, start)];
    }

    /// <summary>Names of the files of heads by day, newest first.</summary>
    public IReadOnlyList<string> HeadFiles() =>
        Directory.Exists(Path.Combine(_folder, "checkpoints"))
            ?
            [
                .. Directory
                    .GetFiles(Path.Combine(_folder, "checkpoints"), "*.txt")
                    .Select(f => Path.GetFileName(f)!)
                    .OrderDescending(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>Checks every head of a day: its signature, and its root by the stored hashes.</summary>
    /// <param name="name">One of <see cref="HeadFiles"/>.</param>
    /// <returns>What is wrong.</returns>
    public IReadOnlyList<LedgerFinding> CheckHeads(string name)
    {
        var subject = "checkpoints/" + name;
        string text;
        try
        {
            text = File.ReadAllText(Path.Combine(_folder, "checkpoints", name), Encoding.UTF8);
        }
        catch (FileNotFoundException)
        {
            return [new(LedgerDamage.DayHeadsShortened, subject)];
        }

        var size = Size;
        foreach (var note in DayHeads.Split(text))
        {
            if (!SignedNote.TryParse(note, out var signed) || !IsSigned(signed) || !Checkpoint.TryParse(signed.Text, out var head))
                return [new(LedgerDamage.DayHeadsShortened, subject)];
            if (head.Size > size)
                return [new(LedgerDamage.RolledBack, "entries", size, head.Size - size)];
            if (StoredHashes.Root(0, head.Size, ReadHash) != head.Root)
                return [new(LedgerDamage.Forked, "entries", head.Size)];
        }

        return [];
    }

    private bool IsThere(DayHeadsNote note)
    {
        try
        {
            return DayHeads.LargestIn(File.ReadAllText(Path.Combine(_folder, note.File), Encoding.UTF8)) >= note.Size;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>
    /// A file begins at a multiple of its length: its hashes lie in the order of a tree of its own, those of larger subtrees behind them.
    /// </summary>
    private static IEnumerable<TreeHash> PeaksOf(List<TreeHash> region, long start, long end) =>
        StoredHashes.Peaks(end - start, i => region[(int)i]);

    private List<TreeHash> MakeRegion(long start, List<TreeHash> leaves)
    {
        var peaks = StoredHashes.Peaks(start, ReadHash).ToList();
        var region = new List<TreeHash>();
        for (var i = 0; i < leaves.Count; i++)
        {
            var added = StoredHashes.ForPeaks(start + i, leaves[i], peaks);
            region.AddRange(added);
            peaks.RemoveRange(peaks.Count - (added.Count - 1), added.Count - 1);
            peaks.Add(added[^1]);
        }

        return region;
    }

    private List<TreeHash> ReadRegion(long start, long end)
    {
        var (from, to) = (StoredHashes.CountFor(start), StoredHashes.CountFor(end));
        var bytes = new byte[(to - from) * TreeHash.Size];
        var read = RandomAccess.Read(_hashes, bytes, from * TreeHash.Size);
        return
        [
            .. Enumerable
                .Range(0, (int)(to - from))
                .Select(i => (i + 1) * TreeHash.Size <= read ? new TreeHash(bytes.AsSpan(i * TreeHash.Size, TreeHash.Size)) : default),
        ];
    }

    private void Rewrite(long start, List<TreeHash> region)
    {
        var bytes = new byte[region.Count * TreeHash.Size];
        for (var i = 0; i < region.Count; i++)
            region[i].CopyTo(bytes.AsSpan(i * TreeHash.Size));
        RandomAccess.Write(_hashes, bytes, StoredHashes.CountFor(start) * TreeHash.Size);
    }
}
