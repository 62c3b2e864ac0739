using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>Asks the agent of a configuration that runs on this machine, over its HTTP API, as the dashboard does.</summary>
internal sealed class AgentClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly DashboardLink _link;

    private AgentClient(DashboardLink link, HttpMessageHandler handler)
    {
        _link = link;
        _http = new(handler) { Timeout = TimeSpan.FromSeconds(100) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", link.ApiToken);
    }

    /// <summary>Opens the link of a configuration's agent.</summary>
    /// <exception cref="AgentAnswerException">No agent has ever run with it.</exception>
    public static AgentClient Open(ConfigurationReading reading)
    {
        var path = AgentFolder.Of(reading).DashboardLink;
        try
        {
            var link =
                JsonSerializer.Deserialize<DashboardLink>(File.ReadAllBytes(path), ContractJson.Options) ?? throw new JsonException("null");
            return new(link, OwnCertificate.Handler(reading));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AgentAnswerException(
                $"{path} cannot be read: {e.Message} Start the agent first: exam-monitor-agent run --config {Path.GetFileName(reading.Path)}",
                e
            );
        }
    }

    /// <summary>GET as JSON.</summary>
    /// <exception cref="AgentAnswerException">The agent does not run, or refuses; the message says why.</exception>
    public Task<T> GetAsync<T>(string route, CancellationToken cancellationToken) =>
        SendAsync<T>(new(HttpMethod.Get, route), null, cancellationToken);

    /// <summary>GET as JSON; null when the agent has nothing there yet (404).</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<T?> TryGetAsync<T>(string route, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await GetAsync<T>(route, cancellationToken).ConfigureAwait(false);
        }
        catch (AgentAnswerException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>GET as text.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async Task<string> GetTextAsync(string route, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await SendAsync(new(HttpMethod.Get, route), null, cancellationToken).ConfigureAwait(false)).Body);

    /// <summary>POST; the answer as JSON.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Task<T> PostAsync<T>(string route, HttpContent? body, ActingPerson? person, CancellationToken cancellationToken) =>
        SendAsync<T>(new(HttpMethod.Post, route) { Content = body }, person, cancellationToken);

    /// <summary>Downloads into a file; with <paramref name="resume"/> from where an earlier download broke off.</summary>
    /// <exception cref="AgentAnswerException">The agent does not run, refuses, or gave another number of bytes; what came is
    /// kept.</exception>
    public async Task DownloadAsync(string route, FileInfo file, long size, bool resume, CancellationToken cancellationToken)
    {
        using var output = new FileStream(file.FullName, resume ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.Write);
        var from =
            output.Length <= size
                ? output.Seek(0, SeekOrigin.End)
                : throw new AgentAnswerException($"{file.FullName} is longer than the pack; it is of another.");
        if (from == size)
            return;
        using var request = new HttpRequestMessage(HttpMethod.Get, _link.ApiAddress + route);
        if (from > 0)
            request.Headers.Range = new(from, null);
        try
        {
            using var answer = await _http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if ((int)answer.StatusCode != (from > 0 ? 206 : 200))
                throw new AgentAnswerException($"The agent answered {(int)answer.StatusCode}.") { Status = (int)answer.StatusCode };
            await answer.Content.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException and not AgentAnswerException)
        {
            throw new AgentAnswerException(
                $"The download broke off after {output.Length} of {size} bytes: {e.Message} Continue it with --pack.",
                e
            );
        }

        if (output.Length != size)
            throw new AgentAnswerException($"The download has {output.Length} of {size} bytes. Continue it with --pack.");
    }

    /// <summary>A value as the body of a request.</summary>
    public static HttpContent Json<T>(T value) =>
        new StringContent(JsonSerializer.Serialize(value, ContractJson.Options), Encoding.UTF8, "application/json");

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, ActingPerson? person, CancellationToken cancellationToken)
    {
        var (_, body) = await SendAsync(request, person, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<T>(body, ContractJson.Options)
            ?? throw new AgentAnswerException("The agent answered with nothing.");
    }

    private async Task<(int Status, byte[] Body)> SendAsync(
        HttpRequestMessage request,
        ActingPerson? person,
        CancellationToken cancellationToken
    )
    {
        using var owned = request;
        request.RequestUri = new(_link.ApiAddress + request.RequestUri!.OriginalString);
        person?.AddTo(request);
        try
        {
            using var answer = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);

            // 409 and 422 with a body of our own are answers, too: what was refused and why.
            if (answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType == "application/json")
                return ((int)answer.StatusCode, body);
            throw new AgentAnswerException(Detail(body) ?? $"The agent answered {(int)answer.StatusCode}.")
            {
                Status = (int)answer.StatusCode,
            };
        }
        catch (HttpRequestException e) when (e.InnerException is System.Security.Authentication.AuthenticationException)
        {
            throw new AgentAnswerException(
                $"Something answers at {_link.ApiAddress} with a certificate that is neither the one of api.certificate nor signed by an authority of this machine. Does another program listen there?",
                e
            );
        }
        catch (HttpRequestException e)
        {
            throw new AgentAnswerException($"The agent at {_link.ApiAddress} does not answer: {e.Message} Is it running?", e);
        }
    }

    private static string? Detail(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body)?["detail"]?.GetValue<string>();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The agent could not be asked, or said no.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="inner">Cause; null for none.</param>
internal sealed class AgentAnswerException(string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>HTTP status of a refusal; null without an answer.</summary>
    public int? Status { get; init; }
}
