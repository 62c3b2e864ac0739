using System.Globalization;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// What the entries say of the files of a volume. An entry counts once a signed head holds over it; until then it is claimed.
/// </summary>
/// <param name="volume">Root of the volume.</param>
/// <param name="terms">What to verify against.</param>
internal sealed class EvidenceAudit(string volume, VerificationTerms terms)
{
    private readonly DestructionAudit _destructions = new(volume);
    private readonly JournalAudit _journals = new(volume);
    private readonly DocumentAudit _documents = new(volume, terms);
    private readonly List<Claim> _claims = [];
    private readonly List<VerificationFinding> _findings = [];

    /// <summary>Day lines and registers.</summary>
    public FolderAudit Folders { get; } = new(volume);

    /// <summary>Segments that must be there, by path; destroyed ones are taken out by their signed destruction.</summary>
    public Dictionary<string, HeldSegment> Segments { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Segments of <see cref="Segments"/> whose file was taken from the volume because a proved copy lies on the archive tier.
    /// </summary>
    public HashSet<string> OnArchiveTier { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Segments of <see cref="Segments"/> whose entry no head signs yet, with the number of that entry. Nothing that is claimed of them
    /// later makes them less so.
    /// </summary>
    public Dictionary<string, long> Added { get; } = new(StringComparer.Ordinal);

    /// <summary>Segments that an entry which no head signs lets go or takes away, with its kind and number.</summary>
    public Dictionary<string, (string Kind, long Number)> Excused { get; } = new(StringComparer.Ordinal);

    /// <summary>Destructions that were judged.</summary>
    public long Destructions { get; private set; }

    /// <summary>What is wrong with destructions.</summary>
    public IReadOnlyList<VerificationFinding> Findings => _findings;

    /// <summary>Takes the next entry; false when it is one of footage that says too little.</summary>
    public bool Take(ParsedEntry entry, long number)
    {
        _destructions.Take(entry);
        switch (entry.Kind)
        {
            case LedgerEntry.Segment when HeldSegment.TryRead(entry, number, out var path, out var segment):
                // A path is used once. The first entry stays: whoever enters other bytes under it replaces footage.
                if (Segments.TryAdd(path, segment))
                    Added[path] = number;
                else if (Segments[path] != segment with { Leaf = Segments[path].Leaf })
                    _findings.Add(
                        new(
                            FindingKind.Swapped,
                            path,
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"Entry {number} enters this path a second time, with other bytes: somebody replaced the footage."
                            )
                        )
                    );
                return Folders.TakeLine(entry);
            case LedgerEntry.Segment:
                return false;
            case LedgerEntry.Gap:
                return Folders.TakeLine(entry);
            case LedgerEntry.Destruction:
                var gone = entry.Facts?.GetValueOrDefault("path") ?? string.Empty;
                // Judged now, by the law as it stood at this entry; it counts with the next head that holds.
                Claim(gone, entry, number, _destructions.Judge(entry, number, Segments.TryGetValue(gone, out var held) ? held : null));
                return true;
            case "local-removed" or "restored" when entry.Facts?.GetValueOrDefault("path") is { } path:
                Claim(path, entry, number, null);
                return true;
            default:
                if (entry.Kind is "schedule" or "statement" or LedgerEntry.FilesRestored || PinnedLine.Kinds.Contains(entry.Kind))
                    _claims.Add(new(null, entry, number, null));
                return true;
        }
    }

    /// <summary>A head holds over everything that was taken: what was claimed is proved.</summary>
    public void Prove()
    {
        foreach (var claim in _claims)
            Prove(claim);
        _claims.Clear();
        Added.Clear();
        Excused.Clear();
    }

    /// <summary>
    /// Once everything is read: entries below a head that does not hold, or of a ledger without any head, are compared with the files all
    /// the same. That no head holds is a finding of its own, and not one for each of their lines.
    /// </summary>
    /// <param name="signedTo">Most entries that any head speaks of; null without a head.</param>
    public void TakeUnproved(long? signedTo)
    {
        foreach (var claim in _claims.Where(c => signedTo is null || c.Number < signedTo).ToList())
        {
            // Under heads that do not hold, a destruction still excuses nothing.
            if (signedTo is not null && claim.Entry.Kind == LedgerEntry.Destruction)
                Folders.TakeDestruction(claim.Entry, claim.Number);
            else if (signedTo is null || claim.Path is null)
                Prove(claim);
            _claims.Remove(claim);
        }
    }

    /// <summary>Compares the files of lines and documents.</summary>
    public IEnumerable<VerificationFinding> CheckFiles() => _journals.Check().Concat(_documents.Check());

    private void Claim(string path, ParsedEntry entry, long number, VerificationFinding? finding)
    {
        if (entry.Kind != "restored")
            Excused[path] = (entry.Kind, number);
        _claims.Add(new(path, entry, number, finding));
    }

    private void Prove(Claim claim)
    {
        switch (claim.Entry.Kind)
        {
            case LedgerEntry.Destruction:
                Destructions++;
                if (claim.Finding is { } finding)
                    _findings.Add(finding);
                Segments.Remove(claim.Path!);
                Folders.TakeDestruction(claim.Entry, claim.Number);
                break;
            case "local-removed":
                OnArchiveTier.Add(claim.Path!);
                break;
            case "restored":
                OnArchiveTier.Remove(claim.Path!);
                break;
            default:
                _journals.Take(claim.Entry);
                _documents.Take(claim.Entry, claim.Number);
                break;
        }
    }
}

/// <summary>An entry that waits for a head.</summary>
/// <param name="Path">Segment that it speaks of; null for none.</param>
/// <param name="Entry">Entry.</param>
/// <param name="Number">Its number.</param>
/// <param name="Finding">What was found wrong with it.</param>
internal sealed record Claim(string? Path, ParsedEntry Entry, long Number, VerificationFinding? Finding);
