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
        app.MapGet("/evaluation/{site}/{agent}/packs/{pack}.zip", PackAsync).RequireAuthorization(Policy.Samples);
        app.MapGet("/evaluation/{site}/{agent}/copies/{copy}.mp4", CopyAsync).RequireAuthorization(Policy.Evaluation);
        app.MapGet("/evaluation/{site}/{agent}/draws/{draw}/population.jsonl", PopulationAsync).RequireAuthorization(Policy.Samples);
        app.MapGet("/evaluation/{site}/{agent}/report/{evaluation}.pdf", ReportAsync).RequireAuthorization(Policy.Evaluation);
        app.MapGet("/sessions/{site}/{agent}/{session}/record.pdf", SheetAsync).RequireAuthorization(Policy.Evaluation);
        app.MapGet("/ledger/{site}/{agent}/key.pem", KeyAsync).RequireAuthorization();
        app.MapGet("/ledger/{site}/{agent}/entries/{number:long}/entry.json", EntryAsync).RequireAuthorization();
        app.MapGet("/ledger/{site}/{agent}/entries/{number:long}/inclusion.txt", InclusionAsync).RequireAuthorization();
    }

    private static Task PopulationAsync(HttpContext http, AgentFiles files, string site, string agent, string draw) =>
        TryPlace(http, site, agent, out var s, out var a) && IdText.IsValid(draw)
            ? files.SendAsync(http, s, a, EvaluationApi.Population(draw), "application/jsonl", $"{draw}_population.jsonl")
            : Absent(http);

    private static Task ReportAsync(HttpContext http, AgentFiles files, string site, string agent, string evaluation, string? language) =>
        TryPlace(http, site, agent, out var s, out var a) && IdText.IsValid(evaluation) && language is null or "en" or "zh"
            ? files.SendAsync(
                http,
                s,
                a,
                EvaluationApi.Report(evaluation, language ?? "zh"),
                "application/pdf",
                $"{evaluation}_report_{language ?? "zh"}.pdf"
            )
            : Absent(http);

    private static Task SheetAsync(HttpContext http, AgentFiles files, string site, string agent, string session, string? onDuty) =>
        TryPlace(http, site, agent, out var s, out var a)
        && ExamSessionId.TryParse(session, null, out var id)
        && onDuty is null or { Length: <= 200 }
            ? files.SendAsync(
                http,
                s,
                a,
                EvaluationApi.RecordSheet(id) + (onDuty is null ? "" : "?onDuty=" + Uri.EscapeDataString(onDuty)),
                "application/pdf",
                $"{id}_record.pdf"
            )
            : Absent(http);

    private static Task KeyAsync(HttpContext http, AgentFiles files, string site, string agent) =>
        TryPlace(http, site, agent, out var s, out var a)
            ? files.SendAsync(http, s, a, AgentApi.LedgerKey, "application/x-pem-file", $"{site}_{agent}.pem")
            : Absent(http);

    private static Task EntryAsync(HttpContext http, AgentFiles files, string site, string agent, long number) =>
        TryPlace(http, site, agent, out var s, out var a)
            ? files.SendAsync(http, s, a, AgentApi.LedgerEntry(number), "application/json", Name(site, agent, number, "json"))
            : Absent(http);

    private static Task InclusionAsync(HttpContext http, AgentFiles files, string site, string agent, long number) =>
        TryPlace(http, site, agent, out var s, out var a)
            ? files.SendAsync(
                http,
                s,
                a,
                AgentApi.LedgerInclusion(number),
                "text/plain; charset=utf-8",
                Name(site, agent, number, "inclusion.txt")
            )
            : Absent(http);

    private static string Name(string site, string agent, long number, string ending) =>
        FormattableString.Invariant($"{site}_{agent}_{number}.{ending}");

    /// <summary>A pack may be as large as the footage of a day: it is handed on as it comes, and a download that broke off is
    /// continued.</summary>
    private static async Task PackAsync(HttpContext http, AgentClient agents, EvaluationParts parts, string site, string agent, string pack)
    {
        if (
            !TryPlace(http, site, agent, out var s, out var a)
            || !IdText.IsValid(pack)
            || !await InEvaluationAsync(http, agents, parts, pack)
        )
            await Absent(http);
        else
            await HandOnAsync(http, agents, s, a, EvaluationApi.Pack(pack), "application/zip", $"{pack}.zip", pack);
    }

    private static async Task CopyAsync(HttpContext http, AgentClient agents, EvaluationParts parts, string site, string agent, string copy)
    {
        if (
            !TryPlace(http, site, agent, out var s, out var a)
            || !IdText.IsValid(copy)
            || (
                await agents.GetAsync<IReadOnlyList<RedactedCopySummary>>(s, a, EvaluationApi.Copies, http.RequestAborted)
            ).Value?.FirstOrDefault(c => c.Id == copy)
                is not { } found
            || !await InEvaluationAsync(http, parts, found)
        )
            await Absent(http);
        // The name says what it is, whatever the agent sends: letters, digits and . _ - alone.
        else
            await HandOnAsync(
                http,
                agents,
                s,
                a,
                EvaluationApi.Copy(copy),
                "video/mp4",
                "COPY_"
                    + string.Concat(
                        found
                            .FileName.Replace("COPY_", "", StringComparison.Ordinal)
                            .Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
                    ),
                copy
            );
    }

    private static async Task<bool> InEvaluationAsync(HttpContext http, EvaluationParts parts, RedactedCopySummary copy) =>
        EvaluationLimit.TryOf(http.User, out var limit)
        && (
            limit is null
            || (await parts.OfAsync(limit, http.RequestAborted)).Any(p =>
                p.Session == copy.Request.Session && copy.Request.From >= p.From && copy.Request.To <= p.To
            )
        );

    private static async Task HandOnAsync(
        HttpContext http,
        AgentClient agents,
        SiteId s,
        AgentId a,
        string path,
        string type,
        string name,
        string tag
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(Patience);
        try
        {
            var range = http.Request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges.Count: 1 } one ? one.ToString() : null;
            using var response = await agents.SendAsync(s, a, HttpMethod.Get, path, range, limit.Token);
            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            var status = (int?)response?.StatusCode;
            http.Response.StatusCode = status is 200 or 206 or 404 or 416 ? status.Value : StatusCodes.Status502BadGateway;
            if (response is null || status is not (200 or 206))
                return;
            http.Response.ContentType = type;
            http.Response.ContentLength = response.Content.Headers.ContentLength;
            http.Response.Headers.AcceptRanges = "bytes";
            http.Response.Headers.ETag = $"\"{tag}\"";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            if (response.Content.Headers.ContentRange is { } place)
                http.Response.Headers.ContentRange = place.ToString();
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

    /// <summary>An account of one evaluation takes packs of that evaluation alone.</summary>
    private static async Task<bool> InEvaluationAsync(HttpContext http, AgentClient agents, EvaluationParts parts, string pack)
    {
        if (!EvaluationLimit.TryOf(http.User, out var limit))
            return false;
        return limit is null
            || (
                (await agents.GetAsync<PackSummary>(limit.Site, limit.Agent, EvaluationApi.PackState(pack), http.RequestAborted)).Value
                    is { } found
                && EvaluationParts.Hold(await parts.OfAsync(limit, http.RequestAborted), found)
            );
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
