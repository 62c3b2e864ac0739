using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Publishing;

/// <summary>What the schedule says of a room at one moment.</summary>
/// <param name="SessionNow">Session that runs; null when none does.</param>
/// <param name="Ready">Newest answer for the next session; null when none is scheduled or it was not checked yet.</param>
internal sealed record RoomOutlook(ExamSessionId? SessionNow, bool? Ready)
{
    /// <summary>No schedule.</summary>
    public static RoomOutlook None { get; } = new(null, null);
}

/// <summary>What the schedule says, for whoever publishes rooms. Thread-safe.</summary>
internal interface IExamOutlook
{
    /// <summary>SHA-256 of the schedule in force, hex; null without one.</summary>
    string? ScheduleDigest { get; }

    /// <summary>What it says of a room.</summary>
    RoomOutlook Of(RoomId room, DateTimeOffset now);
}

/// <summary>Problems of a room that a check finds and only the same check ends. Thread-safe.</summary>
internal interface IRoomCheck
{
    /// <summary>Codes of its problems; nobody else opens or closes them.</summary>
    IReadOnlyList<string> Codes { get; }

    /// <summary>What is wrong.</summary>
    IEnumerable<Observation> Observe(RoomId room, DateTimeOffset now);
}
