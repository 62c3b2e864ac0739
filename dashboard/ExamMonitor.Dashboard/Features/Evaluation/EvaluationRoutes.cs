using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>Files that an evaluator carries away: packs, populations of draws, public keys.</summary>
internal static class EvaluationRoutes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/evaluation/{site}/{agent}/packs/{pack}.zip", PackAsync).RequireAuthorization(Policy.Evaluation);
        app.MapGet("/evaluation/{site}/{agent}/draws/{draw}/population.jsonl", PopulationAsync).RequireAuthorization(Policy.Evaluation);
        app.MapGet("/ledger/{site}/{agent}/key.pem", KeyAsync).RequireAuthorization();
        app.MapGet("/ledger/{site}/{agent}/entries/{number:long}/entry.json", EntryAsync).RequireAuthorization();
        app.MapGet("/ledger/{site}/{agent}/entries/{number:long}/inclusion.txt", InclusionAsync).RequireAuthorization();
    }

    private static Task PopulationAsync(HttpContext http, AgentFiles files, string site, string agent, string draw) =>
        TryPlace(http, site, agent, out var s, out var a) && IdText.IsValid(draw)
            ? files.SendAsync(http, s, a, EvaluationApi.Population(draw), "application/jsonl", $"{draw}_population.jsonl") : Absent(http);

    private static Task KeyAsync(HttpContext http, AgentFiles files, string site, string agent) =>
        TryPlace(http, site, agent, out var s, out var a) ? files.SendAsync(http, s, a, AgentApi.LedgerKey, "application/x-pem-file",
            $"{site}_{agent}.pem") : Absent(http);

    private static Task EntryAsync(HttpContext http, AgentFiles files, string site, string agent, long number) => TryPlace(http, site, agent, out var s, out var a)
        ? files.SendAsync(http, s, a, AgentApi.LedgerEntry(number), "application/json", Name(site, agent, number, "json")) : Absent(http);

    private static Task InclusionAsync(HttpContext http, AgentFiles files, string site, string agent, long number) => TryPlace(http, site, agent, out var s, out var a)
        ? files.SendAsync(http, s, a, AgentApi.LedgerInclusion(number), "text/plain; charset=utf-8", Name(site, agent, number, "inclusion.txt")) : Absent(http);

    private static string Name(string site, string agent, long number, string ending) => FormattableString.Invariant($"{site}_{agent}_{number}.{ending}");

    /// <summary>A pack may be as large as the footage of a day: it is handed on as it comes, and a download that broke off is
    /// continued.</summary>
    private static async Task PackAsync(HttpContext http, AgentClient agents, string site, string agent, string pack)
    {
        if (!TryPlace(http, site, agent, out var s, out var a) || !IdText.IsValid(pack))
        {
            await Absent(http);
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(Patience);
        try
        {
            var range = http.Request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges.Count: 1 } one ? one.ToString() : null;
            using var response = await agents.SendAsync(s, a, HttpMethod.Get, EvaluationApi.Pack(pack), range, limit.Token);
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            var status = (int?)response?.StatusCode;
            http.Response.StatusCode = status is 200 or 206 or 404 or 416 ? status.Value : StatusCodes.Status502BadGateway;
            if (response is null || status is not (200 or 206)) return;
            http.Response.ContentType = "application/zip";
            http.Response.ContentLength = response.Content.Headers.ContentLength;
            http.Response.Headers.AcceptRanges = "bytes";
            http.Response.Headers.ETag = $"\"{pack}\"";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{pack}.zip\"";
            if (response.Content.Headers.ContentRange is { } place) http.Response.Headers.ContentRange = place.ToString();
            await response.Content.CopyToAsync(http.Response.Body, limit.Token);
        }
        catch (HttpRequestException) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // Either side went away in the middle: the browser must see a broken answer, not one that looks whole.
            http.Abort();
        }
    }

    private static bool TryPlace(HttpContext http, string site, string agent, out SiteId s, out AgentId a)
    {
        a = default;
        return SiteId.TryParse(site, null, out s) && AgentId.TryParse(agent, null, out a) && Scopes.Of(http.User).AllowsSite(s);
    }

    private static Task Absent(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
