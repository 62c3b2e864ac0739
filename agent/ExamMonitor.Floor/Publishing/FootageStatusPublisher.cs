using System.Collections.Concurrent;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Recording;

namespace ExamMonitor.Floor.Publishing;

/// <summary>
/// Publishes what is held of each camera: when the archive says that it has changed, and with each heartbeat. One call of <see
/// cref="Publish"/> at a time.
/// </summary>
internal sealed class FootageStatusPublisher : IDisposable
{
    private readonly RoomRegistry _rooms;
    private readonly FootageArchive _archive;
    private readonly Publisher _publisher;
    private readonly AgentIdentity _identity;
    private readonly SiteCalendar _calendar;
    private readonly StatusThrottle _throttle = new();
    private readonly ConcurrentDictionary<RoomId, bool> _changed = new();

    /// <summary>Listens to the archive.</summary>
    /// <param name="rooms">Rooms.</param>
    /// <param name="archive">Archive.</param>
    /// <param name="publisher">Where it goes.</param>
    /// <param name="identity">Who this is.</param>
    /// <param name="calendar">Days of the site.</param>
    public FootageStatusPublisher(
        RoomRegistry rooms,
        FootageArchive archive,
        Publisher publisher,
        AgentIdentity identity,
        SiteCalendar calendar
    )
    {
        (_rooms, _archive, _publisher, _identity, _calendar) = (rooms, archive, publisher, identity, calendar);
        archive.FactsChanged += Note;
    }

    /// <summary>Publishes what is due.</summary>
    /// <param name="now">UTC.</param>
    public void Publish(DateTimeOffset now)
    {
        // Some zones put their clocks forward at midnight: such a day begins at one o'clock.
        var midnight = _calendar.StartOf(_calendar.DayOf(now));
        foreach (var room in _rooms.Rooms)
        {
            var topic = _identity.Topics.FootageStatus(room.Id);
            if (!_changed.TryRemove(room.Id, out _) && !_throttle.IsDue(topic, now))
                continue;
            CameraFootage[] cameras = [.. room.Cameras.Select(c => _archive.GetFacts(room.Id, c.Setup.Id, midnight))];
            var key = string.Join(
                '|',
                cameras.Select(c => FormattableString.Invariant($"{c.Camera}{c.Recording}{c.Cause}{c.GapsToday}{c.LastSegmentAt}"))
            );
            var status = new Status(topic, new FootageStatus(FootageStatus.SchemaName, now, 0, room.Id, cameras), key);
            if (_throttle.Take(status, now))
                _publisher.SetState(status.Topic, status.Payload);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.FactsChanged -= Note;

    private void Note((RoomId Room, CameraId Camera)? camera)
    {
        foreach (var room in camera is { } one ? [one.Room] : _rooms.Rooms.Select(r => r.Id))
            _changed[room] = true;
    }
}
