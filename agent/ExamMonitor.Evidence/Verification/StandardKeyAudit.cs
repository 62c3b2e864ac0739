using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Whether the second key, which standard witnesses know, is one that the ledger names below heads of the first.</summary>
/// <param name="terms">What to verify against.</param>
internal sealed class StandardKeyAudit(VerificationTerms terms)
{
    private readonly List<(long Number, VerifierKey Key)> _keys = [];
    private SignedNote? _newest;

    /// <summary>Takes an entry.</summary>
    public void Take(ParsedEntry entry, long number)
    {
        if (StandardKeyBinding.KeyOf(entry) is { } text && VerifierKey.TryParse(text, out var key))
            _keys.Add((number, key));
    }

    /// <summary>Takes the newest head as it lies on the volume.</summary>
    public void TakeNewest(string text) => _newest = SignedNote.TryParse(text, out var note) ? note : null;

    /// <summary>What is wrong. A ledger of before names no second key, and nothing is asked of it.</summary>
    public IEnumerable<VerificationFinding> Check()
    {
        if (_newest is not { } note || !Checkpoint.TryParse(note.Text, out var head) || !note.IsSignedBy(head.Origin, terms.PublicKey))
            yield break;
        if (_keys.FindLast(k => k.Number < head.Size).Key is not { } key)
            yield break;
        var own = new[] { SignedNote.KeyId(head.Origin, terms.PublicKey), SignedNote.StandardKeyId(terms.PublicKey), key.KeyId };
        if (note.Signatures.Any(s => s.Name == head.Origin && !own.Any(k => s.Is(head.Origin, k))))
        {
            yield return new(
                FindingKind.WrongKey,
                "checkpoint",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The head of {head.Time:u} bears a signature in the log's name by a key that no entry of the ledger names: a witness that takes it follows somebody else."
                )
            );
        }

        if (key.Check(note) == SignatureStanding.Fails)
            yield return new(
                FindingKind.WrongKey,
                "checkpoint",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The second signature of the head of {head.Time:u} does not hold under the key that the ledger names."
                )
            );
    }
}
