using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Compares the cosignatures of a ledger's heads with a policy. Heads are read from the newest back, until the policy is met and every
/// witness was found.
/// </summary>
/// <param name="folder">Ledger folder.</param>
/// <param name="terms">What to verify against.</param>
internal sealed class PolicyAudit(string folder, VerificationTerms terms)
{
    /// <summary>So many heads are judged at most: an hour of verification is not spent on a witness that never signed.</summary>
    private const int MostHeads = 20_000;

    private readonly List<VerificationFinding> _findings = [];
    private readonly Dictionary<string, WitnessVouch> _vouches = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _judged = new(StringComparer.Ordinal);
    private PolicyHead? _met;

    public IReadOnlyList<VerificationFinding> Findings => _findings;

    /// <summary>Heads that witnesses cosigned, in order; they count as heads like any other.</summary>
    public static IEnumerable<(string Note, string Where)> Cosigned(string ledger) =>
        Files(ledger)
            .Order(StringComparer.Ordinal)
            .SelectMany(f => DayHeads.Split(File.ReadAllText(f, Encoding.UTF8)).Select(n => (n, $"cosigned/{Path.GetFileName(f)}")));

    /// <summary>Null without a policy.</summary>
    /// <param name="held">Heads that the entries give.</param>
    public PolicyReport? Run(HashSet<(long Size, TreeHash Root)> held)
    {
        if (terms.Policy is not { } policy)
            return null;
        foreach (var text in Newest().Take(MostHeads))
        {
            if (Read(text) is not ({ } note, { } head) || !held.Contains((head.Size, head.Root)) || !_judged.Add(text))
                continue;
            Take(policy.Judge(note), head);
            if (_met is not null && _vouches.Count == policy.Witnesses.Count)
                break;
        }

        foreach (var name in _failing)
            Find(
                FindingKind.CosignatureInvalid,
                $"The cosignature of witness {name} below a head does not hold: the line was changed or made up."
            );
        if (_met is null)
            Find(
                FindingKind.PolicyNotMet,
                "No head of this ledger is vouched for as the policy asks. Ask the witnesses for the heads that they cosigned, and give them "
                    + "with --head."
            );
        return new([.. policy.Witnesses.Select(w => _vouches.GetValueOrDefault(w.Name) ?? new(w.Name, w.Key.Name, null, null))], _met);

        void Take(PolicyVerdict verdict, Checkpoint head)
        {
            _failing.UnionWith(verdict.Failing);
            foreach (var one in verdict.Cosignatures)
            {
                if (_vouches.TryGetValue(one.Witness, out var known) && known.Size >= head.Size)
                    continue;
                _vouches[one.Witness] = new(one.Witness, policy.Witnesses.First(w => w.Name == one.Witness).Key.Name, head.Size, one.Time);
            }

            if (verdict.IsMet && (_met is null || head.Size > _met.Size))
                _met = new(head.Size, head.Time, verdict.NotLaterThan);
        }
    }

    private static IReadOnlyList<string> Files(string ledger) => PlainFiles.Heads(LedgerLog.CosignedFolder(ledger));

    private void Find(FindingKind kind, string text) => _findings.Add(new(kind, "ledger", text));

    /// <summary>
    /// Known heads first: a person gave them for a reason. Cosignatures of one head that lie in several places are joined.
    /// </summary>
    private IEnumerable<string> Newest()
    {
        var path = Path.Combine(folder, "checkpoint");
        var newest =
            PlainFiles.IsFile(path) && new FileInfo(path).Length <= SignedNote.MaxLength ? File.ReadAllText(path, Encoding.UTF8) : null;
        var near = (newest is null ? [] : new[] { newest }).Concat(terms.KnownHeads ?? []).ToList();
        foreach (var joined in Join(near))
            yield return joined;
        foreach (var file in Files(folder).OrderDescending(StringComparer.Ordinal))
        {
            foreach (var note in Join([.. DayHeads.Split(File.ReadAllText(file, Encoding.UTF8))]).Reverse())
                yield return note;
        }

        // A policy without witnesses asks for the log's own signature alone: any head of a day serves.
        if (terms.Policy is not { AsksForNone: true })
            yield break;
        foreach (var file in PlainFiles.Heads(Path.Combine(folder, "checkpoints")).OrderDescending(StringComparer.Ordinal))
        {
            foreach (var note in DayHeads.Split(File.ReadAllText(file, Encoding.UTF8)).Reverse())
                yield return note;
        }
    }

    private static IEnumerable<string> Join(IReadOnlyList<string> notes)
    {
        var read = notes.Select(n => SignedNote.TryParse(n, out var note) ? note : null).OfType<SignedNote>();
        return read.GroupBy(n => n.Text, StringComparer.Ordinal)
            .Select(g =>
                g.First() with
                {
                    Signatures = [.. g.SelectMany(n => n.Signatures).DistinctBy(s => s.Format(), StringComparer.Ordinal)],
                }
            )
            .Select(n => n.Format());
    }

    private (SignedNote? Note, Checkpoint? Head) Read(string text) =>
        SignedNote.TryParse(text, out var note)
        && Checkpoint.TryParse(note.Text, out var head)
        && (terms.Origin is null || head.Origin == terms.Origin)
        && note.IsSignedBy(head.Origin, terms.PublicKey)
            ? (note, head)
            : (null, null);
}
