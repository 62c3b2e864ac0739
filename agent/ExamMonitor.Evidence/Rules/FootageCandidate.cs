using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Rules;

/// <summary>What a retention decision needs to know of a committed segment.</summary>
/// <param name="Segment">Number in the index.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Start">UTC, ms.</param>
/// <param name="End">UTC, ms, exclusive.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="InLedger">Whether the ledger holds its hash; without that nobody could prove later what was let go, so that it is
/// kept.</param>
public sealed record FootageCandidate(
    long Segment,
    RoomId Room,
    CameraId Camera,
    DateTimeOffset Start,
    DateTimeOffset End,
    long SizeBytes,
    bool InLedger = true
)
{
    /// <summary>Number of its ledger entry: its place in the order of everything that happened; null before it has one.</summary>
    public long? Leaf { get; init; }

    /// <summary>When it can have been made; null when its own date is all that is possible.</summary>
    public MadeWhen? Made { get; init; }
}
