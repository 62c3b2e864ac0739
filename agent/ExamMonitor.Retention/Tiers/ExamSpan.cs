using ExamMonitor.Contracts;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Wall time of a room whose footage is exam footage.</summary>
/// <param name="Room">Room; every camera of it is meant.</param>
/// <param name="From">UTC, with the margin before the session.</param>
/// <param name="To">UTC, exclusive, with the margin after it.</param>
/// <param name="KeepUntil">End of the legal window, UTC: until then no copy may be deletable.</param>
public sealed record ExamSpan(RoomId Room, DateTimeOffset From, DateTimeOffset To, DateTimeOffset KeepUntil);

/// <summary>Says which footage is exam footage, and until when it must be kept.</summary>
public interface IExamFootage
{
    /// <summary>
    /// Every span whose window has not ended, in any order. A window that became longer is copied to the tier; one that became shorter
    /// changes nothing there.
    /// </summary>
    IReadOnlyList<ExamSpan> Spans();
}
