using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Footage.Ledger;

namespace ExamMonitor.Footage.Verification;

/// <summary>A replacement of the signing key.</summary>
/// <param name="Entry">Number of its entry.</param>
/// <param name="By">Who.</param>
/// <param name="IsVouched">Whether the key before signed a head over that entry.</param>
/// <param name="IsProved">Whether an earlier key that was given signed the head from which the new one went on, or the entry itself.</param>
public sealed record ReplacedKey(long Entry, string By, bool IsVouched, bool IsProved);

/// <summary>Whether each replacement of the signing key is more than the word of the new key.</summary>
internal sealed class KeyReplacementAudit
{
    private readonly List<(long Number, IReadOnlyDictionary<string, string> Facts)> _entries = [];

    /// <summary>Replacements, once checked.</summary>
    public IReadOnlyList<ReplacedKey> Replaced { get; private set; } = [];

    /// <summary>Takes an entry.</summary>
    public void Take(ParsedEntry entry, long number)
    {
        if (entry.Kind == KeyReplacement.Kind) _entries.Add((number, entry.Facts ?? new Dictionary<string, string>(StringComparer.Ordinal)));
    }

    /// <summary>What is wrong.</summary>
    /// <param name="earlier">Heads that earlier keys signed, with those keys.</param>
    /// <param name="held">Heads that the entries give.</param>
    public IEnumerable<VerificationFinding> Check(IReadOnlyList<(Checkpoint Head, string Key)> earlier, IReadOnlySet<(long, TreeHash)> held)
    {
        Replaced = [.. _entries.Select(e => Judge(e.Number, e.Facts, [.. earlier.Where(h => h.Key == e.Facts.GetValueOrDefault("earlier") && held.Contains((h.Head.Size, h.Head.Root))).Select(h => h.Head)]))];
        return Replaced.Where(r => !r.IsProved).Select(r => new VerificationFinding(FindingKind.KeyReplacedUnproved, string.Create(CultureInfo.InvariantCulture, $"entry {r.Entry}"),
            $"{r.By} replaced the signing key, and no earlier key that was given signed what stood before: whoever has the new key can have written all of it. Give the key before with --earlier-key."));
    }

    private static ReplacedKey Judge(long number, IReadOnlyDictionary<string, string> facts, List<Checkpoint> heads)
    {
        var vouched = heads.Exists(h => h.Size == number + 1);
        var before = heads.Exists(h => h.Size.ToString(CultureInfo.InvariantCulture) == facts.GetValueOrDefault("size") && h.Root.ToBase64() == facts.GetValueOrDefault("root"));
        return new(number, facts.GetValueOrDefault("by") ?? "Nobody named", vouched, vouched || before);
    }
}
