using System.Globalization;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>
/// Names the second key (Ed25519) in an entry of the ledger, so that the first key vouches for it: below a head that the first one signed,
/// nobody can give it another.
/// </summary>
public static class StandardKeyBinding
{
    /// <summary>Kind of the entry: fact <c>key</c>, the verifier key.</summary>
    public const string Kind = "standard-key";

    /// <summary>Fact that holds the verifier key.</summary>
    public const string KeyFact = "key";

    /// <summary>Appends the entry, unless the ledger has it. To be called when the agent has opened its ledger.</summary>
    /// <param name="log">Ledger.</param>
    /// <param name="keyPath">Path of the first key; the number of the entry is noted beside the second.</param>
    /// <param name="now">UTC.</param>
    /// <exception cref="IOException">The entry may be there; the next start makes it again, which says the same.</exception>
    public static void Ensure(LedgerLog log, string keyPath, DateTimeOffset now)
    {
        // What is wrong with the ledger is mended first.
        if (!log.MaySign)
            return;
        var (note, key) = (StandardLedgerKey.PathFor(keyPath) + ".entry", log.StandardKey.ToString());
        if (
            File.Exists(note)
            && long.TryParse(File.ReadAllText(note).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && log.ReadSome(number, 1) is [var bytes]
            && KeyOf(LedgerEntry.Parse(bytes)) == key
        )
            return;
        number = log.Append(
            LedgerEntry.Format(Kind, now, null, null, new Dictionary<string, string>(StringComparer.Ordinal) { [KeyFact] = key })
        );
        File.WriteAllText(note, number.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    /// <summary>The second key that an entry names; null when it names none.</summary>
    internal static string? KeyOf(ParsedEntry? entry) =>
        entry?.Kind switch
        {
            Kind => entry.Facts?.GetValueOrDefault(KeyFact),
            KeyReplacement.Kind => entry.Facts?.GetValueOrDefault(KeyReplacement.StandardFact),
            _ => null,
        };
}
