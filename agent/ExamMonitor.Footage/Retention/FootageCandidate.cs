using ExamMonitor.Contracts;

namespace ExamMonitor.Footage.Retention;

/// <summary>What a retention decision needs to know of a committed segment.</summary>
/// <param name="Segment">Number in the index.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Start">UTC, ms.</param>
/// <param name="End">UTC, ms, exclusive.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="InLedger">Whether the ledger holds its hash; without that nobody could prove later what was let go, so that it is kept.</param>
public sealed record FootageCandidate(long Segment, RoomId Room, CameraId Camera, DateTimeOffset Start, DateTimeOffset End, long SizeBytes, bool InLedger = true);
