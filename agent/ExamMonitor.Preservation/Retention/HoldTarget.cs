using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Preservation.Retention;

/// <summary>Whether there is what a hold names. A mistyped name would be in force and keep nothing.</summary>
internal static class HoldTarget
{
    /// <summary>What is not there, in a sentence; null when all is. Pure but for <paramref name="hasFootage"/>.</summary>
    /// <param name="scope">What shall be kept.</param>
    /// <param name="sessions">Every session that ever was; null when the schedule cannot be read, and nothing is refused for it.</param>
    /// <param name="cameras">Rooms with their cameras, as configured.</param>
    /// <param name="hasFootage">Whether the volume holds a folder of a room, or of one of its cameras.</param>
    public static string? FindFault(
        HoldScope scope,
        IReadOnlyCollection<ExamSession>? sessions,
        ILookup<RoomId, CameraId> cameras,
        Func<RoomId, CameraId?, bool> hasFootage
    )
    {
        if (scope.Session is { } session && sessions?.Any(s => s.Id == session) == false)
            return $"There is no session {session}: a hold on it would keep nothing. See exam-monitor-agent schedule list.";
        if (scope.Batch is { } batch && sessions?.Any(s => s.Batch == batch) == false)
            return $"No session belongs to a batch {batch}: a hold on it would keep nothing. See exam-monitor-agent schedule list.";
        if (scope.Room is not { } room)
            return null;
        if (!cameras.Contains(room) && !hasFootage(room, null))
            return $"There is no room {room}, and no footage of one. This agent has: {string.Join(", ", cameras.Select(r => r.Key))}.";
        return scope.Camera is { } camera && !cameras[room].Contains(camera) && !hasFootage(room, camera)
            ? $"Room {room} has no camera {camera}, and there is no footage of one. It has: {string.Join(", ", cameras[room])}."
            : null;
    }

    /// <summary>Whether a day of the volume has a folder of the room, or of its camera.</summary>
    /// <param name="volume">Root of the volume.</param>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera; null for any.</param>
    public static bool HasFootage(string volume, RoomId room, CameraId? camera) =>
        Directory
            .EnumerateDirectories(volume, "????")
            .SelectMany(Directory.EnumerateDirectories)
            .Any(day => Directory.Exists(camera is { } c ? Path.Combine(day, room.Text, c.Text) : Path.Combine(day, room.Text)));
}
