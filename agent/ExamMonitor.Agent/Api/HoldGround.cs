using ExamMonitor.Contracts.Api;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Recording;

namespace ExamMonitor.Agent.Api;

/// <summary>What there is that a hold can name. Thread-safe.</summary>
/// <param name="sessions">Schedule.</param>
/// <param name="rooms">Rooms.</param>
/// <param name="archive">Footage, also of rooms that are no longer configured.</param>
internal sealed class HoldGround(SessionStore sessions, RoomRegistry rooms, FootageArchive archive)
{
    /// <summary>What is not there, in a sentence; null when all is.</summary>
    public string? FindFault(HoldScope scope) =>
        HoldTarget.FindFault(
            scope,
            sessions.Failure is null ? sessions.Sessions : null,
            rooms.Rooms.SelectMany(r => r.Cameras.Select(c => (Room: r.Id, Camera: c.Setup.Id))).ToLookup(c => c.Room, c => c.Camera),
            (room, camera) => HoldTarget.HasFootage(archive.VolumePath, room, camera)
        );
}
