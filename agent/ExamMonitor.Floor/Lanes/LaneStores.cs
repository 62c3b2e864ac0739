using ExamMonitor.Floor.Rooms;

namespace ExamMonitor.Floor.Lanes;

/// <summary>The lanes of every room.</summary>
internal sealed class LaneStores
{
    private readonly Dictionary<RoomId, LaneStore> _stores;

    /// <summary>Opens the lanes of the rooms.</summary>
    /// <param name="folder">Their folder; made when needed.</param>
    /// <param name="rooms">Rooms.</param>
    public LaneStores(string folder, IReadOnlyList<RoomSetup> rooms) => _stores = rooms.ToDictionary(r => r.Id, r => new LaneStore(folder, r.Id));

    /// <summary>Lanes of a room; null when there is none of that id.</summary>
    public LaneStore? Find(RoomId room) => _stores.GetValueOrDefault(room);

    /// <summary>Makes what is open survive a crash.</summary>
    public void Flush()
    {
        foreach (var store in _stores.Values) store.Flush();
    }
}
