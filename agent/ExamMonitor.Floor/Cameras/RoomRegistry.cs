using ExamMonitor.Capture;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Footage;

namespace ExamMonitor.Floor.Cameras;

/// <summary>The rooms of this agent with their cameras. Immutable.</summary>
internal sealed class RoomRegistry
{
    /// <summary>Joins the configured rooms with their writers; nothing runs yet.</summary>
    /// <param name="rooms">As configured.</param>
    /// <param name="archive">Where footage goes.</param>
    /// <param name="pictures">Where pictures go.</param>
    /// <param name="tools">ffmpeg.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logs">Logs.</param>
    public RoomRegistry(IReadOnlyList<RoomSetup> rooms, FootageArchive archive, IPictureSink pictures, FfmpegTools tools, TimeProvider time, ILoggerFactory logs)
    {
        var options = new CaptureOptions { FfmpegPath = tools.FfmpegPath, FfprobePath = tools.FfprobePath };
        var context = new CaptureContext(tools, options, time, logs.CreateLogger("ExamMonitor.Capture"));
        Rooms = [.. rooms.Select(r => new RoomRuntime(r, [.. r.Cameras.Select(c => Begin(c, archive, pictures, context, time))]))];
    }

    /// <summary>Every room, in the order of the configuration.</summary>
    public IReadOnlyList<RoomRuntime> Rooms { get; }

    /// <summary>A room; null when there is none of that id.</summary>
    public RoomRuntime? Find(RoomId room) => Rooms.FirstOrDefault(r => r.Id == room);

    private static CameraRuntime Begin(ConfiguredCamera camera, FootageArchive archive, IPictureSink pictures, CaptureContext context, TimeProvider time)
    {
        var recorder = archive.Recorder(camera.Source.Room, camera.Id);
        var pipeline = new CameraPipeline(recorder, pictures, time);
        return new(camera, recorder, pipeline, new(() => new CameraSupervisor(context, camera.Source, pipeline), pipeline, time));
    }
}
