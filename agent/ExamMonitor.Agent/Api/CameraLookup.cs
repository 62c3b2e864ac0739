using System.Diagnostics.CodeAnalysis;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Agent.Api;

/// <summary>Finds what a route names.</summary>
internal static class CameraLookup
{
    /// <summary>The camera that a route names, or the refusal to answer with.</summary>
    public static bool TryFind(
        this RoomRegistry rooms,
        string room,
        string camera,
        [NotNullWhen(true)] out RoomRuntime? foundRoom,
        [NotNullWhen(true)] out CameraRuntime? foundCamera,
        [NotNullWhen(false)] out IResult? refusal
    )
    {
        (foundRoom, foundCamera, refusal) = (null, null, null);
        if (!RoomId.TryParse(room, null, out var roomId) || !CameraId.TryParse(camera, null, out var cameraId))
        {
            refusal = ProblemResults.Bad($"Ids are 1 to {IdText.MaxLength} of A-Z a-z 0-9 . _ -");
            return false;
        }

        foundRoom = rooms.Find(roomId);
        foundCamera = foundRoom?.Find(cameraId);
        if (foundRoom is null)
            refusal = ProblemResults.Absent(
                $"This agent has no room {roomId}. It has: {string.Join(", ", rooms.Rooms.Select(r => r.Id))}."
            );
        else if (foundCamera is null)
            refusal = ProblemResults.Absent(
                $"Room {roomId} has no camera {cameraId}. It has: {string.Join(", ", foundRoom.Cameras.Select(c => c.Setup.Id))}."
            );
        return foundCamera is not null;
    }
}
