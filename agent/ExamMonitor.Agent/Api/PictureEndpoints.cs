using ExamMonitor.Capture.Children;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Evidence;

namespace ExamMonitor.Agent.Api;

/// <summary>Pictures of now and of the commissioning.</summary>
internal static class PictureEndpoints
{
    /// <summary>Whether a picture may be asked for with that width; null is the picture as it is.</summary>
    public static bool IsWidth(int? width) => width is null || (width is >= 16 and <= 8192 && width % 2 == 0);

    /// <summary>Newest key frame as JPEG.</summary>
    public static async Task<IResult> Picture(
        string room,
        string camera,
        int? width,
        RoomRegistry rooms,
        SnapshotCache cache,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        if (!IsWidth(width))
            return ProblemResults.Bad("'width' is an even number of pixels from 16 to 8192.");
        if (found.Recorder.Live.Newest() is not { } newest)
            return ProblemResults.Absent($"No picture has arrived from camera {camera} yet. {found.Vitals().Failure?.Text.En}".TrimEnd());
        try
        {
            var jpeg = await cache
                .JpegAsync((foundRoom.Id, found.Setup.Id, width), newest.Initialization, newest.Fragment, cancellationToken)
                .ConfigureAwait(false);
            if (jpeg is null)
                return ProblemResults.Unavailable($"The newest picture of camera {camera} cannot be read from the footage volume.");
            response.Headers.CacheControl = "no-store";
            return Results.Bytes(jpeg, "image/jpeg", lastModified: newest.Fragment.StartUtc);
        }
        catch (ChildProcessException e)
        {
            return ProblemResults.Unavailable(e.Message);
        }
    }

    /// <summary>A picture of a problem's onset.</summary>
    public static IResult OfProblem(string room, string camera, string problem, string picture, RoomRegistry rooms, EvidenceStore evidence)
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        return evidence.PathOf(foundRoom.Id, found.Setup.Id, problem, picture) is { } path && File.Exists(path)
            ? Results.File(path, "image/jpeg", enableRangeProcessing: true)
            : ProblemResults.Absent("No such picture is kept: of this problem none was taken, or its time is over.");
    }

    /// <summary>Commissioned reference picture.</summary>
    public static IResult Reference(string room, string camera, RoomRegistry rooms)
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        return foundRoom.Setup.ReferencePath(found.Setup) is { } path && File.Exists(path)
            ? Results.File(
                path,
                path.EndsWith(".png", StringComparison.OrdinalIgnoreCase) ? "image/png" : "image/jpeg",
                enableRangeProcessing: true
            )
            : ProblemResults.Absent($"No reference picture was taken for camera {camera} yet: calibrate it.");
    }
}
