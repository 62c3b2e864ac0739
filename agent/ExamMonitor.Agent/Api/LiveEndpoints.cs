using ExamMonitor.Floor.Cameras;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExamMonitor.Agent.Api;

/// <summary>Live view: the bytes that are being written or were just written, as one MP4 that grows and as HLS.</summary>
internal static class LiveEndpoints
{
    private const string PlaylistType = "application/vnd.apple.mpegurl";

    /// <summary>Playlist of now.</summary>
    public static IResult Playlist(string room, string camera, RoomRegistry rooms, HttpResponse response)
    {
        if (!rooms.TryFind(room, camera, out _, out var found, out var refusal))
            return refusal;
        response.Headers.CacheControl = "no-store";
        return found.Recorder.Live.Playlist() is { } playlist ? Results.Text(playlist, PlaylistType) : NothingYet(camera, found);
    }

    /// <summary>One run from its newest key frame on, each fragment as it arrives, until the run ends or the reader is too slow.</summary>
    public static async Task<IResult> Stream(
        string room,
        string camera,
        RoomRegistry rooms,
        HttpContext http,
        IHostApplicationLifetime lifetime
    )
    {
        if (!rooms.TryFind(room, camera, out _, out var found, out var refusal))
            return refusal;
        if (found.Recorder.Live.Follow() is not { } follower)
            return NothingYet(camera, found);
        var tracks = follower.Initialization.Tracks;
        if (tracks.Any(t => t.Codecs is null))
            return ProblemResults.Absent("A player cannot be told what this camera sends. The HLS playlist lies beside this address.");
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = $"video/mp4; codecs=\"{string.Join(", ", tracks.Select(t => t.Codecs))}\"";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            await http.Response.Body.WriteAsync(follower.Initialization.Bytes, end.Token).ConfigureAwait(false);
            while (await follower.NextAsync(end.Token).ConfigureAwait(false) is { } fragment)
            {
                await http.Response.Body.WriteAsync(fragment, end.Token).ConfigureAwait(false);
                await http.Response.Body.FlushAsync(end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The viewer has left, or the agent stops.
        }

        return Results.Empty;
    }

    /// <summary>Initialization segment of a run.</summary>
    public static IResult Initialization(string room, string camera, long run, RoomRegistry rooms) =>
        !rooms.TryFind(room, camera, out _, out var found, out var refusal) ? refusal
        : found.Recorder.Live.Initialization(run) is { } bytes ? Results.Bytes(bytes, "video/mp4")
        : ProblemResults.Absent("This run has left the live window: read the playlist again.");

    /// <summary>A fragment.</summary>
    public static async Task<IResult> Fragment(
        string room,
        string camera,
        long sequence,
        RoomRegistry rooms,
        CancellationToken cancellationToken
    )
    {
        if (!rooms.TryFind(room, camera, out _, out var found, out var refusal))
            return refusal;
        return
            found.Recorder.Live.Fragment(sequence) is { } fragment
            && await fragment.ReadAsync(cancellationToken).ConfigureAwait(false) is { } bytes
            ? Results.Bytes(bytes, "video/iso.segment")
            : ProblemResults.Absent("This fragment has left the live window: read the playlist again.");
    }

    private static ProblemHttpResult NothingYet(string camera, CameraRuntime found) =>
        ProblemResults.Absent($"Nothing has arrived from camera {camera} yet. {found.Vitals().Failure?.Text.En}".TrimEnd());
}
