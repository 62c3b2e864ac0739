using System.Collections.Concurrent;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Floor.Views;

/// <summary>A room as it was last looked at.</summary>
/// <param name="View">Cameras and stations.</param>
/// <param name="FloorPercent">Share of the floor in view, percent; null while unknown.</param>
/// <param name="Geometry">What the cameras see as they hang now: after a bump, stations and floor at their new places.</param>
internal sealed record RoomState(RoomView View, double? FloorPercent, RoomGeometry Geometry);

/// <summary>The newest state of every room. Written by whoever looks at the room, read by everybody; thread-safe.</summary>
internal sealed class RoomStateStore
{
    private readonly ConcurrentDictionary<RoomId, RoomState> _states = new();

    /// <summary>Takes the newest state.</summary>
    public void Put(RoomState state) => _states[state.View.Map.Room.Id] = state;

    /// <summary>The newest state; null before the first look.</summary>
    public RoomState? Newest(RoomId room) => _states.GetValueOrDefault(room);
}
