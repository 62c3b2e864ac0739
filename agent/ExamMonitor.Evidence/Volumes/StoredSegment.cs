using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>A committed segment.</summary>
/// <param name="Id">Number in the agent's index; never used again.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Run">Run it belongs to.</param>
/// <param name="Number">Place among the camera's segments and gaps, from 1, without a hole.</param>
/// <param name="Path">Relative to the volume, with <c>/</c>.</param>
/// <param name="StartUtc">Wall time of its first picture, ms.</param>
/// <param name="EndUtc">Exclusive.</param>
/// <param name="MediaStart90k">Media time of its first sample in the run, 1/90,000 s; in the file it is 0.</param>
/// <param name="Duration90k">Media duration, 1/90,000 s.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="Sha256">Hash of the file, 32 bytes.</param>
/// <param name="Recovered">Whether it was cut at its last whole fragment after a crash.</param>
/// <param name="Leaf">Its number in the ledger; null before it has one.</param>
public sealed record StoredSegment(
    long Id,
    RoomId Room,
    CameraId Camera,
    long Run,
    long Number,
    string Path,
    DateTimeOffset StartUtc,
    DateTimeOffset EndUtc,
    long MediaStart90k,
    long Duration90k,
    long SizeBytes,
    ReadOnlyMemory<byte> Sha256,
    bool Recovered,
    long? Leaf
)
{
    /// <summary>Whether the file lies on the archive tier alone: proved there, and taken from this volume to make room.</summary>
    public bool IsRemote { get; init; }
}
