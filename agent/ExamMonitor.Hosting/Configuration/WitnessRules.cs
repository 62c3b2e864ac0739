using System.Globalization;
using ExamMonitor.Transparency;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>What must hold of the witnesses of the configuration.</summary>
internal static class WitnessRules
{
    /// <summary>What does not hold.</summary>
    public static IEnumerable<Finding> Check(IReadOnlyList<WitnessSection> witnesses, Func<string, string, string?, Finding> error)
    {
        var seen = new List<VerifierKey>();
        for (var i = 0; i < witnesses.Count; i++)
        {
            var (place, witness) = (string.Create(CultureInfo.InvariantCulture, $"ledger.witnesses[{i}]"), witnesses[i]);
            if (!ConfigurationRules.IsAddress(witness.Address, "http", "https"))
                yield return error($"{place}.address",
                    $"\"{Secrets.WithoutCredentials(witness.Address)}\" is not an http or https address.", null);
            else if (new Uri(witness.Address) is { UserInfo.Length: > 0 } or { Query.Length: > 0 } or { Fragment.Length: > 0 })
                yield return error($"{place}.address", "holds a user, a password, a query or a fragment.",
                    "A witness asks for none; write its address alone.");
            if (!VerifierKey.TryParse(witness.Key, out var key) || key.Type != NoteKeyType.Cosignature)
                yield return error($"{place}.key", "is not a witness's verifier key (vkey of type 0x04, Ed25519).",
                    "Copy it from the witness's operator; a dashboard shows it on its page Ledgers.");
            else if (seen.Any(key.IsSameKey))
                yield return error($"{place}.key", "stands there twice.", "Each witness has a key of its own.");
            else seen.Add(key);
        }
    }
}
