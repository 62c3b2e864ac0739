using ExamMonitor.Agent.Problems;

namespace ExamMonitor.Agent.Publishing;

/// <summary>What the schedule says of a room at one moment.</summary>
/// <param name="SessionNow">Session that runs; null when none does.</param>
/// <param name="Ready">Newest answer for the next session; null when none is scheduled or it was not checked yet.</param>
/// <param name="NotReady">Problem of the same; null for none.</param>
/// <param name="IsOff">Whether the cameras rest because no session needs them: then nothing that the pictures lack is a problem, and none can be seen to end.</param>
internal sealed record RoomOutlook(ExamSessionId? SessionNow, bool? Ready, Observation? NotReady, bool IsOff)
{
    /// <summary>No schedule.</summary>
    public static RoomOutlook None { get; } = new(null, null, null, false);
}
