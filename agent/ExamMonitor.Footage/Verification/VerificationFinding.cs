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

    /// <summary>A time stamp that the ledger speaks of is gone.</summary>
    AnchorMissing,

    /// <summary>A time stamp does not hold, or is not the one that the ledger speaks of.</summary>
    AnchorInvalid,

    /// <summary>A time stamp holds, and its authority is not among the trusted ones.</summary>
    AnchorUntrusted,

    /// <summary>A policy was given, and no head has the cosignatures that it asks for.</summary>
    PolicyNotMet,

    /// <summary>A line that names a witness of the policy does not hold.</summary>
    CosignatureInvalid,
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
