using System.Globalization;
using System.Text.Json;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>What can be wrong with a ledger on its volume. In the order of their weight: the first is told first.</summary>
public enum LedgerDamage
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Fewer entries than a signed head speaks of.</summary>
    RolledBack,

    /// <summary>The entries do not give the root that was signed.</summary>
    Forked,

    /// <summary>There are heads, and none is signed by the key that is here.</summary>
    WrongKey,

    /// <summary>There are entries, and neither a head nor the memory of one beside the key.</summary>
    HeadsMissing,

    /// <summary>Entries behind the last head do not bear this agent's tag: they were put aside.</summary>
    UnprovedEntries,

    /// <summary>The signing key was replaced, and nothing says that the key before signed the head that the new one went on from.</summary>
    KeyUnproved,

    /// <summary>The index asks for an entry that no process of this agent asked for: it was not made.</summary>
    UnprovedNote,

    /// <summary>The index names a committed segment as garbage, and the ledger has no entry that lets it go: it stays.</summary>
    UnprovedGarbage,

    /// <summary>
    /// What the index says of a segment that was due is not what its entry says, or the entry is not the one that was signed: it stays.
    /// </summary>
    RowDiffers,

    /// <summary>The file of the newest head is unreadable or signed by another key; other copies of heads are right.</summary>
    ForeignCheckpoint,

    /// <summary>The file of the newest head is gone, or older than the heads that were kept.</summary>
    CheckpointShortened,

    /// <summary>The files of heads by day lack the newest head, or hold what this key did not sign.</summary>
    DayHeadsShortened,

    /// <summary>A stored entry is not the one that the tree was made of.</summary>
    EntryChanged,

    /// <summary>A line of a <c>day.jsonl</c> is missing, or is not what the index and the ledger say.</summary>
    DayLineChanged,

    /// <summary>The file of stored hashes was gone, and was made again from the entries.</summary>
    HashesMissing,

    /// <summary>The file of stored hashes was short or changed, and was made again from the entries.</summary>
    HashesChanged,

    /// <summary>After the index was made again, footage was entered that nothing but the volume speaks for.</summary>
    EnteredFromVolume,

    /// <summary>
    /// The memory of the newest head beside the key is gone or unreadable: an older copy of the volume would not be noticed here.
    /// </summary>
    AnchorMissing,
}

/// <summary>Something that is wrong with a ledger.</summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">File, relative to the ledger's folder; of a row of the index, its table and number; of garbage, its path.</param>
/// <param name="Entry">First entry that it concerns; −1 when it concerns none.</param>
/// <param name="Count">Entries that it concerns; 0 when it concerns none.</param>
public sealed record LedgerFinding(LedgerDamage Kind, string Subject, long Entry = -1, long Count = 0)
{
    /// <summary>
    /// Whether no head may be signed before a person has mended it: what lies below the last head is not what was signed.
    /// </summary>
    public bool StopsSigning =>
        Kind is LedgerDamage.RolledBack or LedgerDamage.Forked or LedgerDamage.WrongKey || (Kind == LedgerDamage.HeadsMissing && Count > 0);

    /// <summary>Whether it holds as long as the ledger is as it is, whoever has acknowledged it.</summary>
    public bool Stays =>
        StopsSigning
        || Kind is LedgerDamage.UnprovedEntries or LedgerDamage.KeyUnproved or LedgerDamage.UnprovedNote or LedgerDamage.UnprovedGarbage;

    /// <summary>Whether the proof itself is hurt: not by what was made again from whole entries.</summary>
    public bool HurtsProof =>
        Kind
            is not (
                LedgerDamage.HashesMissing
                or LedgerDamage.HashesChanged
                or LedgerDamage.EnteredFromVolume
                or LedgerDamage.AnchorMissing
            );

    /// <summary>Facts of its entry in the ledger.</summary>
    public IReadOnlyDictionary<string, string> ToFacts() =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["count"] = Count.ToString(CultureInfo.InvariantCulture),
            ["entry"] = Entry < 0 ? string.Empty : Entry.ToString(CultureInfo.InvariantCulture),
            ["finding"] = JsonNamingPolicy.KebabCaseLower.ConvertName(Kind.ToString()),
            ["subject"] = Subject,
        };
}
