namespace ExamMonitor.Contracts.Messages;

/// <summary>Why there is no footage.</summary>
public enum GapCause
{
    /// <summary>Not known; never guessed.</summary>
    Unknown,

    /// <summary>The camera could not be reached.</summary>
    Network,

    /// <summary>The camera answered, and sent nothing usable.</summary>
    Camera,

    /// <summary>The camera refused the credentials.</summary>
    Authentication,

    /// <summary>The volume failed, was full, missing or too slow.</summary>
    Disk,

    /// <summary>The wall clock stepped.</summary>
    Clock,

    /// <summary>A person stopped it.</summary>
    Operator,

    /// <summary>The agent was not running.</summary>
    Agent,

    /// <summary>The camera's own time stepped, and could not be followed.</summary>
    CameraClock,
}

/// <summary>Footage of one camera.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Recording">Whether fragments are being written now.</param>
/// <param name="Since">When <paramref name="Recording"/> last changed, UTC.</param>
/// <param name="Cause">Cause of the gap that is open; null while recording.</param>
/// <param name="CompletenessToday">Proven ÷ required seconds since site midnight (or since the camera was first enabled today), [0, 1];
/// null before the first second.</param>
/// <param name="GapsToday">Gaps that touch today.</param>
/// <param name="LastSegmentAt">End of the newest committed segment, UTC; null before the first.</param>
/// <param name="SizeBytes">Committed bytes held.</param>
public sealed record CameraFootage(
    CameraId Camera,
    bool Recording,
    DateTimeOffset Since,
    GapCause? Cause,
    double? CompletenessToday,
    int GapsToday,
    DateTimeOffset? LastSegmentAt,
    long SizeBytes
);

/// <summary><c>rooms/{room}/footage/status</c>, retained.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Room">Room.</param>
/// <param name="Cameras">One entry per camera.</param>
public sealed record FootageStatus(string Schema, DateTimeOffset Ts, long Seq, RoomId Room, IReadOnlyList<CameraFootage> Cameras)
    : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/footage-status/1";
}

/// <summary>What is kept of one footage class.</summary>
/// <param name="Name">Such as <c>exam</c>, <c>idle</c>.</param>
/// <param name="Duty">Window in force as an ISO 8601 period, such as <c>P5Y</c>; null when no duty applies.</param>
/// <param name="OldestHeld">Start of the oldest segment held, UTC; null when none is.</param>
/// <param name="SizeBytes">Bytes held.</param>
public sealed record RetentionClass(string Name, string? Duty, DateTimeOffset? OldestHeld, long SizeBytes);

/// <summary><c>retention/status</c>, retained.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Classes">Per footage class.</param>
/// <param name="FreeBytes">Free space of the footage volume; null when the probe failed, which means "no space for new promises".</param>
/// <param name="BreachForecast">Site date on which the volume cannot hold its duty any more; null when none is foreseen or too little was
/// measured.</param>
/// <param name="Holds">Holds in force.</param>
/// <param name="LastSweep">UTC; null before the first.</param>
/// <param name="LastScrub">Last finished re-hash of everything, UTC; null before the first.</param>
public sealed record RetentionStatus(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    IReadOnlyList<RetentionClass> Classes,
    long? FreeBytes,
    DateOnly? BreachForecast,
    int Holds,
    DateTimeOffset? LastSweep,
    DateTimeOffset? LastScrub
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/retention-status/1";
}
