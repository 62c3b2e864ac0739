using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Media;

/// <summary>Hands an agent's text files on to a browser, always as a download and never as a page.</summary>
internal sealed class AgentFiles(AgentClient agents)
{
    private const int LimitBytes = 32 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="http">Request of the browser; its rights are checked already.</param>
    /// <param name="site">Site.</param>
    /// <param name="agent">Agent.</param>
    /// <param name="path">Path and query at the agent, made from checked parts.</param>
    /// <param name="type">Type that the browser is told, whatever the agent says.</param>
    /// <param name="name">File name; made of letters, digits, <c>. _ -</c>.</param>
    /// <param name="rewrite">Changes the text on its way; null to leave every byte as it is.</param>
    public async Task SendAsync(
        HttpContext http,
        SiteId site,
        AgentId agent,
        string path,
        string type,
        string name,
        Func<string, string>? rewrite = null
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await agents.SendAsync(site, agent, HttpMethod.Get, path, null, limit.Token).ConfigureAwait(false);
            if (response is not { IsSuccessStatusCode: true })
            {
                http.Response.StatusCode = response is { StatusCode: System.Net.HttpStatusCode.NotFound }
                    ? StatusCodes.Status404NotFound
                    : StatusCodes.Status502BadGateway;
                return;
            }

            await response.Content.LoadIntoBufferAsync(LimitBytes, limit.Token).ConfigureAwait(false);
            http.Response.ContentType = type;
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            http.Response.Headers.CacheControl = "no-store";
            if (rewrite is null)
                await response.Content.CopyToAsync(http.Response.Body, limit.Token).ConfigureAwait(false);
            else
                await http
                    .Response.WriteAsync(rewrite(await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false)), limit.Token)
                    .ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is HttpRequestException or OperationCanceledException
                && !http.RequestAborted.IsCancellationRequested
                && !http.Response.HasStarted
            )
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
    }
}
