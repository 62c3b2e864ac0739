using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;

namespace ExamMonitor.Evidence.Verification;

/// <summary>A replacement of the signing key.</summary>
/// <param name="Entry">Number of its entry.</param>
/// <param name="By">Who.</param>
/// <param name="IsVouched">Whether the key before signed a head over that entry.</param>
/// <param name="IsProved">Whether an earlier key that was given signed the head from which the new one went on, or the entry
/// itself.</param>
public sealed record ReplacedKey(long Entry, string By, bool IsVouched, bool IsProved)
{
    /// <summary>
    /// What the entry itself says that vouched for the head before, <see cref="KeyProof"/> in kebab case; null in entries of before.
    /// </summary>
    public string? Proof { get; init; }
}

/// <summary>Whether each replacement of the signing key is more than the word of the new key.</summary>
internal sealed class KeyReplacementAudit
{
    private const string OldKey = "old-key";
    private const string None = "none";

    private readonly List<(long Number, IReadOnlyDictionary<string, string> Facts)> _entries = [];

    /// <summary>Replacements, once checked.</summary>
    public IReadOnlyList<ReplacedKey> Replaced { get; private set; } = [];

    /// <summary>Takes an entry.</summary>
    public void Take(ParsedEntry entry, long number)
    {
        if (entry.Kind == KeyReplacement.Kind)
            _entries.Add((number, entry.Facts ?? new Dictionary<string, string>(StringComparer.Ordinal)));
    }

    /// <summary>What is wrong.</summary>
    /// <param name="earlier">Heads that earlier keys signed, with those keys.</param>
    /// <param name="held">Heads that the entries give.</param>
    public IEnumerable<VerificationFinding> Check(IReadOnlyList<(Checkpoint Head, string Key)> earlier, IReadOnlySet<(long, TreeHash)> held)
    {
        Replaced =
        [
            .. _entries.Select(e =>
                Judge(
                    e.Number,
                    e.Facts,
                    [
                        .. earlier
                            .Where(h => h.Key == e.Facts.GetValueOrDefault("earlier") && held.Contains((h.Head.Size, h.Head.Root)))
                            .Select(h => h.Head),
                    ]
                )
            ),
        ];
        return Replaced
            .Where(r => !r.IsProved)
            .Select(r => new VerificationFinding(
                FindingKind.KeyReplacedUnproved,
                string.Create(CultureInfo.InvariantCulture, $"entry {r.Entry}"),
                TextOf(r, earlier.Count > 0)
            ));
    }

    private static ReplacedKey Judge(long number, IReadOnlyDictionary<string, string> facts, List<Checkpoint> heads)
    {
        var vouched = heads.Exists(h => h.Size == number + 1);
        var before = heads.Exists(h =>
            h.Size.ToString(CultureInfo.InvariantCulture) == facts.GetValueOrDefault("size")
            && h.Root.ToBase64() == facts.GetValueOrDefault("root")
        );
        var proof = facts.GetValueOrDefault(KeyReplacement.ProofFact);
        // An entry that says that the key before signed it is a lie where that key is known and did not.
        var isContradicted = proof == OldKey && heads.Count > 0 && !vouched;
        return new(number, facts.GetValueOrDefault("by") ?? "Nobody named", vouched, (vouched || before) && !isContradicted)
        {
            Proof = proof,
        };
    }

    /// <summary>What the entry says of itself is the word of the new key: it accuses, and excuses nothing.</summary>
    private static string TextOf(ReplacedKey key, bool isEarlierGiven) =>
        key.Proof switch
        {
            None =>
                $"{key.By} replaced the signing key and accepted that nothing vouched for what stood before; the entry says so. Whoever has the new key can have written all of it.",
            OldKey when isEarlierGiven =>
                $"{key.By} replaced the signing key. The entry says that the key before signed it, and no earlier key that was given did: whoever has the new key can have written all of it.",
            _ =>
                $"{key.By} replaced the signing key, and no earlier key that was given signed what stood before: whoever has the new key can have written all of it. Give the key before with --earlier-key.",
        };
}
