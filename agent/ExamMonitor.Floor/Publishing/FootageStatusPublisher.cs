using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Footage;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Floor.Publishing;

/// <summary>Publishes what is held of each camera. One call at a time.</summary>
/// <param name="rooms">Rooms.</param>
/// <param name="archive">Archive.</param>
/// <param name="publisher">Where it goes.</param>
/// <param name="identity">Who this is.</param>
/// <param name="calendar">Days of the site.</param>
internal sealed class FootageStatusPublisher(RoomRegistry rooms, FootageArchive archive, Publisher publisher, AgentIdentity identity, SiteCalendar calendar)
{
    private readonly StatusThrottle _throttle = new();

    /// <summary>Publishes what has changed.</summary>
    /// <param name="now">UTC.</param>
    public void Publish(DateTimeOffset now)
    {
        // Some zones put their clocks forward at midnight: such a day begins at one o'clock.
        var midnight = calendar.StartOf(calendar.DayOf(now));
        foreach (var room in rooms.Rooms)
        {
            CameraFootage[] cameras = [.. room.Cameras.Select(c => archive.GetFacts(room.Id, c.Setup.Id, midnight))];
            var key = string.Join('|', cameras.Select(c => FormattableString.Invariant($"{c.Camera}{c.Recording}{c.Cause}{c.GapsToday}{c.LastSegmentAt}")));
            var status = new Status(identity.Topics.FootageStatus(room.Id), new FootageStatus(FootageStatus.SchemaName, now, 0, room.Id, cameras), key);
            if (_throttle.Take(status, now)) publisher.SetState(status.Topic, status.Payload);
        }
    }
}
