namespace ExamMonitor.Footage.Verification;

/// <summary>What a verification found.</summary>
public enum FindingKind
{
    /// <summary>The file's bytes are not those of its entry.</summary>
    ContentChanged,

    /// <summary>The file is shorter or longer than its entry says.</summary>
    SizeChanged,

    /// <summary>The bytes of this place are those of another entry: files were exchanged.</summary>
    Swapped,

    /// <summary>The entry's file is not there, and no destruction explains it.</summary>
    FileMissing,

    /// <summary>A file that the ledger does not know.</summary>
    FileUnknown,

    /// <summary>A file that the ledger does not know holds the bytes of an entry: old footage shown as new.</summary>
    Replayed,

    /// <summary>Numbers of a camera's entries leave a hole, repeat, or their links do not meet.</summary>
    OrderBroken,

    /// <summary>An entry is not in the format.</summary>
    EntryUnreadable,

    /// <summary>Fewer entries than a signed head says.</summary>
    RolledBack,

    /// <summary>The entries do not give the root of a signed head.</summary>
    Forked,

    /// <summary>A head is signed by another key.</summary>
    WrongKey,

    /// <summary>A head is not in the format, or of another agent.</summary>
    HeadUnreadable,

    /// <summary>There is no signed head: nothing vouches for the entries.</summary>
    NotSigned,
}

/// <summary>One finding.</summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">File, entry or head.</param>
/// <param name="Text">For a person.</param>
public sealed record VerificationFinding(FindingKind Kind, string Subject, string Text);

/// <summary>How far a verification is.</summary>
/// <param name="DoneBytes">Bytes hashed.</param>
/// <param name="TotalBytes">Bytes to hash.</param>
/// <param name="Files">Files looked at.</param>
public sealed record VerificationProgress(long DoneBytes, long TotalBytes, int Files);

/// <summary>What was verified and what was found. Each question is answered for itself.</summary>
/// <param name="Segments">Segments whose content was compared.</param>
/// <param name="Bytes">Bytes hashed.</param>
/// <param name="Entries">Entries of the ledger.</param>
/// <param name="Heads">Signed heads that were checked.</param>
/// <param name="NewestHead">Time of the newest head that holds, UTC; null when none does.</param>
/// <param name="KeyId">Key that signed, first 8 bytes of SHA-256 over its SubjectPublicKeyInfo, hex.</param>
/// <param name="UncoveredEntries">Entries appended after the newest head: written down, not yet signed for.</param>
/// <param name="Findings">Empty for a clean archive.</param>
public sealed record VerificationReport(
    int Segments, long Bytes, long Entries, int Heads, DateTimeOffset? NewestHead, string KeyId, long UncoveredEntries, IReadOnlyList<VerificationFinding> Findings)
{
    private static readonly HashSet<FindingKind> Content =
        [FindingKind.ContentChanged, FindingKind.SizeChanged, FindingKind.Swapped, FindingKind.FileMissing, FindingKind.FileUnknown, FindingKind.Replayed];

    /// <summary>Whether every file is what the ledger says, none is missing and none is added.</summary>
    public bool ContentIntact => !Findings.Any(f => Content.Contains(f.Kind));

    /// <summary>Whether each camera's entries follow one another without a hole.</summary>
    public bool OrderProved => !Findings.Any(f => f.Kind is FindingKind.OrderBroken or FindingKind.EntryUnreadable);

    /// <summary>Whether the entries are those that the key signed.</summary>
    public bool SignatureHolds => !Findings.Any(f => f.Kind is FindingKind.RolledBack or FindingKind.Forked or FindingKind.WrongKey or FindingKind.HeadUnreadable or FindingKind.NotSigned);
}
