using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Coverage.Watching;

/// <summary>What the watch child is told at its start.</summary>
/// <param name="Rooms">Rooms and their cameras.</param>
/// <param name="Options">Thresholds; null for the defaults.</param>
/// <param name="TimeZone">IANA name of the site's zone, for pictures of parts of the day; null uses the commissioned picture at every
/// hour.</param>
public sealed record WatchConfiguration(IReadOnlyList<WatchedRoom> Rooms, CoverageOptions? Options = null, string? TimeZone = null);

/// <summary>A room to watch.</summary>
/// <param name="Map">Its station map.</param>
/// <param name="References">Path of each camera's commissioned picture; a camera that is left out is not watched.</param>
/// <param name="Folder">Folder of the map: pictures of parts of the day lie below it; null uses none of them.</param>
public sealed record WatchedRoom(StationMap Map, IReadOnlyDictionary<CameraId, string> References, string? Folder = null);

/// <summary>A camera of a room.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
public readonly record struct WatchedName(RoomId Room, CameraId Camera);

/// <summary>The child's first answer.</summary>
/// <param name="Watched">Cameras that it watches.</param>
/// <param name="Refused">Cameras that it cannot watch, with the reason.</param>
public sealed record WatchReady(IReadOnlyList<WatchedName> Watched, IReadOnlyList<WatchRefusal> Refused);

/// <summary>A camera that cannot be watched, or a picture that could not be judged.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Text">Why, for a person.</param>
public sealed record WatchRefusal(RoomId Room, CameraId Camera, LocalText Text);

/// <summary>What the child says of a picture.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">The camera's verdict.</param>
public sealed record WatchVerdict(RoomId Room, CameraVerdict Camera);

/// <summary>The pictures of the moment in which a verdict turned bad.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Station">Station that is shown; null for the camera itself.</param>
/// <param name="At">Time of the verdict, UTC.</param>
/// <param name="Reference">Commissioned view, marked, JPEG.</param>
/// <param name="Now">The picture that settled the verdict, marked, JPEG.</param>
public sealed record WatchEvidence(RoomId Room, CameraId Camera, StationId? Station, DateTimeOffset At, byte[] Reference, byte[] Now);

/// <summary>Takes what the watch child says. Called by one thread at a time; must not block.</summary>
public interface IWatchListener
{
    /// <summary>The child is ready for pictures.</summary>
    void Ready(WatchReady ready);

    /// <summary>A verdict was made.</summary>
    void Judged(WatchVerdict verdict);

    /// <summary>A verdict is about to turn bad; these are its pictures.</summary>
    void Shown(WatchEvidence evidence);

    /// <summary>A picture was judged, or set aside while nothing changes.</summary>
    void Taken();

    /// <summary>A picture could not be judged.</summary>
    void Refused(WatchRefusal refusal);
}

/// <summary>The other side broke the protocol: a length, kind or text that cannot be.</summary>
/// <param name="message">What was wrong.</param>
public sealed class WatchProtocolException(string message) : IOException(message);
