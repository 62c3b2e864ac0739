using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;

namespace ExamMonitor.Evaluation;

/// <summary>A pack that somebody asked for. It lies on the disk before anything is done, so that a restart goes on with it.</summary>
/// <param name="Id">Id of the pack.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Request">What.</param>
/// <param name="Person">Who.</param>
/// <param name="Reason">Why.</param>
internal sealed record PackOrder(string Id, DateTimeOffset At, PackRequest Request, string Person, string Reason)
{
    /// <summary>Whoever asked.</summary>
    public ActingPerson By => new(Person, Reason);
}

/// <summary>Where everything of a pack lies, as it is kept: with it the same bytes are made after a restart.</summary>
/// <param name="Summary">The pack.</param>
/// <param name="Time">Time that every file of the archive carries.</param>
/// <param name="Items">Files in their order.</param>
internal sealed record PackPlan(PackSummary Summary, DateTimeOffset Time, IReadOnlyList<PackPlanItem> Items);

/// <summary>A file of a pack: a clip on the volume, or a stretch of the pack's own file of parts.</summary>
/// <param name="Path">Path in the pack.</param>
/// <param name="SizeBytes">Size.</param>
/// <param name="Crc">Checksum; null for a clip.</param>
/// <param name="Offset">Where it begins in the file of parts; null for a clip.</param>
/// <param name="Clip">Clip; null for a part.</param>
internal sealed record PackPlanItem(string Path, long SizeBytes, uint? Crc, long? Offset, PackPlanClip? Clip);

/// <summary>A clip on the volume.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Start">Its start, UTC.</param>
internal sealed record PackPlanClip(RoomId Room, CameraId Camera, DateTimeOffset Start);
