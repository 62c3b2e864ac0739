using System.Diagnostics.CodeAnalysis;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Transparency;

/// <summary>A witness of a policy.</summary>
/// <param name="Name">Name in the policy alone.</param>
/// <param name="Key">Its key, of kind <see cref="NoteKeyType.Cosignature"/>.</param>
/// <param name="Url">Where it takes checkpoints; null when the policy does not say.</param>
public sealed record PolicyWitness(string Name, VerifierKey Key, string? Url);

/// <summary>A cosignature that holds.</summary>
/// <param name="Witness">Name in the policy.</param>
/// <param name="Time">When, by the witness's clock, UTC.</param>
public sealed record PolicyCosignature(string Witness, DateTimeOffset Time);

/// <summary>What a policy says of one note.</summary>
/// <param name="Cosignatures">Those of its witnesses that hold.</param>
/// <param name="Failing">Names of witnesses whose line is wrong; with one, nothing is met.</param>
/// <param name="LogHolds">Whether one of the policy's logs signed; null when it names none, and the log must be known from
/// elsewhere.</param>
/// <param name="IsMet">Whether log and quorum are there.</param>
/// <param name="NotLaterThan">Earliest time by which a quorum had cosigned: the head existed then. Null when the policy is not met or asks
/// for no witness.</param>
public sealed record PolicyVerdict(
    IReadOnlyList<PolicyCosignature> Cosignatures,
    IReadOnlyList<string> Failing,
    bool? LogHolds,
    bool IsMet,
    DateTimeOffset? NotLaterThan
);

/// <summary>
/// Which logs and witnesses are believed, and how many of them must agree: c2sp.org/tlog-policy. Immutable; safe from any thread.
/// </summary>
public sealed class WitnessPolicy
{
    private readonly PolicyNode? _quorum;

    internal WitnessPolicy(IReadOnlyList<VerifierKey> logs, IReadOnlyList<PolicyWitness> witnesses, PolicyNode? quorum) =>
        (Logs, Witnesses, _quorum) = (logs, witnesses, quorum);

    /// <summary>Keys of logs; empty when the log is known from elsewhere.</summary>
    public IReadOnlyList<VerifierKey> Logs { get; }

    /// <summary>Witnesses.</summary>
    public IReadOnlyList<PolicyWitness> Witnesses { get; }

    /// <summary>Whether the policy asks for no cosignature at all.</summary>
    public bool AsksForNone => _quorum is null;

    /// <summary>Reads a policy file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="policy">The policy; null when it is none.</param>
    /// <param name="fault">Why it is none, with the number of the line; null for a policy.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> file,
        [NotNullWhen(true)] out WitnessPolicy? policy,
        [NotNullWhen(false)] out string? fault
    )
    {
        var reader = new WitnessPolicyReader();
        (policy, fault) = reader.Read(file);
        return policy is not null;
    }

    /// <summary>Judges a note.</summary>
    public PolicyVerdict Judge(SignedNote note)
    {
        var (held, failing, times) = (
            new List<PolicyCosignature>(),
            new List<string>(),
            new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal)
        );
        foreach (var witness in Witnesses)
        {
            switch (witness.Key.Check(note, out var time))
            {
                case SignatureStanding.Holds:
                    held.Add(new(witness.Name, time!.Value));
                    times[witness.Name] = time.Value;
                    break;
                case SignatureStanding.Fails:
                    failing.Add(witness.Name);
                    break;
            }
        }

        var log = JudgeLog(note);
        var at = _quorum?.MetAt(times);
        var met = failing.Count == 0 && log != false && (_quorum is null || at is not null);
        return new(held, failing, log, met, met ? at : null);
    }

    private bool? JudgeLog(SignedNote note)
    {
        if (Logs.Count == 0)
            return null;
        // A log's name must be the origin: a listed log vouches for its own tree alone.
        var origin = note.Text[..note.Text.IndexOf('\n', StringComparison.Ordinal)];
        var standings = Logs.Where(l => string.Equals(l.Name, origin, StringComparison.Ordinal)).Select(l => l.Check(note)).ToList();
        return standings.Contains(SignatureStanding.Holds) && !standings.Contains(SignatureStanding.Fails);
    }
}
