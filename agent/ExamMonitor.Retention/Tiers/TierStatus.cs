using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention.Tiers;

/// <summary>How the archive tier stands.</summary>
/// <param name="Tier">Which, such as <c>s3:bucket</c>.</param>
/// <param name="CopiedSegments">Segments with a proved copy.</param>
/// <param name="CopiedBytes">Their bytes.</param>
/// <param name="RemoteOnlySegments">Segments that lie on the archive tier alone.</param>
/// <param name="RemoteOnlyBytes">Their bytes.</param>
/// <param name="Documents">Day lines, ledger files and the like with a copy.</param>
/// <param name="AwaitingUnlock">Copies that were lawfully let go and whose lock has not ended.</param>
/// <param name="WaitingSegments">Exam segments without a copy, or with one that is kept too short.</param>
/// <param name="WaitingBytes">Their bytes.</param>
/// <param name="OldestWaiting">End of the oldest of them, UTC; null when none waits.</param>
/// <param name="LastPass">When copying last came to its end, UTC; null since the start.</param>
/// <param name="Failure">What keeps it from working now; null when nothing does.</param>
/// <param name="NeedsPerson">Whether the failure does not go away by itself.</param>
/// <param name="Mismatches">Copies or files that are not what was committed, since the start.</param>
/// <param name="TransferredBytes">Bytes sent and read back since the start.</param>
public sealed record TierStatus(
    string Tier,
    long CopiedSegments,
    long CopiedBytes,
    long RemoteOnlySegments,
    long RemoteOnlyBytes,
    long Documents,
    long AwaitingUnlock,
    long WaitingSegments,
    long WaitingBytes,
    DateTimeOffset? OldestWaiting,
    DateTimeOffset? LastPass,
    string? Failure,
    bool NeedsPerson,
    IReadOnlyList<TierMismatch> Mismatches,
    long TransferredBytes
);

/// <summary>
/// Evidence that does not match. It latches until the agent starts again; nothing is overwritten or removed because of it.
/// </summary>
/// <param name="Path">Path on the volume, and key on the tier.</param>
/// <param name="Text">What was found, English.</param>
public sealed record TierMismatch(string Path, string Text);

/// <summary>How far work on the tier is.</summary>
/// <param name="Step">copy, document, extend, remove, destroy, check, restore.</param>
/// <param name="Done">Items done.</param>
/// <param name="Subject">Path.</param>
/// <param name="Bytes">Bytes done.</param>
public sealed record TierProgress(string Step, long Done, string Subject, long Bytes);

/// <summary>What was asked for of the tier.</summary>
/// <param name="Room">Room; null for all.</param>
/// <param name="Camera">Camera; null for all.</param>
/// <param name="From">UTC; null for no beginning.</param>
/// <param name="To">UTC, exclusive; null for no end.</param>
/// <param name="Segment">One segment; null for all.</param>
public sealed record TierSelection(
    Contracts.RoomId? Room = null,
    Contracts.CameraId? Camera = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    long? Segment = null
)
{
    /// <summary>Whether nothing is left out.</summary>
    public bool IsEverything => this == new TierSelection();

    internal bool Holds(StoredSegment segment) =>
        Holds(segment.Room, segment.Camera, segment.StartUtc, segment.EndUtc) && (Segment is null || Segment == segment.Id);

    internal bool Holds(Contracts.RoomId room, Contracts.CameraId camera, DateTimeOffset start, DateTimeOffset end) =>
        (Room is null || Room == room)
        && (Camera is null || Camera == camera)
        && (To is null || start < To)
        && (From is null || end > From);
}

/// <summary>What a check or a restoring did.</summary>
/// <param name="Done">Objects proved or brought back.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Skipped">Objects that were there already.</param>
/// <param name="Mismatches">What did not match.</param>
public sealed record TierReport(long Done, long Bytes, long Skipped, IReadOnlyList<TierMismatch> Mismatches);
