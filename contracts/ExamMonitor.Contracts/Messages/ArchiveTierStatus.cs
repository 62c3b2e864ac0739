namespace ExamMonitor.Contracts.Messages;

/// <summary>How the archive tier of an agent's archive stands.</summary>
/// <param name="Kind">Such as <c>folder</c> (another disk), <c>s3</c> (a bucket with Object Lock).</param>
/// <param name="ProvedSegments">Segments whose copy was read back and compared, ≥ 0.</param>
/// <param name="ProvedBytes">Their bytes.</param>
/// <param name="OnlyThereSegments">Those of them that lie there alone: to be played they are brought back.</param>
/// <param name="WaitingSegments">Exam segments without a proved copy; null while that is not known.</param>
/// <param name="WaitingBytes">Their bytes; null while not known.</param>
/// <param name="OldestWaiting">End of the oldest of them, UTC; null when none waits or it is not known.</param>
/// <param name="MismatchedObjects">Copies or files that are not what was committed, found since the agent's start, ≥ 0.</param>
/// <param name="LastPass">When copying last came to its end, UTC; null since the agent's start.</param>
/// <param name="LastCheck">When all copies were last proved again by hand, UTC; null for never.</param>
/// <param name="LastCheckProved">Copies that this check proved; null for never.</param>
/// <param name="LastCheckMismatched">Copies that did not match in this check; null for never.</param>
/// <param name="Failure">What keeps it from working now; null when nothing does.</param>
/// <param name="NeedsPerson">Whether the failure does not go away by itself.</param>
public sealed record ArchiveTierStatus(
    string Kind,
    long ProvedSegments,
    long ProvedBytes,
    long OnlyThereSegments,
    long? WaitingSegments,
    long? WaitingBytes,
    DateTimeOffset? OldestWaiting,
    long MismatchedObjects,
    DateTimeOffset? LastPass,
    DateTimeOffset? LastCheck,
    long? LastCheckProved,
    long? LastCheckMismatched,
    LocalText? Failure,
    bool NeedsPerson
);
