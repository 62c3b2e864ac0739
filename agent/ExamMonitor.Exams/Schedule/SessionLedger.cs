using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Hosting.Jobs;
using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.Exams.Schedule;

/// <summary>How changes of the schedule stand in the ledger: who, why, from which file, and the hash of what was changed.</summary>
internal static class SessionLedger
{
    /// <summary>Kind of the entry.</summary>
    public const string Kind = "schedule";

    /// <summary>Appends the entry of a set.</summary>
    /// <returns>Its number.</returns>
    public static long Enter(VolumeLedger ledger, SessionSet set)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["set"] = set.Number.ToString(CultureInfo.InvariantCulture),
            ["time"] = UtcJsonConverter.ToText(set.At),
            ["person"] = set.Person,
            ["added"] = Count(SessionChangeKind.Added),
            ["changed"] = Count(SessionChangeKind.Changed),
            ["cancelled"] = Count(SessionChangeKind.Cancelled),
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(set.Items, ContractJson.Options))),
            ["sessions"] = string.Join(' ', set.Items.Take(20).Select(i => i.Session.Id.Text)) + (set.Items.Count > 20 ? " …" : string.Empty),
        };
        if (set.Reason is { } reason) facts["reason"] = reason;
        if (set.File is { } file) facts["file"] = file;
        return ledger.Append(Kind, facts);

        string Count(SessionChangeKind kind) => set.Items.Count(i => i.Kind == kind).ToString(CultureInfo.InvariantCulture);
    }
}
