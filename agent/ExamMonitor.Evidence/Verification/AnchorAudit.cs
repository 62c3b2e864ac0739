using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Anchoring;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Checks the time stamps beside a ledger: those that are there, and those that the ledger says must be there.</summary>
/// <param name="folder">Ledger folder.</param>
/// <param name="terms">What to verify against.</param>
internal sealed class AnchorAudit(string folder, VerificationTerms terms)
{
    private readonly List<VerificationFinding> _findings = [];
    private readonly List<(long Number, string File, string Hash)> _entries = [];
    private Dictionary<string, string> _expected = new(StringComparer.Ordinal);

    public IReadOnlyList<VerificationFinding> Findings => _findings;

    /// <summary>Takes note of an entry of kind <see cref="LedgerEntry.Anchor"/>.</summary>
    public void Expect(ParsedEntry entry, long number)
    {
        if (entry.Facts?.GetValueOrDefault("file") is { } file && entry.Facts.GetValueOrDefault("sha256") is { } hash)
            _entries.Add((number, file, hash));
    }

    /// <summary>The stamped heads; they must hold as every other head.</summary>
    public IEnumerable<string> Notes() =>
        PlainFiles.Files(Path.Combine(folder, AnchorFolder.Name), "*.tsr").Select(ReadNote).OfType<string>();

    /// <summary>Checks every stamp.</summary>
    /// <param name="held">Heads that the entries give.</param>
    /// <param name="proved">Entries below the newest head that holds: what is said behind it takes nothing back of what was said
    /// below.</param>
    /// <returns>Stamps that hold over such a head, oldest first.</returns>
    public IReadOnlyList<VerifiedAnchor> Run(IReadOnlySet<(long, TreeHash)> held, long proved)
    {
        _expected = _entries
            .GroupBy(e => e.File, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => (g.LastOrDefault(e => e.Number < proved) is { File: not null } last ? last : g.First()).Hash,
                StringComparer.Ordinal
            );
        var anchors = new List<VerifiedAnchor>();
        foreach (var file in PlainFiles.Files(Path.Combine(folder, AnchorFolder.Name), "*.tsr"))
        {
            if (Check(file) is { } anchor && held.Contains((anchor.Head.Size, anchor.Head.Root)))
                anchors.Add(new(anchor.Stamp.Authority, anchor.Stamp.Time, anchor.Head.Size, anchor.Stamp.Trusted));
        }

        foreach (var (name, _) in _expected.Where(e => !File.Exists(Path.Combine(folder, AnchorFolder.Name, e.Key))))
            _findings.Add(new(FindingKind.AnchorMissing, name, "The ledger speaks of this time stamp, and its file is gone."));
        return [.. anchors.OrderBy(a => a.Time)];
    }

    private (Timestamp Stamp, Checkpoint Head)? Check(string file)
    {
        var name = Path.GetFileName(file);
        if (
            new FileInfo(file).Length > Timestamp.MaxAnswerSize
            || ReadNote(file) is not { } note
            || !SignedNote.TryParse(note, out var signed)
            || !Checkpoint.TryParse(signed.Text, out var head)
        )
        {
            _findings.Add(new(FindingKind.AnchorInvalid, name, "The stamped head beside it is missing or unreadable."));
            return null;
        }

        try
        {
            var answer = File.ReadAllBytes(file);
            if (
                _expected.TryGetValue(name, out var hash)
                && !string.Equals(hash, Convert.ToHexStringLower(SHA256.HashData(answer)), StringComparison.Ordinal)
            )
                _findings.Add(new(FindingKind.AnchorInvalid, name, "This is not the time stamp that the ledger speaks of."));
            return (Timestamp.Check(Encoding.UTF8.GetBytes(note), answer, terms.Authorities), head);
        }
        catch (AnchorException e)
        {
            _findings.Add(
                new(
                    e.Fault is AnchorFault.Untrusted or AnchorFault.Expired ? FindingKind.AnchorUntrusted : FindingKind.AnchorInvalid,
                    name,
                    e.Message
                )
            );
            return null;
        }
    }

    private static string? ReadNote(string answer)
    {
        var path = Path.ChangeExtension(answer, ".note");
        return PlainFiles.IsFile(path) && new FileInfo(path).Length <= SignedNote.MaxLength ? File.ReadAllText(path, Encoding.UTF8) : null;
    }
}
