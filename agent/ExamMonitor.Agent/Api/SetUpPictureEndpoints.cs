using ExamMonitor.Capture.Children;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.SetUp.Pictures;
using ExamMonitor.SetUp.Rooms;
using ExamMonitor.SetUp.Stations;

namespace ExamMonitor.Agent.Api;

/// <summary>Pictures, plates and stations from elsewhere, as they are set up over the API.</summary>
internal static class SetUpPictureEndpoints
{
    private const string Camera = SetUpEndpoints.Room + "/cameras/{camera}";

    /// <summary>Maps the routes.</summary>
    public static void MapSetUpPictures(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(Camera + "/pictures", Take)
            .WithSummary("Takes a picture of the camera now, and keeps it with the room.")
            .WithTags("set-up");
        routes.MapPost(Camera + "/pictures/brought", Bring).WithSummary("Keeps a picture that was brought along.").WithTags("set-up");
        routes.MapGet(SetUpEndpoints.Room + "/pictures/{file}", Picture).WithSummary("A kept picture.").WithTags("set-up");
        routes.MapPost(SetUpEndpoints.Room + "/plan-picture", BringPlan).WithSummary("Keeps the plan's scan.").WithTags("set-up");
        routes
            .MapPost(SetUpEndpoints.Room + "/calibrate-from-plates", FromPlates)
            .WithSummary("Takes pictures, finds number plates in them and solves the cameras.")
            .WithTags("set-up");
        routes
            .MapPost(Camera + "/carry-over", CarryOver)
            .WithSummary("Finds the points of an older picture again in a newer one.")
            .WithTags("set-up");
        routes.MapPost(SetUpApi.ImportStations, Import).WithSummary("Reads stations from a CSV file; writes nothing.").WithTags("set-up");
        routes.MapPost(SetUpApi.GridStations, Grid).WithSummary("Stations in rows; writes nothing.").WithTags("set-up");
    }

    private static async Task<IResult> Take(
        string room,
        string camera,
        int? seconds,
        RoomRegistry rooms,
        PictureService pictures,
        CancellationToken cancellationToken
    )
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        if (seconds is < 0 or > 30)
            return ProblemResults.Bad("'seconds' is 0 to 30.");
        return await pictures.TakeAsync(foundRoom, found.Setup.Id, seconds ?? 0, cancellationToken).ConfigureAwait(false) is { } taken
            ? SetUpEndpoints.Json(taken)
            : ProblemResults.Unavailable($"No picture arrives from camera {camera}. {found.Vitals().Failure?.Text.En}".TrimEnd());
    }

    private static async Task<IResult> Bring(
        string room,
        string camera,
        HttpRequest http,
        RoomRegistry rooms,
        PictureService pictures,
        CancellationToken cancellationToken
    )
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        var (bytes, fault) = await http.ReadBytesAsync(SetUpApi.LargestPictureBytes, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
            return fault!;
        return await pictures.BringAsync(foundRoom, found.Setup.Id, bytes, cancellationToken).ConfigureAwait(false) is { } kept
            ? SetUpEndpoints.Json(kept)
            : NoPicture();
    }

    private static async Task<IResult> BringPlan(
        RoomId room,
        HttpRequest http,
        PictureService pictures,
        CancellationToken cancellationToken
    )
    {
        var (bytes, fault) = await http.ReadBytesAsync(SetUpApi.LargestPictureBytes, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
            return fault!;
        return pictures.KeepPlan(room, bytes) is { } kept ? SetUpEndpoints.Json(kept) : NoPicture();
    }

    private static IResult Picture(RoomId room, string file, PictureStore store, HttpResponse response)
    {
        if (store.Find(room, $"pictures/{file}") is not { } path)
            return ProblemResults.Absent("No such picture is kept.");
        response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return Results.File(
            path,
            path.EndsWith(".png", StringComparison.Ordinal) ? "image/png" : "image/jpeg",
            enableRangeProcessing: true
        );
    }

    private static async Task<IResult> FromPlates(
        string room,
        HttpRequest http,
        RoomRegistry rooms,
        PlateCalibrationService plates,
        CancellationToken cancellationToken
    )
    {
        if (!RoomId.TryParse(room, null, out var id) || rooms.Find(id) is not { } found)
            return ProblemResults.NoRoom(rooms);
        var (body, fault) = await http.ReadJsonAsync<PlateBody>(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.PlateHeightMm is < 0 or > 100 or double.NaN)
            return ProblemResults.Bad("'plateHeightMm' is 0 to 100.");
        if (StationMapFile.ParseDraft(body.Map.Bytes(), "map").Map is not { } map)
            return ProblemResults.Bad("'map' has no room that can be read: POST it to /api/v1/set-up/check for the sentences.");
        try
        {
            return SetUpEndpoints.Json(await plates.CalibrateAsync(found, map, body, cancellationToken).ConfigureAwait(false));
        }
        catch (ChildProcessException e)
        {
            return ProblemResults.Unavailable(e.Message);
        }
    }

    private static async Task<IResult> CarryOver(
        string room,
        string camera,
        HttpRequest http,
        RoomRegistry rooms,
        CarryOverService service,
        CancellationToken cancellationToken
    )
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<CarryOverRequest>(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        try
        {
            return await service.CarryAsync(foundRoom, found.Setup.Id, body, cancellationToken).ConfigureAwait(false) is { } carried
                ? SetUpEndpoints.Json(carried)
                : ProblemResults.Unavailable($"No picture arrives from camera {camera}.");
        }
        catch (ChildProcessException e)
        {
            return ProblemResults.Unavailable(e.Message);
        }
    }

    private static async Task<IResult> Import(string? unit, double? height, HttpRequest http, CancellationToken cancellationToken)
    {
        if (unit is not (null or "m" or "cm" or "mm"))
            return ProblemResults.Bad("'unit' is m, cm or mm.");
        if (height is < 0 or > 50 or double.NaN)
            return ProblemResults.Bad("'height' is 0 to 50 metres.");
        var (bytes, fault) = await http.ReadBytesAsync(SetUpApi.LargestCsvBytes, cancellationToken).ConfigureAwait(false);
        return bytes is null ? fault! : SetUpEndpoints.Json(StationCsv.Read(bytes, unit, height));
    }

    private static async Task<IResult> Grid(HttpRequest http, CancellationToken cancellationToken)
    {
        var (body, fault) = await http.ReadJsonAsync<StationGrid>(cancellationToken).ConfigureAwait(false);
        return body is null ? fault! : SetUpEndpoints.Json(StationRows.Of(body));
    }

    private static IResult NoPicture() =>
        SetUpEndpoints.Refused(
            new([
                new(
                    FindingLevel.Error,
                    "picture",
                    "$",
                    new(
                        "This is no picture: JPEG or PNG, 16 to 16384 pixels a side, is taken.",
                        "不是可用的图像：请使用 JPEG 或 PNG，边长 16 至 16384 像素。"
                    ),
                    new("Save it as JPEG or PNG.", "请另存为 JPEG 或 PNG。")
                ),
            ])
        );
}
