using System.Collections.Concurrent;
using ExamMonitor.Floor.Rooms;

namespace ExamMonitor.Floor.Lanes;

/// <summary>The lanes of every room.</summary>
internal sealed class LaneStores
{
    private readonly string _folder;
    private readonly ConcurrentDictionary<RoomId, LaneStore> _stores;

    /// <summary>Opens the lanes of the rooms.</summary>
    /// <param name="folder">Their folder; made when needed.</param>
    /// <param name="rooms">Rooms.</param>
    public LaneStores(string folder, IReadOnlyList<RoomSetup> rooms)
    {
        _folder = folder;
        _stores = new(rooms.Select(r => KeyValuePair.Create(r.Id, new LaneStore(folder, r.Id))));
    }

    /// <summary>Opens the lanes of one more room; nothing when they are open. One call at a time.</summary>
    public void Add(RoomId room)
    {
        if (!_stores.ContainsKey(room))
            _stores[room] = new LaneStore(_folder, room);
    }

    /// <summary>Lanes of a room; null when there is none of that id.</summary>
    public LaneStore? Find(RoomId room) => _stores.GetValueOrDefault(room);

    /// <summary>Makes what is open survive a crash.</summary>
    public void Flush()
    {
        foreach (var store in _stores.Values)
            store.Flush();
    }
}
