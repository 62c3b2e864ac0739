using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Reads a ledger folder from outside, changing nothing: entries, order, heads. What stands behind the last signed head is claimed and
/// excuses nothing.
/// </summary>
/// <remarks>
/// Hashes are made again from the entries' bytes; the stored ones are not believed. Memory is that of one peak per level, one line per held
/// segment and a hash per folder.
/// </remarks>
/// <param name="folder">Ledger folder.</param>
/// <param name="terms">What to verify against.</param>
internal sealed class LedgerAudit(string folder, VerificationTerms terms) : IDisposable
{
    private readonly AnchorAudit _anchors = new(folder, terms);
    private readonly PolicyAudit _policy = new(folder, terms);
    private readonly HeadFilesAudit _headFiles = new(folder);
    private readonly HashFileAudit _hashes = new(folder);
    private readonly EvidenceAudit _evidence = new(Path.GetDirectoryName(folder)!, terms);
    private readonly HashSet<(long, TreeHash)> _held = [];
    private readonly HashSet<Checkpoint> _seen = [];
    private readonly HashSet<Checkpoint> _known = [];
    private readonly FindingLog _findings = new();
    private readonly EntrySourceAudit _sources = new();
    private readonly TimeAudit _times = new(terms.Now);
    private readonly KeyReplacementAudit _keys = new();
    private readonly StandardKeyAudit _standardKeys = new(terms);
    private readonly SortedSet<string> _tooLong = new(StringComparer.Ordinal);
    private bool _readsOn;
    private readonly Dictionary<(string, string), (long Number, long Leaf)> _last = [];
    private readonly List<TreeHash> _peaks = [];
    private readonly List<Checkpoint> _forks = [];
    private readonly List<(Checkpoint Head, string Key)> _earlier = [];
    private readonly Dictionary<string, long> _replaced = new(StringComparer.Ordinal);

    public FindingLog Findings => _findings;

    /// <summary>Who speaks for the entries of footage.</summary>
    public EntrySources Sources => _sources.Sources;

    /// <summary>Persons who vouched for the clock.</summary>
    public IReadOnlyList<ClockVouch> Vouches => _times.Vouches;

    /// <summary>Replacements of the signing key.</summary>
    public IReadOnlyList<ReplacedKey> ReplacedKeys => _keys.Replaced;

    /// <summary>What the entries say of files, and of the law.</summary>
    public EvidenceAudit Evidence => _evidence;

    public IReadOnlyList<VerifiedAnchor> Anchors { get; private set; } = [];

    /// <summary>What the witnesses of the policy say; null without a policy.</summary>
    public PolicyReport? Policy { get; private set; }

    public long Entries { get; private set; }

    public int Heads { get; private set; }

    public Checkpoint? Newest { get; private set; }

    /// <summary>The head from outside with the most entries that holds.</summary>
    public OutsideHead? Outside { get; private set; }

    /// <summary>Most entries that any head signed by this key speaks of, whether it holds or not; null without such a head.</summary>
    public long? SignedTo => _seen.Count == 0 ? null : _seen.Max(h => h.Size);

    /// <summary>Reads everything.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        Read(ReadHeads(), cancellationToken);
        CheckEarlier();
        if (_seen.Count == 0)
            Find(FindingKind.NotSigned, "ledger", "There is no head signed by this key: nothing vouches for the entries.");
        else if (Entries > 0)
            _findings.AddRange(_headFiles.Check(Newest?.Size ?? 0));
        if (_hashes.Check(Newest?.Size ?? 0) is { } stored)
            _findings.Add(stored);
        Anchors = _anchors.Run(_held, Newest?.Size ?? 0);
        _findings.AddRange(_anchors.Findings);
        Policy = _policy.Run(_held);
        _findings.AddRange(_policy.Findings);
        if (Policy?.Met is { NotLaterThan: { } bound } met && met.Size >= (Outside?.Size ?? 0))
            Outside = new(met.Size, bound, string.Join(", ", Policy.Witnesses.Where(w => w.Size is not null).Select(w => w.Name)));
        if (Anchors.Where(a => a.Trusted == true).MaxBy(a => a.Size) is { } stamp && stamp.Size >= (Outside?.Size ?? 0))
            Outside = new(stamp.Size, stamp.Time, stamp.Authority);
    }

    /// <summary>What only the whole ledger tells, once nothing more is read.</summary>
    public void Conclude()
    {
        _findings.AddRange(Forks());
        foreach (var stamp in Anchors.Where(a => a.Trusted != false))
            _times.TakeOutside(stamp.Size, stamp.Time, stamp.Authority);
        if (Policy?.Met is { NotLaterThan: { } bound } met)
            _times.TakeOutside(met.Size, bound, "witnesses of the policy");
        foreach (var file in _tooLong)
            Find(FindingKind.EntryUnreadable, file, "A line in it is longer than any entry. What follows it was not read.");
        _findings.AddRange(_standardKeys.Check());
        _findings.AddRange(_keys.Check([.. _earlier.Distinct()], _held));
        _findings.AddRange(_sources.Check(() => EntryLines(0).Take((int)Math.Min(Entries, int.MaxValue))));
        _findings.AddRange(_times.Check());
    }

    /// <summary>Reads what a working agent appended and signed since.</summary>
    public void ReadOn(CancellationToken cancellationToken)
    {
        // Heads that were passed over the first time were told of then.
        _readsOn = true;
        var heads = ReadHeads();
        _readsOn = false;
        Read(heads, cancellationToken);
    }

    /// <summary>Entries of the ledger, one line at a time.</summary>
    /// <param name="from">Number of the first.</param>
    public IEnumerable<ReadOnlyMemory<byte>> EntryLines(long from)
    {
        var skip = from;
        foreach (var file in PlainFiles.Files(Path.Combine(folder, "entries"), "*.jsonl"))
        {
            using var reader = new LineReader(file);
            while (reader.TryRead(out var line))
            {
                if (skip-- > 0)
                    continue;
                yield return line;
            }

            if (reader.IsTooLong)
                _tooLong.Add(Path.GetFileName(file));
        }
    }

    /// <summary>Number of the newest entry of a camera among its own; 0 for none.</summary>
    public long NewestOf(string room, string camera) => _last.TryGetValue((room, camera), out var last) ? last.Number : 0;

    /// <inheritdoc/>
    public void Dispose() => _hashes.Dispose();

    private void Read(List<Checkpoint> heads, CancellationToken cancellationToken)
    {
        var next = 0;
        foreach (var line in EntryLines(Entries))
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (next < heads.Count && heads[next].Size == Entries)
                CheckHead(heads[next++]);
            AddLeaf(MerkleTree.LeafHash(line.Span));
            Read(line.Span);
            Entries++;
        }

        while (next < heads.Count && heads[next].Size == Entries)
            CheckHead(heads[next++]);
        for (; next < heads.Count; next++)
            Find(
                FindingKind.RolledBack,
                "ledger",
                $"The head of {heads[next].Time:u} speaks of {heads[next].Size} entries; there are {Entries}."
            );
    }

    private void Find(FindingKind kind, string subject, string text)
    {
        if (!_readsOn)
            _findings.Add(new(kind, subject, text));
    }

    /// <summary>Heads that were not read before, in order of their sizes.</summary>
    private List<Checkpoint> ReadHeads()
    {
        var heads = new List<Checkpoint>();
        foreach (var file in PlainFiles.Heads(Path.Combine(folder, "checkpoints")))
        {
            var (bytes, before) = (File.ReadAllBytes(file), heads.Count);
            var text = Encoding.UTF8.GetString(bytes);
            foreach (var note in DayHeads.Split(text))
                ReadHead(note, Path.GetFileName(file), heads);
            _headFiles.TakeDay(file, bytes, text, heads.Skip(before));
        }

        var newest = Path.Combine(folder, "checkpoint");
        var count = heads.Count;
        if (PlainFiles.IsFile(newest))
        {
            var text = new FileInfo(newest).Length <= SignedNote.MaxLength ? File.ReadAllText(newest, Encoding.UTF8) : string.Empty;
            _standardKeys.TakeNewest(text);
            ReadHead(text, "checkpoint", heads);
        }

        if (heads.Count > count)
            _headFiles.TakeCheckpoint(heads[^1]);
        count = heads.Count;
        foreach (var known in terms.KnownHeads ?? [])
            ReadHead(known, "known head", heads);
        _known.UnionWith(heads.Skip(count));
        foreach (var (size, root) in terms.TypedHeads)
            TakeTyped(size, root, heads);
        foreach (var stamped in _anchors.Notes())
            ReadHead(stamped, "stamped head", heads);

        // A cosigned head stands in the file of its day, too; only one that does not is verified once more.
        var read = heads.ToHashSet();
        foreach (var (text, where) in PolicyAudit.Cosigned(folder))
        {
            if (!SignedNote.TryParse(text, out var note) || !Checkpoint.TryParse(note.Text, out var head) || !read.Contains(head))
                ReadHead(text, where, heads);
        }

        heads.ForEach(_times.TakeHead);
        return [.. heads.Where(h => h.Size >= Entries && _seen.Add(h)).OrderBy(h => h.Size).ThenBy(h => h.Time)];
    }

    private void ReadHead(string text, string where, List<Checkpoint> heads)
    {
        if (
            !SignedNote.TryParse(text, out var note)
            || !Checkpoint.TryParse(note.Text, out var head)
            || (terms.Origin is { } origin && head.Origin != origin)
        )
            Find(FindingKind.HeadUnreadable, where, "A head is not in the format, or of another agent.");
        else if (terms.EarlierKeys.FirstOrDefault(k => note.IsSignedBy(head.Origin, k)) is { } earlier)
            heads.Add(Earlier(head, earlier));
        else if (!note.IsSignedBy(head.Origin, terms.PublicKey))
            Find(FindingKind.WrongKey, where, $"The head of {head.Time:u} over {head.Size} entries is not signed by the given key.");
        else
            heads.Add(head);
    }

    /// <summary>Paper has no signature: it is the signed head of that size and root that counts as one that somebody kept.</summary>
    private void TakeTyped(long size, TreeHash root, List<Checkpoint> heads)
    {
        if (heads.Find(h => h.Size == size && h.Root == root) is { } same)
            _known.Add(same);
        else if (heads.Find(h => h.Size == size) is { } other)
            Find(
                FindingKind.Forked,
                "ledger",
                $"The head that was typed is not the one that was signed over {size} entries on {other.Time:u}: this is another history than the paper's."
            );
        else
            Find(
                FindingKind.RolledBack,
                "ledger",
                $"The head that was typed speaks of {size} entries. No signed head of this volume does: entries or heads were taken away."
            );
    }

    private Checkpoint Earlier(Checkpoint head, System.Security.Cryptography.ECDsa key)
    {
        _earlier.Add((head, Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())));
        return head;
    }

    /// <summary>
    /// A key that was replaced signs nothing behind the entry that says so; one that no entry speaks of was never replaced.
    /// </summary>
    private void CheckEarlier()
    {
        foreach (var (head, key) in _earlier.Distinct())
        {
            if (!_replaced.TryGetValue(key, out var entry))
                Find(
                    FindingKind.WrongKey,
                    "ledger",
                    $"The head of {head.Time:u} over {head.Size} entries is signed by an earlier key, and no entry says that it was replaced."
                );
            else if (head.Size > entry + 1)
                Find(
                    FindingKind.WrongKey,
                    "ledger",
                    $"The head of {head.Time:u} over {head.Size} entries is signed by a key that entry {entry} had replaced."
                );
        }
    }

    private void CheckHead(Checkpoint head)
    {
        if (head.Root != Root())
        {
            _forks.Add(head);
            return;
        }

        Heads++;
        _held.Add((head.Size, head.Root));
        Newest = head;
        _evidence.Prove();
        if (head.Size == 0 || !_known.Contains(head))
            return;
        Outside = new(head.Size, head.Time, null);
        _times.TakeOutside(head.Size, head.Time, "a head that somebody kept");
    }

    /// <summary>
    /// What was changed below heads that do not hold: each entry once, where the stored hashes tell; else where it must be, once.
    /// </summary>
    private IEnumerable<VerificationFinding> Forks()
    {
        var held = _held.Select(h => h.Item1).DefaultIfEmpty(0).Max();
        // A head that does not hold below one that does is of another history, with the same key.
        foreach (var other in _forks.Where(f => f.Size <= held))
            yield return new(
                FindingKind.Forked,
                "ledger",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The first {other.Size} entries are not those that were signed on {other.Time:u}."
                )
            );
        var forks = _forks.Where(f => f.Size > held).OrderBy(f => f.Size).ToList();
        if (forks.Count == 0)
            yield break;
        var heads = string.Create(
            CultureInfo.InvariantCulture,
            $"{forks.Count} signed heads from {forks[0].Time:u} on do not hold. Put back ledger/entries from a copy."
        );
        if (_hashes.ChangedBelow(forks[^1]) is not { } changed)
        {
            yield return new(
                FindingKind.Forked,
                string.Create(CultureInfo.InvariantCulture, $"entries {held} to {forks[0].Size - 1}"),
                $"At least one of these entries is not what was signed: {heads}"
            );
            yield break;
        }

        foreach (var entry in changed)
            yield return new(
                FindingKind.Forked,
                string.Create(CultureInfo.InvariantCulture, $"entry {entry}"),
                $"The entry is not the one that was signed: its bytes do not give the hash that the signed root is made of; {heads}"
            );
    }

    private void AddLeaf(TreeHash hash)
    {
        _hashes.Take(Entries, hash, isLeaf: true);
        // Peaks of the complete subtrees, largest first: one for each bit that is set in the number of entries.
        for (var n = Entries; (n & 1) == 1; n >>= 1)
        {
            hash = MerkleTree.NodeHash(_peaks[^1], hash);
            _peaks.RemoveAt(_peaks.Count - 1);
            _hashes.Take(Entries, hash, isLeaf: false);
        }

        _peaks.Add(hash);
    }

    private TreeHash Root()
    {
        if (_peaks.Count == 0)
            return MerkleTree.EmptyRoot;
        var root = _peaks[^1];
        for (var i = _peaks.Count - 2; i >= 0; i--)
            root = MerkleTree.NodeHash(_peaks[i], root);
        return root;
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        if (LedgerEntry.Parse(line) is not { } entry)
        {
            Find(FindingKind.EntryUnreadable, Name(), "The entry is not in the format.");
            return;
        }

        _headFiles.TakeEntry(entry, Entries);
        _sources.Take(entry, Entries);
        _times.Take(entry, Entries);
        _keys.Take(entry, Entries);
        _standardKeys.Take(entry, Entries);
        if (entry.Kind is LedgerEntry.Segment or LedgerEntry.Gap)
            CheckOrder(entry);
        if (entry.Kind == LedgerEntry.Anchor)
            _anchors.Expect(entry, Entries);
        if (entry.Kind == KeyReplacement.Kind && entry.Facts?.GetValueOrDefault("earlier") is { Length: > 0 } earlier)
            _replaced.TryAdd(earlier, Entries);
        if (!_evidence.Take(entry, Entries))
            Find(FindingKind.EntryUnreadable, Name(), "The entry of a segment or gap lacks its path, times, size or hash.");
    }

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"entry {Entries}");

    private void CheckOrder(ParsedEntry entry)
    {
        var key = (entry.Room ?? string.Empty, entry.Camera ?? string.Empty);
        var (number, leaf) = _last.GetValueOrDefault(key, (0, -1));
        if (entry.Number != number + 1 || entry.Previous != leaf)
            Find(
                FindingKind.OrderBroken,
                Name(),
                $"{entry.Room}/{entry.Camera}: number {entry.Number} follows {number}, and names entry {entry.Previous} as the one before where {leaf} is."
            );
        _last[key] = (entry.Number ?? number, Entries);
    }
}
