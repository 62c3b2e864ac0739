using ExamMonitor.Floor.Cameras;

namespace ExamMonitor.Agent.Api;

/// <summary>Live view: the bytes that are being written, as HLS.</summary>
internal static class LiveEndpoints
{
    private const string PlaylistType = "application/vnd.apple.mpegurl";

    /// <summary>Playlist of now.</summary>
    public static IResult Playlist(string room, string camera, RoomRegistry rooms, HttpResponse response)
    {
        if (!rooms.TryFind(room, camera, out _, out var found, out var refusal)) return refusal;
        response.Headers.CacheControl = "no-store";
        return found.Recorder.Live.Playlist() is { } playlist
            ? Results.Text(playlist, PlaylistType)
            : ProblemResults.Absent($"Nothing has arrived from camera {camera} yet. {found.Vitals().Failure?.Text.En}".TrimEnd());
    }

    /// <summary>Initialization segment of a run.</summary>
    public static IResult Initialization(string room, string camera, long run, RoomRegistry rooms) =>
        !rooms.TryFind(room, camera, out _, out var found, out var refusal) ? refusal
        : found.Recorder.Live.Initialization(run) is { } bytes ? Results.Bytes(bytes, "video/mp4")
        : ProblemResults.Absent("This run has left the live window: read the playlist again.");

    /// <summary>A fragment.</summary>
    public static IResult Fragment(string room, string camera, long sequence, RoomRegistry rooms) =>
        !rooms.TryFind(room, camera, out _, out var found, out var refusal) ? refusal
        : found.Recorder.Live.Fragment(sequence) is { } bytes ? Results.Bytes(bytes, "video/iso.segment")
        : ProblemResults.Absent("This fragment has left the live window: read the playlist again.");
}
