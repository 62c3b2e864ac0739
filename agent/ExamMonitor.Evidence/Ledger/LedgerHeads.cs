using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>A head and the note that it stands in.</summary>
/// <param name="Head">Head.</param>
/// <param name="Note">Note, as it was signed.</param>
internal sealed record KeptHead(Checkpoint Head, string Note);

/// <summary>
/// The signed heads of a ledger: <c>checkpoint</c>, <c>checkpoints/</c>, and outside the volume the anchor beside the key.
/// </summary>
/// <remarks>
/// Order of keeping: day's file and its folder, <c>checkpoint</c> and its folder, anchor; each is on the disk before the next is begun. So
/// after any crash the day's file is at most one head before <c>checkpoint</c>, and neither is ever behind the anchor: a file that is
/// behind was changed by somebody else.
/// </remarks>
/// <param name="folder">Ledger folder.</param>
/// <param name="anchor">File outside the volume that holds the newest head; null for none.</param>
/// <param name="origin">Origin of the heads.</param>
/// <param name="key">Key that signs them.</param>
internal sealed class LedgerHeads(string folder, string? anchor, string origin, ECDsa key)
{
    private const string Newest = "checkpoint";
    private const string Days = "checkpoints";
    private readonly List<LedgerFinding> _findings = [];

    // Stands in the day's file, perhaps, and not in `checkpoint`.
    private KeptHead? _begun;
    private KeptHead? _newest;
    private KeptHead? _lastOfDays;
    private KeptHead? _remembered;

    /// <summary>What is wrong with the files of heads.</summary>
    public IReadOnlyList<LedgerFinding> Findings => _findings;

    /// <summary>Newest head of any file that this key signed; null when there is none.</summary>
    public KeptHead? Best { get; private set; }

    /// <summary>Every head that was read and that this key signed.</summary>
    public IReadOnlyList<Checkpoint> Known { get; private set; } = [];

    /// <summary>Whether the memory of a head lies beside the key; it may be that of no entry.</summary>
    public bool HasAnchor { get; private set; }

    /// <summary>
    /// Entries under the newest head of a key that was replaced; heads up to there may be signed by it and are passed over. 0 for none.
    /// </summary>
    public long SignedBefore { get; init; }

    /// <summary>Takes the newest head of the key before as the one to go on from.</summary>
    public void Continue(KeptHead head)
    {
        _findings.Clear();
        if (Best is null || Best.Head.Size < head.Head.Size)
            (Best, Known) = (head, [.. Known, head.Head]);
    }

    /// <summary>Takes the newest head with the cosignatures that it got.</summary>
    public void KeepCosigned(KeptHead head)
    {
        Replace(Path.Combine(folder, Newest), head.Note);
        Best = head;
    }

    /// <summary>Whether a ledger lies in a folder, or lay there by the word of the anchor: then its key must be there, too.</summary>
    public static bool HasHistory(string folder, string? anchor) =>
        File.Exists(Path.Combine(folder, Newest))
        || Any(Path.Combine(folder, Days))
        || Any(Path.Combine(folder, "entries"))
        || (anchor is not null && File.Exists(anchor));

    /// <summary>Reads the heads.</summary>
    public void Read()
    {
        var newest = ReadFile(Path.Combine(folder, Newest), out var state);
        var remembered = anchor is null ? null : ReadFile(anchor, out _);
        HasAnchor = remembered is not null;
        var days = ReadDays([newest, remembered]);
        (_newest, _lastOfDays, _remembered) = (newest, days.Heads.LastOrDefault(), remembered);
        var all = days.Heads.Concat(new[] { newest, remembered }.OfType<KeptHead>()).Where(h => h.Head.Size > 0).ToList();
        Known = [.. all.Select(h => h.Head).Distinct()];
        Best = all.OrderBy(h => h.Head.Size).ThenBy(h => h.Head.Time).LastOrDefault();
        if (Best is null)
        {
            if (state == FileState.Strange || days.Strange)
                Find(LedgerDamage.WrongKey, Newest);
            return;
        }

        if (state == FileState.Strange)
            Find(LedgerDamage.ForeignCheckpoint, Newest);
        else if (!IsLeftByACrash(newest?.Head, days.Heads, remembered?.Head))
            Find(LedgerDamage.CheckpointShortened, Newest);
        // A head that a power cut tore leaves its beginning there; a file that was cut by hand, or is gone, ends with a whole head.
        if (days.Strange || (!days.Torn && (days.Heads.Count == 0 || days.Heads[^1].Head.Size < Best.Head.Size)))
            Find(LedgerDamage.DayHeadsShortened, Days);
    }

    /// <summary>Puts the newest head back where it is missing. What stood there and was no head of this key is kept beside it.</summary>
    public void Mend()
    {
        if (Best is not { } best)
            return;
        if (_findings.Any(f => f.Kind is LedgerDamage.ForeignCheckpoint))
            Quarantine.Keep(folder, Path.Combine(folder, Newest));
        if (_findings.Any(f => f.Kind is LedgerDamage.DayHeadsShortened))
            AppendDay(best);
        if (_findings.Any(f => f.Kind is LedgerDamage.ForeignCheckpoint or LedgerDamage.CheckpointShortened))
            Replace(Path.Combine(folder, Newest), best.Note);
    }

    /// <summary>
    /// Finishes what a process that was killed left half kept, and what it wrote without putting it on the disk: the memory speaks of a
    /// head
    /// only when the volume has it for good. A power cut after a start that looked at the cache alone would accuse somebody.
    /// </summary>
    /// <returns>Whether the newest head is on the disk in every file of the volume; a disk that takes nothing now is asked again with the
    /// next head.</returns>
    public bool TryFinish()
    {
        if (Best is not { } best || (_remembered?.Head.Size == best.Head.Size && _newest?.Head.Size == best.Head.Size))
            return true;
        try
        {
            if (_lastOfDays is { } last && last.Head == best.Head)
                AppendDay(last);
            Replace(Path.Combine(folder, Newest), _newest is { } newest && newest.Head == best.Head ? newest.Note : best.Note);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_lastOfDays is { } last && last.Head == best.Head)
                _begun = last;
            return false;
        }
    }

    /// <summary>
    /// The file of heads that ends with a head of another day, and the most entries that a head in it speaks of; null when a head of that
    /// day
    /// begins no new file, or nothing can be said of the one before.
    /// </summary>
    public DayHeadsNote? Before(DateTimeOffset at)
    {
        if (Best is not { Head: var last } || DayHeads.NameOf(last.Time) is not { } name || name == DayHeads.NameOf(at))
            return null;
        try
        {
            var path = Path.Combine(folder, Days, name);
            return File.Exists(path) && DayHeads.LargestIn(File.ReadAllText(path, Encoding.UTF8)) is { } size
                ? new(DayHeadsNote.FileOf(name), size)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file that the disk does not give back keeps no head from being signed; the scrub tells of it.
            return null;
        }
    }

    /// <summary>
    /// Keeps a head that was signed just now. One that a failing disk left half kept is kept first: else the days' files would run ahead of
    /// <c>checkpoint</c> by a head with each try, and the next start would call it shortened.
    /// </summary>
    /// <exception cref="IOException">It may stand in some of the files; the next call goes on.</exception>
    public void Keep(KeptHead head)
    {
        if (_begun is { } begun)
            KeepWhole(begun);
        KeepWhole(head);
    }

    private void KeepWhole(KeptHead head)
    {
        _begun = head;
        AppendDay(head);
        Replace(Path.Combine(folder, Newest), head.Note);
        Remember(head);
        (Best, _begun) = (head, null);
    }

    /// <summary>Keeps a head beside the key.</summary>
    public void Remember(KeptHead head)
    {
        if (anchor is null)
            return;
        Replace(anchor, head.Note);
        HasAnchor = true;
    }

    private static bool Any(string path) => Directory.Exists(path) && Directory.EnumerateFiles(path).Any(f => new FileInfo(f).Length > 0);

    /// <summary>A crash leaves the file of the newest head one head behind the days' files, and nothing else.</summary>
    private bool IsLeftByACrash(Checkpoint? newest, List<KeptHead> days, Checkpoint? remembered)
    {
        if (newest?.Size == Best!.Head.Size)
            return true;
        if (days.Count == 0 || days[^1].Head.Size != Best.Head.Size || remembered?.Size == Best.Head.Size)
            return false;
        return newest is null ? days.Count == 1 && remembered is null or { Size: 0 } : days.Count > 1 && newest.Size == days[^2].Head.Size;
    }

    private void Find(LedgerDamage kind, string subject) => _findings.Add(new(kind, subject));

    /// <summary>
    /// The last two heads of each day's file that may hold the newest: after a clock that jumped it is not the last by name.
    /// </summary>
    private DaysRead ReadDays(IEnumerable<KeptHead?> others)
    {
        var (heads, strange, torn) = (new List<KeptHead>(), false, false);
        var path = Path.Combine(folder, Days);
        var files = Directory.Exists(path) ? Directory.GetFiles(path, "*.txt") : [];
        var asked = files
            .OrderDescending(StringComparer.Ordinal)
            .Take(2)
            .Concat(files.OrderByDescending(File.GetLastWriteTimeUtc).Take(2))
            .Concat(others.OfType<KeptHead>().Select(h => DayOf(h.Head)).Where(File.Exists));
        foreach (var file in asked.Distinct(StringComparer.Ordinal).ToList())
        {
            var text = File.ReadAllText(file, Encoding.UTF8);
            torn |= DayHeads.IsTorn(text);
            foreach (var note in DayHeads.Split(text).TakeLast(2))
            {
                if (TryRead(note) is { } head)
                    heads.Add(head);
                else
                    strange |= !IsBefore(note);
            }
        }

        return new([.. heads.OrderBy(h => h.Head.Size).ThenBy(h => h.Head.Time)], strange, torn);
    }

    private KeptHead? ReadFile(string path, out FileState state)
    {
        state = FileState.Gone;
        if (!File.Exists(path))
            return null;
        state = FileState.Strange;
        if (new FileInfo(path).Length > SignedNote.MaxLength || TryRead(File.ReadAllText(path, Encoding.UTF8)) is not { } head)
            return null;
        state = FileState.Right;
        return head;
    }

    private bool IsBefore(string text) =>
        SignedBefore > 0
        && SignedNote.TryParse(text, out var note)
        && Checkpoint.TryParse(note.Text, out var head)
        && head.Origin == origin
        && head.Size <= SignedBefore;

    private KeptHead? TryRead(string text) =>
        SignedNote.TryParse(text, out var note)
        && note.IsSignedBy(origin, key)
        && Checkpoint.TryParse(note.Text, out var head)
        && head.Origin == origin
            ? new(head, text)
            : null;

    private void AppendDay(KeptHead head)
    {
        var days = Path.Combine(folder, Days);
        var isNew = !Directory.Exists(days);
        DayHeads.Append(DayOf(head.Head), head.Note);
        DiskFlush.Folder(days);
        if (isNew)
            DiskFlush.Folder(folder);
    }

    private string DayOf(Checkpoint head) => Path.Combine(folder, Days, DayHeads.NameOf(head.Time));

    private static void Replace(string path, string note) => WholeFile.Replace(path, Encoding.UTF8.GetBytes(note));

    private sealed record DaysRead(List<KeptHead> Heads, bool Strange, bool Torn);

    private enum FileState
    {
        Gone,
        Strange,
        Right,
    }
}
