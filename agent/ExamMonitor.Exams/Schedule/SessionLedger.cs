using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.Exams.Schedule;

/// <summary>The ledger as the exam schedule needs it.</summary>
internal interface ISessionLedger
{
    /// <summary>Appends the entry of a set; it is on the disk, and below a head where heads are signed, when this returns.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="IOException">The entry may be there or not; <see cref="Find"/> tells.</exception>
    long Enter(SessionSet set);

    /// <summary>Whether that entry speaks of the set: its number, time, person, reason, file and the hash of its items.</summary>
    bool Has(SessionSet set, long entry);

    /// <summary>First entry from a number on that speaks of the set; null for none.</summary>
    long? Find(SessionSet set, long from);
}

/// <summary>How changes of the schedule stand in the ledger: who, why, from which file, and the hash of what was changed.</summary>
/// <param name="ledger">Ledger of the volume.</param>
/// <param name="time">Clock.</param>
internal sealed class SessionLedger(VolumeLedger ledger, TimeProvider time) : ISessionLedger
{
    /// <summary>Kind of the entry.</summary>
    public const string Kind = "schedule";

    private const int EntriesAtOnce = 4096;

    /// <inheritdoc/>
    public long Enter(SessionSet set)
    {
        var facts = FactsOf(set);
        facts["added"] = Count(SessionChangeKind.Added);
        facts["changed"] = Count(SessionChangeKind.Changed);
        facts["cancelled"] = Count(SessionChangeKind.Cancelled);
        facts["sessions"] =
            string.Join(' ', set.Items.Take(20).Select(i => i.Session.Id.Text)) + (set.Items.Count > 20 ? " …" : string.Empty);
        var number = ledger.Append(Kind, facts);
        // A ledger that must not be signed still takes the schedule; its entries wait for their head with everything else.
        if (ledger.Log.MaySign)
            ledger.Log.Sign(time.GetUtcNow());
        else
            ledger.Log.Flush();
        return number;

        string Count(SessionChangeKind kind) => set.Items.Count(i => i.Kind == kind).ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public bool Has(SessionSet set, long entry) =>
        entry >= 0 && ledger.Log.ReadSome(entry, 1) is [var bytes] && SpeaksOf(LedgerEntry.Parse(bytes), FactsOf(set));

    /// <inheritdoc/>
    public long? Find(SessionSet set, long from)
    {
        var facts = FactsOf(set);
        for (var number = Math.Max(0, from); ledger.Log.ReadSome(number, EntriesAtOnce) is { Count: > 0 } some; number += some.Count)
        {
            for (var i = 0; i < some.Count; i++)
            {
                if (some[i].AsSpan().IndexOf("\"schedule\""u8) >= 0 && SpeaksOf(LedgerEntry.Parse(some[i]), facts))
                    return number + i;
            }
        }

        return null;
    }

    /// <summary>What tells one set from every other.</summary>
    private static Dictionary<string, string> FactsOf(SessionSet set)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["set"] = set.Number.ToString(CultureInfo.InvariantCulture),
            ["time"] = UtcJsonConverter.ToText(set.At),
            ["person"] = set.Person,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(set.Items, ContractJson.Options))),
        };
        if (set.Reason is { } reason)
            facts["reason"] = reason;
        if (set.File is { } file)
            facts["file"] = file;
        return facts;
    }

    private static bool SpeaksOf(ParsedEntry? entry, Dictionary<string, string> facts) =>
        entry is { Kind: Kind, Facts: { } known }
        && facts.All(f => known.GetValueOrDefault(f.Key) == f.Value)
        && known.ContainsKey("reason") == facts.ContainsKey("reason")
        && known.ContainsKey("file") == facts.ContainsKey("file");
}
