using System.Collections.Immutable;
using ExamMonitor.Capture;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Recording;

namespace ExamMonitor.Floor.Cameras;

/// <summary>The rooms of this agent with their cameras. Safe from any thread; who changes a room is the room changer alone.</summary>
internal sealed class RoomRegistry
{
    private readonly FootageArchive _archive;
    private readonly IPictureSink _pictures;
    private readonly CaptureContext _context;
    private readonly TimeProvider _time;
    private volatile IReadOnlyList<RoomRuntime> _rooms;

    /// <summary>Joins the configured rooms with their writers; nothing runs yet.</summary>
    /// <param name="rooms">As configured.</param>
    /// <param name="archive">Where footage goes.</param>
    /// <param name="pictures">Where pictures go.</param>
    /// <param name="tools">ffmpeg.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logs">Logs.</param>
    public RoomRegistry(
        IReadOnlyList<RoomSetup> rooms,
        FootageArchive archive,
        IPictureSink pictures,
        FfmpegTools tools,
        TimeProvider time,
        ILoggerFactory logs
    )
    {
        var options = new CaptureOptions { FfmpegPath = tools.FfmpegPath, FfprobePath = tools.FfprobePath };
        (_archive, _pictures, _time) = (archive, pictures, time);
        _context = new CaptureContext(tools, options, time, logs.CreateLogger("ExamMonitor.Capture"));
        _rooms = [.. rooms.Select(r => Begin(r, null))];
    }

    /// <summary>Every room, in the order of the configuration.</summary>
    public IReadOnlyList<RoomRuntime> Rooms => _rooms;

    /// <summary>A room; null when there is none of that id.</summary>
    public RoomRuntime? Find(RoomId room) => Rooms.FirstOrDefault(r => r.Id == room);

    /// <summary>A room as it will be: a camera that is reached as before keeps its writer and its run.</summary>
    internal RoomRuntime Begin(RoomSetup room, RoomRuntime? before) =>
        new(
            room,
            [
                .. room.Cameras.Select(c =>
                    before?.Find(c.Id) is { } known && known.Setup.Source == c.Source ? known with { Setup = c } : Begin(c)
                ),
            ]
        );

    /// <summary>Puts a room in the place of the one of its id, or behind all others; null takes it away.</summary>
    internal void Put(RoomId id, RoomRuntime? room)
    {
        var rooms = _rooms.ToImmutableList();
        var at = rooms.FindIndex(r => r.Id == id);
        _rooms = (at, room) switch
        {
            (< 0, null) => rooms,
            (< 0, _) => rooms.Add(room),
            (_, null) => rooms.RemoveAt(at),
            _ => rooms.SetItem(at, room),
        };
    }

    private CameraRuntime Begin(ConfiguredCamera camera)
    {
        var recorder = _archive.Recorder(camera.Source.Room, camera.Id);
        var pipeline = new CameraPipeline(recorder, _pictures, _time);
        return new(camera, recorder, pipeline, new(() => new CameraSupervisor(_context, camera.Source, pipeline), pipeline, _time));
    }
}
