using System.Collections;
using System.Collections.Immutable;
using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Floor.Publishing;

/// <summary>The publisher of every room. Read from any thread; changed by one at a time.</summary>
/// <param name="rooms">Rooms to begin with.</param>
/// <param name="make">Makes the publisher of a room.</param>
internal sealed class RoomPublishers(IReadOnlyList<RoomRuntime> rooms, Func<RoomRuntime, RoomPublisher> make)
    : IReadOnlyList<RoomPublisher>,
        IDisposable
{
    private volatile ImmutableList<RoomPublisher> _publishers = [.. rooms.Select(make)];

    /// <inheritdoc/>
    public int Count => _publishers.Count;

    /// <inheritdoc/>
    public RoomPublisher this[int index] => _publishers[index];

    /// <summary>Follows a room that changed, is new, or is gone (null).</summary>
    public async Task PutAsync(RoomId id, RoomRuntime? room, DateTimeOffset now)
    {
        var known = _publishers.Find(p => p.Id == id);
        if (known is not null && room is not null)
            known.Follow(room);
        else if (room is not null)
            _publishers = _publishers.Add(make(room));
        else if (known is not null)
        {
            _publishers = _publishers.Remove(known);
            await known.RetireAsync(now).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A publisher that was retired is not disposed: somebody may still wait for its turn.</remarks>
    public void Dispose()
    {
        foreach (var publisher in _publishers)
            publisher.Dispose();
    }

    /// <inheritdoc/>
    public IEnumerator<RoomPublisher> GetEnumerator() => ((IEnumerable<RoomPublisher>)_publishers).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
