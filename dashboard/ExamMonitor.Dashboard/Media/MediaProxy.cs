using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Features.Evaluation;
using ExamMonitor.Dashboard.State;
using Microsoft.AspNetCore.Authorization;

namespace ExamMonitor.Dashboard.Media;

/// <summary>Pictures and footage of agents, for people who may see them. The browser never talks to an agent.</summary>
internal static class MediaProxy
{
    private const int PlaylistLimitBytes = 4 << 20;

    private static readonly HashSet<string> MediaTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/jpeg",
        "image/png",
        "video/mp4",
        "video/iso.segment",
        "audio/mp4",
        "application/vnd.apple.mpegurl",
        "application/x-mpegurl",
        "audio/mpegurl",
    };

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods(
                "/media/{site}/{agent}/rooms/{room}/cameras/{camera}/{**tail}",
                [HttpMethods.Get, HttpMethods.Head, HttpMethods.Connect],
                HandleAsync
            )
            .RequireAuthorization(Policy.Live);

    /// <summary>Address of a camera's media at the dashboard, without a slash at the end.</summary>
    public static string CameraAddress(RoomReading room, CameraId camera) =>
        $"/media/{room.Site}/{room.Agent}/rooms/{room.Place.Id}/cameras/{camera}";

    private static async Task HandleAsync(
        HttpContext http,
        string site,
        string agent,
        string room,
        string camera,
        string tail,
        FloorStore store,
        AgentClient agents,
        ViewLog views,
        IAuthorizationService authorization,
        EvaluationParts parts,
        SegmentGrants grants,
        LiveRelay live
    )
    {
        var found = store.Reading.Room(site, room);
        if (
            found is null
            || found.Agent.Text != agent
            || !CameraId.TryParse(camera, null, out var id)
            || found.Place.Cameras.All(c => c.Id != id)
            || !Scopes.Of(http.User).Allows(found.Site, found.Place.Id)
            || MediaRequest.Parse(found.Place.Id, id, tail, http.Request.Query) is not { } request
            || (request.Kind == MediaKind.LiveStream) != http.WebSockets.IsWebSocketRequest
        )
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (request.IsRecording && !(await authorization.AuthorizeAsync(http.User, null, Policy.Recordings)).Succeeded)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (!await InEvaluationAsync(http, request, found, parts, grants))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var remote = string.Create(CultureInfo.InvariantCulture, $"{http.Connection.RemoteIpAddress}");
        await views.NoteAsync(http.User.Identity!.Name!, remote, found.Site, found.Place.Id, id, request, http.RequestAborted);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(request.Patience);
        try
        {
            var method = HttpMethods.IsHead(http.Request.Method) ? HttpMethod.Head : HttpMethod.Get;
            using var response = await agents.SendAsync(
                found.Site,
                found.Agent,
                method,
                request.AgentPath,
                RangeOf(http.Request),
                limit.Token
            );
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            if (request.Kind == MediaKind.LiveStream)
                await live.RelayAsync(http, response, limit.Token);
            else
                await AnswerAsync(http, response, request, found, id, grants, limit.Token);
        }
        catch (HttpRequestException) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Either side went away in the middle: the browser must see a broken answer, not one that looks whole.
            http.Abort();
        }
    }

    private static async Task AnswerAsync(
        HttpContext http,
        HttpResponseMessage? response,
        MediaRequest request,
        RoomReading room,
        CameraId camera,
        SegmentGrants grants,
        CancellationToken ct
    )
    {
        var status = (int?)response?.StatusCode;
        if (response is null || status is not (200 or 206))
        {
            http.Response.StatusCode = status is 304 or 404 or 409 or 416 or 503 ? status.Value : StatusCodes.Status502BadGateway;
            return;
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        if (type is null || !MediaTypes.Contains(type))
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        http.Response.StatusCode = status.Value;
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = request.Kind is MediaKind.Segment or MediaKind.LivePart ? "private, max-age=600" : "no-store";
        if (response.Content.Headers.LastModified is { } modified)
            http.Response.Headers.LastModified = modified.ToString("R", CultureInfo.InvariantCulture);
        if (request.IsPlaylist)
        {
            await AnswerPlaylistAsync(http, response, request, room.Place.Id, camera, grants, ct);
            return;
        }

        http.Response.ContentLength = response.Content.Headers.ContentLength;
        if (response.Content.Headers.ContentRange is { } range)
            http.Response.Headers.ContentRange = range.ToString();
        if (response.Headers.AcceptRanges.Contains("bytes"))
            http.Response.Headers.AcceptRanges = "bytes";
        if (request.Kind == MediaKind.Download)
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{request.FileName(room.Place.Id, camera)}\"";
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        var body = await response.Content.ReadAsStreamAsync(ct);
        await body.CopyToAsync(http.Response.Body, ct);
    }

    private static async Task AnswerPlaylistAsync(
        HttpContext http,
        HttpResponseMessage response,
        MediaRequest request,
        RoomId room,
        CameraId camera,
        SegmentGrants grants,
        CancellationToken ct
    )
    {
        await response.Content.LoadIntoBufferAsync(PlaylistLimitBytes, ct);
        var folder = request.Kind == MediaKind.LivePlaylist ? "live/" : "";
        var cameraPath = AgentApi.Playlist(room, camera)[..^"/playlist.m3u8".Length];
        if (
            PlaylistRewriter.Rewrite(await response.Content.ReadAsStringAsync(ct), cameraPath, folder, MarkOf(http, cameraPath, grants))
            is not { } playlist
        )
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            return;
        }

        http.Response.ContentType = "application/vnd.apple.mpegurl";
        await http.Response.WriteAsync(playlist, ct);
    }

    /// <summary>Whoever holds for one evaluation gets recordings of its stretches, and segments that a playlist of theirs named.</summary>
    private static async Task<bool> InEvaluationAsync(
        HttpContext http,
        MediaRequest request,
        RoomReading room,
        EvaluationParts parts,
        SegmentGrants grants
    )
    {
        if (!EvaluationLimit.TryOf(http.User, out var limit))
            return false;
        if (limit is null)
            return true;
        return request switch
        {
            { Kind: MediaKind.Segment } => grants.Holds(http.Request.Query["grant"], LoginClaims.IdOf(http.User) ?? 0, request.AgentPath),
            { From: { } from, To: { } to } => await parts.HoldsAsync(limit, room.Place.Id, from, to, http.RequestAborted),
            _ => false,
        };
    }

    /// <summary>What is put behind the address of a segment for an account of one evaluation; null for all others.</summary>
    private static Func<string, string>? MarkOf(HttpContext http, string cameraPath, SegmentGrants grants) =>
        !EvaluationLimit.Holds(http.User)
            ? null
            : address => $"{address}?grant={grants.Of(LoginClaims.IdOf(http.User) ?? 0, $"{cameraPath}/{address}")}";

    // One plain byte range; anything else is answered whole.
    private static string? RangeOf(HttpRequest request) =>
        request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges.Count: 1 } range ? range.ToString() : null;
}
