using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.SetUp.Rooms;
using ExamMonitor.SetUp.Versions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ExamMonitor.Agent.Api;

/// <summary>Rooms, drafts and versions as they are set up over the API: docs/protocol/set-up.md.</summary>
internal static class SetUpEndpoints
{
    /// <summary>First segments of a room's routes.</summary>
    internal const string Room = SetUpApi.Root + "/rooms/{room}";

    /// <summary>Maps every route of <see cref="SetUpApi"/>.</summary>
    public static void MapSetUp(this IEndpointRouteBuilder routes)
    {
        Get(SetUpApi.Root, (SetUpService rooms) => Json(rooms.Overview()), "Rooms of the configuration and of the set-up.");
        Get(
            Room,
            (RoomId room, SetUpService rooms) => rooms.Find(room) is { } found ? Json(found) : NoRoom(room),
            "A room with all that is set up of it."
        );
        routes.MapPut(Room, PutRoom).WithSummary("Adds or changes a room; in force when the answer comes.").WithTags("set-up");
        routes.MapDelete(Room, DeleteRoom).WithSummary("Takes a room away; its footage and versions stay.").WithTags("set-up");
        Get(
            Room + "/draft",
            (RoomId room, DraftStore drafts) =>
                drafts.Read(room) is { } draft
                    ? Results.Bytes(draft, "application/json")
                    : ProblemResults.Absent("No draft is kept of this room."),
            "What was not saved yet."
        );
        routes.MapPut(Room + "/draft", PutDraft).WithSummary("Keeps what was not saved yet.").WithTags("set-up");
        routes
            .MapDelete(
                Room + "/draft",
                (RoomId room, DraftStore drafts) =>
                {
                    drafts.Delete(room);
                    return Results.NoContent();
                }
            )
            .WithSummary("Forgets what was not saved.")
            .WithTags("set-up");
        routes.MapPost(SetUpApi.Check, Check).WithSummary("What a draft of a room gives; writes nothing.").WithTags("set-up");
        routes.MapPost(SetUpApi.Advice, Advice).WithSummary("The moves of a camera that would help most.").WithTags("set-up");
        Get(Room + "/versions", Versions, "Versions of a room's calibration, newest first; at names a time.");
        Get(Room + "/versions/{version:int}", Version, "A version with its map and what it gives.");
        Get(Room + "/versions/{version:int}/changes/{other:int}", Changes, "What changed from one version to another.");
        routes.MapPost(Room + "/versions/{version:int}/signature", Sign).WithSummary("Signs the version in force.").WithTags("set-up");

        routes.MapSetUpPictures();
        routes.MapSetUpCameras();
        routes.MapSetUpPrinting();

        void Get(string route, Delegate handler, string summary) => routes.MapGet(route, handler).WithSummary(summary).WithTags("set-up");
    }

    /// <summary>An answer as contracts are written.</summary>
    internal static IResult Json<T>(T value, int status = StatusCodes.Status200OK) =>
        Results.Json(value, ContractJson.Options, statusCode: status);

    /// <summary>There is no such room.</summary>
    internal static IResult NoRoom(RoomId room) => ProblemResults.Absent($"This agent has no room {room}.");

    /// <summary>What must be mended first.</summary>
    internal static IResult Refused(SetUpRefusal refusal) => Json(refusal, StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> PutRoom(RoomId room, HttpRequest http, SetUpService rooms, CancellationToken cancellationToken)
    {
        if (!http.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        var (body, fault) = await http.ReadJsonAsync<RoomChangeBody>(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.Cameras.Any(c => c is null))
            return ProblemResults.Bad("'cameras' has an empty entry.");
        return Outcome(await rooms.PutAsync(room, body, person, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IResult> DeleteRoom(
        RoomId room,
        int basedOn,
        HttpRequest http,
        SetUpService rooms,
        RoomRegistry registry,
        CancellationToken cancellationToken
    )
    {
        if (!http.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        if (registry.Find(room) is null)
            return NoRoom(room);
        return await rooms.DeleteAsync(room, basedOn, person, cancellationToken).ConfigureAwait(false) is { } outcome
            ? Outcome(outcome)
            : Results.NoContent();
    }

    private static IResult Outcome(SetUpOutcome outcome) =>
        outcome.Room is { } room ? Json(room)
        : outcome.Refusal is { } refusal ? Refused(refusal)
        : Json(outcome.Conflict, StatusCodes.Status409Conflict);

    private static async Task<IResult> PutDraft(RoomId room, HttpRequest http, DraftStore drafts, CancellationToken cancellationToken)
    {
        var (bytes, refusal) = await http.ReadBytesAsync(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
            return refusal!;
        return drafts.Write(room, bytes) is { } fault ? ProblemResults.Bad(fault) : Results.NoContent();
    }

    private static async Task<IResult> Check(HttpRequest http, PlanningCache cache, TimeProvider time, CancellationToken cancellationToken)
    {
        var (body, fault) = await http.ReadJsonAsync<DraftBody>(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.VirtualCameras?.Any(v => v is null) == true)
            return ProblemResults.Bad("'virtualCameras' has an empty entry.");
        var began = time.GetTimestamp();
        var result = DraftReview.Of(
            StationMapFile.ParseDraft(body.Map.Bytes(), "map"),
            body.VirtualCameras ?? [],
            body.HeatMap,
            cache,
            body.Map.Outline()
        );
        return Json(result with { ElapsedMs = Math.Round(time.GetElapsedTime(began).TotalMilliseconds, 1) });
    }

    private static async Task<IResult> Advice(HttpRequest http, PlanningCache cache, CancellationToken cancellationToken)
    {
        var (body, fault) = await http.ReadJsonAsync<DraftBody>(SetUpApi.LargestMapBytes, cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        if (body.VirtualCameras?.Any(v => v is null) == true)
            return ProblemResults.Bad("'virtualCameras' has an empty entry.");
        return
            StationMapFile.ParseDraft(body.Map.Bytes(), "map").Map is { } map && DraftReview.VirtualFault(body.VirtualCameras ?? []) is null
            ? Json(CameraAdvice.Of(map, body.VirtualCameras ?? [], cache))
            : Json(Array.Empty<CameraMove>());
    }

    private static IResult Versions(RoomId room, string? at, VersionStore versions)
    {
        var told = versions.Told(room);
        if (told.Count == 0)
            return NoRoom(room);
        if (at is null)
            return Json(told);
        if (
            !DateTimeOffset.TryParse(
                at,
                System.Globalization.CultureInfo.InvariantCulture,
                System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal,
                out var when
            )
        )
            return ProblemResults.Bad("'at' is a time such as 2026-03-01T08:00:00Z.");
        return Json(told.Where(v => v.ValidFrom <= when && (v.ValidTo is not { } to || when < to)).Take(1).ToArray());
    }

    private static IResult Version(RoomId room, int version, VersionStore versions, PlanningCache cache)
    {
        if (versions.Told(room).FirstOrDefault(v => v.Version == version) is not { } found || versions.MapOf(room, version) is not { } map)
            return NoVersion(room, version);
        return Json(new CalibrationVersionDetail(found, map, DraftReview.Of(new(map, []), [], cells: false, cache)));
    }

    private static IResult Changes(RoomId room, int version, int other, VersionStore versions, PlanningCache cache)
    {
        if (versions.MapOf(room, version) is not { } from)
            return NoVersion(room, version);
        return versions.MapOf(room, other) is { } to
            ? Json(new VersionComparison(version, other, VersionDifference.Of(from, to, cache)))
            : NoVersion(room, other);
    }

    private static async Task<IResult> Sign(
        RoomId room,
        int version,
        HttpRequest http,
        SetUpService rooms,
        VersionStore versions,
        CancellationToken cancellationToken
    )
    {
        if (!http.TryPerson(needsReason: false, out var person, out var refusal))
            return refusal;
        if (versions.Of(room).All(v => v.Version != version))
            return NoVersion(room, version);
        return await rooms.SignAsync(room, version, person, cancellationToken).ConfigureAwait(false) is { } signed
            ? Json(signed)
            : TypedResults.Problem(
                $"Version {version} of room {room} is in force no more: look at the newest, and sign that.",
                statusCode: StatusCodes.Status409Conflict,
                title: "This cannot be done."
            );
    }

    private static ProblemHttpResult NoVersion(RoomId room, int version) => ProblemResults.Absent($"Room {room} has no version {version}.");
}
