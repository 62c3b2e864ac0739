namespace ExamMonitor.Floor.Cameras;

/// <summary>
/// Says when a room that is not recorded around the clock must be recorded. Asked once a second for each camera; thread-safe.
/// </summary>
internal interface IRecordingDemand
{
    /// <summary>Whether the room must be recorded.</summary>
    /// <param name="room">Room of this agent.</param>
    /// <param name="now">UTC.</param>
    bool IsNeeded(RoomId room, DateTimeOffset now);
}
