using System.Runtime.InteropServices;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording.Index;

/// <summary>A camera's row.</summary>
internal sealed record CameraRow(
    long No,
    RoomId Room,
    CameraId Camera,
    long FirstSeenMs,
    long LastLeaf,
    long SizeBytes,
    long? LastEndMs,
    long LongestSegmentMs,
    long LongestGapMs
);

/// <summary>What a run's row holds.</summary>
internal sealed record RunRow(
    long StartMs,
    string? Video,
    string? Audio,
    int Width,
    int Height,
    string? AudioSent,
    bool AudioTranscoded,
    ReadOnlyMemory<byte> InitializationSha256
);

/// <summary>A segment about to be committed.</summary>
internal sealed record NewSegment(
    long StartMs,
    long EndMs,
    long Run,
    ArchivePath Path,
    long SizeBytes,
    ReadOnlyMemory<byte> Sha256,
    long MediaStart90k,
    long Duration90k,
    bool Recovered,
    int InitializationBytes,
    IReadOnlyList<FragmentEntry> Fragments
);

/// <summary>A gap about to be written whole.</summary>
internal sealed record NewGap(long StartMs, long EndMs, GapCause Cause, LocalText? Detail);

/// <summary>A gap's row; open while <paramref name="EndMs"/> is null.</summary>
internal sealed record GapRow(long Id, long StartMs, long? EndMs, GapCause Cause, LocalText? Detail, long? Number);

/// <summary>A file that is being written, or was when the process died.</summary>
internal sealed record PartRow(ArchivePath Path, long CameraNo, long Run, long StartMs, long MediaStart90k);

/// <summary>A file that nobody needs and that may still be there.</summary>
internal sealed record GarbageRow(string Path, long? Segment, string Reason)
{
    /// <summary>
    /// Reason of what was taken from the volume since it lies on the archive tier, as the indexes that exist have it. The ledger comes
    /// before the file.
    /// </summary>
    public const string OnArchiveTier = "on the second tier";
}

/// <summary>What a segment's or gap's row has that its day line or ledger entry may still lack.</summary>
internal sealed record PendingRow(long Number, bool IsGap, long StartMs, long Id);

/// <summary>A stretch of wall time.</summary>
/// <param name="StartMs">UTC ms.</param>
/// <param name="EndMs">UTC ms, exclusive.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Span(long StartMs, long EndMs)
{
    public long LengthMs => Math.Max(0, EndMs - StartMs);
}
