using ExamMonitor.Capture;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Agent.Api;

/// <summary>Whether the agent has begun to work.</summary>
/// <param name="rooms">Rooms.</param>
internal sealed class AgentReadiness(RoomRegistry rooms)
{
    /// <summary>
    /// What is still missing; empty when nothing is. A camera that was tried and failed is not missing: it is a problem of its own.
    /// </summary>
    public IReadOnlyList<string> Reasons() =>
        [
            .. from room in rooms.Rooms
            from camera in room.Cameras
            let vitals = camera.Vitals()
            where
                !camera.IsOff()
                && (
                    vitals.State is CaptureState.Stopped
                    || (vitals.State == CaptureState.Connecting && vitals is { Runs: 0, FailuresInARow: 0 })
                )
            select $"Camera {camera.Setup.Id} of room {room.Id} has not been tried yet.",
        ];
}
