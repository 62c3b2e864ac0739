using System.Globalization;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.SetUp;

/// <summary>
/// The set-up page's way to the agent. Plain requests, not the live connection: a page that is drawn by its own script goes on where it was
/// when the network comes back.
/// </summary>
internal static class SetUpRoutes
{
    /// <summary>Header of every call that is no GET: a page of another site cannot set it unasked (Fetch, CORS).</summary>
    public const string PageHeader = "Exam-Monitor-Page";

    /// <summary>Header of an answer to an act: what came of it, a name of <see cref="ActResult"/>.</summary>
    public const string ActHeader = "Exam-Monitor-Act";

    private const int LargestAnswer = 64 << 20;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/set-up/{site}/{agent}/rooms/{room}/api/{**tail}", ["GET", "POST", "PUT", "DELETE"], HandleAsync)
            .RequireAuthorization(Policy.SetUp)
            .DisableAntiforgery();

    private static async Task HandleAsync(
        HttpContext http,
        string site,
        string agent,
        string room,
        string tail,
        AgentClient agents,
        ActService acts
    )
    {
        var scopes = Scopes.Of(http.User);
        if (
            !SiteId.TryParse(site, null, out var s)
            || !AgentId.TryParse(agent, null, out var a)
            || !RoomId.TryParse(room, null, out var r)
            || !scopes.Allows(s, r)
            || SetUpCall.Parse(http.Request.Method, r, tail, http.Request.Query) is not { } call
            || (call.WholeSite && !scopes.AllowsSite(s))
        )
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsGet(http.Request.Method) && http.Request.Headers[PageHeader].Count == 0)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var (body, isTooLarge) = await ReadAsync(http, call.LargestBody).ConfigureAwait(false);
        if (isTooLarge)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        using (body)
        {
            if (call.Act is { } kind)
            {
                var act = new Act(kind, s, a, call.WholeSite ? null : [r], Subject(r, tail), Reason(http));
                await ActAsync(http, acts, act, call, body).ConfigureAwait(false);
            }
            else
                await AskAsync(http, agents, s, a, call, body).ConfigureAwait(false);
        }
    }

    private static async Task ActAsync(HttpContext http, ActService acts, Act act, SetUpCall call, HttpContent? body)
    {
        var remote = string.Create(CultureInfo.InvariantCulture, $"{http.Connection.RemoteIpAddress}");
        var outcome = await acts.DoAsync<JsonNode>(
                http.User,
                remote,
                act,
                new HttpMethod(http.Request.Method),
                call.AgentPath,
                body,
                http.RequestAborted,
                TimeSpan.FromSeconds(call.PatienceSeconds)
            )
            .ConfigureAwait(false);
        http.Response.Headers[ActHeader] = outcome.Result.ToString();
        http.Response.Headers.CacheControl = "no-store";
        http.Response.StatusCode = outcome.Result switch
        {
            ActResult.Done => StatusCodes.Status200OK,
            ActResult.Denied => StatusCodes.Status403Forbidden,
            ActResult.ReasonMissing or ActResult.ReasonUnfit => StatusCodes.Status400BadRequest,
            ActResult.Refused => outcome.Status is 404 or 409 or 413 or 422 ? outcome.Status.Value : StatusCodes.Status400BadRequest,
            ActResult.NotRecorded => StatusCodes.Status503ServiceUnavailable,
            ActResult.Unanswered when outcome.Status == StatusCodes.Status503ServiceUnavailable => StatusCodes.Status503ServiceUnavailable,
            ActResult.Unanswered => StatusCodes.Status504GatewayTimeout,
            _ => StatusCodes.Status502BadGateway,
        };
        var answer = outcome.Value ?? (outcome.Detail is { } detail ? new JsonObject { ["detail"] = detail } : new JsonObject());
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString(ContractJson.Options), http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task AskAsync(HttpContext http, AgentClient agents, SiteId site, AgentId agent, SetUpCall call, HttpContent? body)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(TimeSpan.FromSeconds(call.PatienceSeconds));
        try
        {
            var method = new HttpMethod(http.Request.Method);
            using var response = await agents.SendBodyAsync(site, agent, method, call.AgentPath, body, limit.Token).ConfigureAwait(false);
            if (response is null)
            {
                http.Response.StatusCode = StatusCodes.Status502BadGateway;
                return;
            }

            await response.Content.LoadIntoBufferAsync(LargestAnswer, limit.Token).ConfigureAwait(false);
            await AnswerAsync(http, response, call, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is HttpRequestException or OperationCanceledException
                && !http.RequestAborted.IsCancellationRequested
                && !http.Response.HasStarted
            )
        {
            http.Response.StatusCode = e is HttpRequestException ? StatusCodes.Status502BadGateway : StatusCodes.Status504GatewayTimeout;
        }
    }

    private static async Task AnswerAsync(HttpContext http, HttpResponseMessage response, SetUpCall call, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        if (status == 404 && call.MayBeMissing)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var type = response.Content.Headers.ContentType?.MediaType;
        // A refusal is always a sentence; what is asked for comes in its own type alone.
        var isSentence = type is "application/json" or "application/problem+json";
        var wanted = !response.IsSuccessStatusCode
            ? isSentence
                ? type
                : null
            : call.Answer switch
            {
                SetUpAnswer.Pdf => type == "application/pdf" ? type : null,
                SetUpAnswer.Picture => type is "image/jpeg" or "image/png" ? type : null,
                _ => "application/json",
            };
        http.Response.StatusCode =
            wanted is null && response.IsSuccessStatusCode ? StatusCodes.Status502BadGateway
            : status is 200 or 204 or 400 or 404 or 409 or 413 or 422 or 503 ? status
            : StatusCodes.Status502BadGateway;
        http.Response.Headers.CacheControl = call.Answer == SetUpAnswer.Picture && status == 200 ? "private, max-age=600" : "no-store";
        if (wanted is null || http.Response.StatusCode is 204 or 502)
            return;
        http.Response.ContentType = wanted;
        if (wanted == "application/pdf")
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{Path.GetFileName(call.AgentPath.Split('?')[0])}\"";
        await response.Content.CopyToAsync(http.Response.Body, ct).ConfigureAwait(false);
    }

    private static async Task<(HttpContent? Body, bool IsTooLarge)> ReadAsync(HttpContext http, int largest)
    {
        if (largest == 0)
            return (null, false);
        if (http.Request.ContentLength > largest)
            return (null, true);
        using var memory = new MemoryStream();
        var buffer = new byte[81920];
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false) is > 0 and var read)
        {
            if (memory.Length + read > largest)
                return (null, true);
            await memory.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted).ConfigureAwait(false);
        }

        var content = new ByteArrayContent(memory.ToArray());
        content.Headers.ContentType = new(http.Request.HasJsonContentType() ? "application/json" : "application/octet-stream");
        return (content, false);
    }

    private static string Subject(RoomId room, string tail) => $"room {room} {tail}";

    private static string Reason(HttpContext http) =>
        http.Request.Headers[ActingPerson.ReasonHeader] is [{ Length: > 0 and < 12 * ActingPerson.LongestReason } text]
            ? Uri.UnescapeDataString(text)
            : "";
}
