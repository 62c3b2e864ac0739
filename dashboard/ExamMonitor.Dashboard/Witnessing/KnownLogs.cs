using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Transparency;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>
/// Which logs this witness cosigns: the agents whose key it pinned, and those of the configuration. Any other is unknown.
/// </summary>
internal static class KnownLogs
{
    /// <summary>The log of an origin; null when it is not known.</summary>
    public static async Task<KnownLog?> FindAsync(string origin, LedgerWitness witness, DashboardOptions options, CancellationToken ct)
    {
        var pinned = await witness.FindAsync(origin, ct).ConfigureAwait(false);
        var keys = options.WitnessLogs.Select(Parse).Where(k => string.Equals(k.Name, origin, StringComparison.Ordinal)).ToList();
        return pinned is null && keys.Count == 0 ? null : new(origin, pinned?.PublicKey, keys);
    }

    /// <summary>Whether a text is a log's verifier key.</summary>
    public static bool IsKey(string text) => VerifierKey.TryParse(text, out var key) && key.Type == NoteKeyType.Ed25519;

    private static VerifierKey Parse(string text) =>
        VerifierKey.TryParse(text, out var key) ? key : throw new System.Diagnostics.UnreachableException(text);
}
