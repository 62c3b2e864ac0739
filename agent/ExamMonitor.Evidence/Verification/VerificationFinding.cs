namespace ExamMonitor.Evidence.Verification;

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

    /// <summary>
    /// The bytes of an entry are those of an earlier one, or lie in a file that the ledger does not know: old footage shown as new.
    /// </summary>
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

    /// <summary>A file is there whose entry no head signs: nothing proves that the agent added it.</summary>
    FileUnproved,

    /// <summary>A file is gone, and the destruction that speaks of it is under no signed head.</summary>
    DestructionUnproved,

    /// <summary>A file is gone, and the removal to the archive tier that speaks of it is under no signed head.</summary>
    RemovalUnproved,

    /// <summary>A signed destruction has no line in the register.</summary>
    DestructionUnregistered,

    /// <summary>Two persons were asked for, and no list that two different persons approved names the segment.</summary>
    DestructionUnapproved,

    /// <summary>The window was not over at that moment by the rules then in force.</summary>
    DestructionEarly,

    /// <summary>A hold was in force at that moment.</summary>
    DestructionHeld,

    /// <summary>The ledger gives no ground for the destruction: it names no such segment, or another reason than the law gives.</summary>
    DestructionUnfounded,

    /// <summary>The file of the rules is not what the ledger says.</summary>
    RulesChanged,

    /// <summary>A file of the sessions is not what the ledger says.</summary>
    SessionsChanged,

    /// <summary>The file of the holds is not what the ledger says.</summary>
    HoldsChanged,

    /// <summary>The file of what happened to the clock is not what the ledger says.</summary>
    ClockMarksChanged,

    /// <summary>The file of the approvals is not what the ledger says.</summary>
    ApprovalsChanged,

    /// <summary>A register of destructions is not what the ledger says.</summary>
    RegisterChanged,

    /// <summary>Day lines are not what the ledger says.</summary>
    DayLinesChanged,

    /// <summary>The exam schedule is not what the ledger says.</summary>
    ScheduleChanged,

    /// <summary>A statement or its list is not what the ledger says.</summary>
    StatementChanged,

    /// <summary>The file of the newest head is gone, and heads exist.</summary>
    CheckpointMissing,

    /// <summary>The file of the newest head holds an older one.</summary>
    CheckpointStale,

    /// <summary>The heads of a day on which the ledger grew are gone, or end before the newest.</summary>
    DayHeadsMissing,

    /// <summary>The file of stored hashes is gone or too short.</summary>
    HashesMissing,

    /// <summary>The stored hashes are not those of the entries.</summary>
    HashesChanged,

    /// <summary>A policy was given, and no head has the cosignatures that it asks for.</summary>
    PolicyNotMet,

    /// <summary>A line that names a witness of the policy does not hold.</summary>
    CosignatureInvalid,

    /// <summary>Footage was entered that nothing but the volume speaks for.</summary>
    EnteredFromVolume,

    /// <summary>Entries or heads are later than the verifier's own clock.</summary>
    FromTheFuture,

    /// <summary>A person vouched for a clock that was ahead, and destructions rest on that word.</summary>
    ClockVouchedWrong,

    /// <summary>The signing key was replaced, and no earlier key that was given proves what stood before.</summary>
    KeyReplacedUnproved,

    /// <summary>A link, a pipe or a device lies on the volume.</summary>
    NotAFile,
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
