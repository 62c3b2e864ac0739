using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Footage.Ledger;

namespace ExamMonitor.Footage.Verification;

/// <summary>Reads a ledger folder from outside, changing nothing: entries, order, heads.</summary>
/// <remarks>Hashes are made again from the entries' bytes; the stored ones are not believed. Memory is that of one peak per level and one line per held segment.</remarks>
/// <param name="folder">Ledger folder.</param>
/// <param name="terms">What to verify against.</param>
internal sealed class LedgerAudit(string folder, VerificationTerms terms)
{
    private readonly AnchorAudit _anchors = new(folder, terms);
    private readonly PolicyAudit _policy = new(folder, terms);
    private readonly HashSet<(long, TreeHash)> _held = [];
    private readonly List<VerificationFinding> _findings = [];
    private readonly Dictionary<(string, string), (long Number, long Leaf)> _last = [];
    private readonly List<TreeHash> _peaks = [];

    public IReadOnlyList<VerificationFinding> Findings => _findings;

    /// <summary>Segments that must be there, by path; destroyed ones are taken out by their destruction.</summary>
    public Dictionary<string, HeldSegment> Segments { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<VerifiedAnchor> Anchors { get; private set; } = [];

    /// <summary>Segments of <see cref="Segments"/> whose file was taken from the volume because a proved copy lies on the second tier.</summary>
    public HashSet<string> OnSecondTier { get; } = new(StringComparer.Ordinal);

    /// <summary>What the witnesses of the policy say; null without a policy.</summary>
    public PolicyReport? Policy { get; private set; }

    public long Entries { get; private set; }

    public int Heads { get; private set; }

    public Checkpoint? Newest { get; private set; }

    public void Run(CancellationToken cancellationToken)
    {
        var heads = ReadHeads();
        var next = 0;
        foreach (var line in EntryLines())
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (next < heads.Count && heads[next].Size == Entries) CheckHead(heads[next++]);
            AddLeaf(MerkleTree.LeafHash(line.Span));
            Read(line.Span);
            Entries++;
        }

        while (next < heads.Count && heads[next].Size == Entries) CheckHead(heads[next++]);
        for (; next < heads.Count; next++) Find(FindingKind.RolledBack, "ledger", $"The head of {heads[next].Time:u} speaks of {heads[next].Size} entries; there are {Entries}.");
        if (heads.Count == 0) Find(FindingKind.NotSigned, "ledger", "There is no head signed by this key: nothing vouches for the entries.");
        Anchors = _anchors.Run(_held);
        _findings.AddRange(_anchors.Findings);
        Policy = _policy.Run(_held);
        _findings.AddRange(_policy.Findings);
    }

    private void Find(FindingKind kind, string subject, string text) => _findings.Add(new(kind, subject, text));

    private List<Checkpoint> ReadHeads()
    {
        var heads = new List<Checkpoint>();
        var files = Directory.Exists(Path.Combine(folder, "checkpoints")) ? Directory.GetFiles(Path.Combine(folder, "checkpoints"), "*.txt") : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            foreach (var note in DayHeads.Split(File.ReadAllText(file, Encoding.UTF8))) ReadHead(note, Path.GetFileName(file), heads);
        }

        var newest = Path.Combine(folder, "checkpoint");
        if (File.Exists(newest) && new FileInfo(newest).Length <= SignedNote.MaxLength) ReadHead(File.ReadAllText(newest, Encoding.UTF8), "checkpoint", heads);
        foreach (var outside in terms.KnownHeads ?? []) ReadHead(outside, "known head", heads);
        foreach (var stamped in _anchors.Notes()) ReadHead(stamped, "stamped head", heads);
        // A cosigned head stands in the file of its day, too; only one that does not is verified once more.
        var known = heads.ToHashSet();
        foreach (var (text, where) in PolicyAudit.Cosigned(folder))
        {
            if (!SignedNote.TryParse(text, out var note) || !Checkpoint.TryParse(note.Text, out var head) || !known.Contains(head)) ReadHead(text, where, heads);
        }

        return [.. heads.Distinct().OrderBy(h => h.Size).ThenBy(h => h.Time)];
    }

    private void ReadHead(string text, string where, List<Checkpoint> heads)
    {
        if (!SignedNote.TryParse(text, out var note) || !Checkpoint.TryParse(note.Text, out var head) || (terms.Origin is { } origin && head.Origin != origin)) Find(FindingKind.HeadUnreadable, where, "A head is not in the format, or of another agent.");
        else if (!note.IsSignedBy(head.Origin, terms.PublicKey)) Find(FindingKind.WrongKey, where, $"The head of {head.Time:u} over {head.Size} entries is not signed by the given key.");
        else heads.Add(head);
    }

    private void CheckHead(Checkpoint head)
    {
        if (head.Root != Root())
        {
            Find(FindingKind.Forked, "ledger", $"The first {head.Size} entries are not those that were signed on {head.Time:u}.");
            return;
        }

        Heads++;
        _held.Add((head.Size, head.Root));
        Newest = head;
    }

    private IEnumerable<ReadOnlyMemory<byte>> EntryLines()
    {
        var entries = Path.Combine(folder, "entries");
        if (!Directory.Exists(entries)) yield break;
        foreach (var file in Directory.GetFiles(entries, "*.jsonl").Order(StringComparer.Ordinal))
        {
            using var reader = new LineReader(file);
            while (reader.TryRead(out var line)) yield return line;
        }
    }

    private void AddLeaf(TreeHash hash)
    {
        // Peaks of the complete subtrees, largest first: one for each bit that is set in the number of entries.
        for (var n = Entries; (n & 1) == 1; n >>= 1)
        {
            hash = MerkleTree.NodeHash(_peaks[^1], hash);
            _peaks.RemoveAt(_peaks.Count - 1);
        }

        _peaks.Add(hash);
    }

    private TreeHash Root()
    {
        if (_peaks.Count == 0) return MerkleTree.EmptyRoot;
        var root = _peaks[^1];
        for (var i = _peaks.Count - 2; i >= 0; i--) root = MerkleTree.NodeHash(_peaks[i], root);
        return root;
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        if (LedgerEntry.Parse(line) is not { } entry)
        {
            Find(FindingKind.EntryUnreadable, $"entry {Entries}", "The entry is not in the format.");
            return;
        }

        if (entry.Kind is LedgerEntry.Segment or LedgerEntry.Gap) CheckOrder(entry);
        if (entry.Kind == LedgerEntry.Segment && HeldSegment.TryRead(entry, out var path, out var segment)) Segments[path] = segment;
        else if (entry.Kind == LedgerEntry.Segment) Find(FindingKind.EntryUnreadable, $"entry {Entries}", "The segment's entry lacks its path, size or hash.");
        if (entry.Kind == LedgerEntry.Anchor) _anchors.Expect(entry);
        if (entry.Kind == LedgerEntry.Destruction && entry.Facts?.GetValueOrDefault("path") is { } gone) Segments.Remove(gone);
        if (entry.Kind == "local-removed" && entry.Facts?.GetValueOrDefault("path") is { } left) OnSecondTier.Add(left);
        if (entry.Kind == "restored" && entry.Facts?.GetValueOrDefault("path") is { } back) OnSecondTier.Remove(back);
    }

    private void CheckOrder(ParsedEntry entry)
    {
        var key = (entry.Room ?? string.Empty, entry.Camera ?? string.Empty);
        var (number, leaf) = _last.GetValueOrDefault(key, (0, -1));
        if (entry.Number != number + 1 || entry.Previous != leaf) Find(FindingKind.OrderBroken, $"entry {Entries}", $"{entry.Room}/{entry.Camera}: number {entry.Number} follows {number}, and names entry {entry.Previous} as the one before where {leaf} is.");
        _last[key] = (entry.Number ?? number, Entries);
    }
}
