using System.Collections;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Exams.Schedule;

/// <summary>Ids and names of the agent's rooms as they are when they are asked for.</summary>
/// <param name="rooms">Rooms.</param>
internal sealed class RoomNames(RoomRegistry rooms) : IReadOnlyList<(RoomId Id, string Name)>
{
    /// <inheritdoc/>
    public int Count => rooms.Rooms.Count;

    /// <inheritdoc/>
    public (RoomId Id, string Name) this[int index] => Of(rooms.Rooms[index]);

    /// <inheritdoc/>
    public IEnumerator<(RoomId Id, string Name)> GetEnumerator() => rooms.Rooms.Select(Of).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static (RoomId Id, string Name) Of(RoomRuntime room) => (room.Id, room.Setup.Map.Room.Name);
}
