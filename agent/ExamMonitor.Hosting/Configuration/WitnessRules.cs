using System.Globalization;
using ExamMonitor.Transparency;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>What must hold of the witnesses of the configuration.</summary>
internal static class WitnessRules
{
    /// <summary>What does not hold.</summary>
    public static IEnumerable<Finding> Check(
        IReadOnlyList<WitnessSection> witnesses,
        string folder,
        Func<string, string, string?, Finding> error
    )
    {
        var seen = new List<VerifierKey>();
        for (var i = 0; i < witnesses.Count; i++)
        {
            var (place, witness) = (string.Create(CultureInfo.InvariantCulture, $"ledger.witnesses[{i}]"), witnesses[i]);
            if (!ConfigurationRules.IsAddress(witness.Address, "http", "https"))
                yield return error(
                    $"{place}.address",
                    $"\"{Secrets.WithoutCredentials(witness.Address)}\" is not an http or https address.",
                    null
                );
            else if (new Uri(witness.Address) is { UserInfo.Length: > 0 } or { Query.Length: > 0 } or { Fragment.Length: > 0 })
                yield return error(
                    $"{place}.address",
                    "holds a user, a password, a query or a fragment.",
                    "A witness asks for none; write its address alone."
                );
            if (witness.CaFile is { } authority && CheckAuthority(witness, Path.Combine(folder, authority)) is { } fault)
                yield return error($"{place}.caFile", fault, "Write the root certificate of the witness's authority into it, in PEM.");
            if (!VerifierKey.TryParse(witness.Key, out var key) || key.Type != NoteKeyType.Cosignature)
                yield return error(
                    $"{place}.key",
                    "is not a witness's verifier key (vkey of type 0x04, Ed25519).",
                    "Copy it from the witness's operator; a dashboard shows it on its page Ledgers."
                );
            else if (seen.Any(key.IsSameKey))
                yield return error($"{place}.key", "stands there twice.", "Each witness has a key of its own.");
            else
                seen.Add(key);
        }
    }

    private static string? CheckAuthority(WitnessSection witness, string path) =>
        !witness.Address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? "stands beside an address that is not https: nothing is verified by it."
        : !File.Exists(path) ? $"there is no file \"{witness.CaFile}\"."
        : ConfigurationRules.FindCertificateFault(path);
}
