using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.State;

namespace ExamMonitor.Dashboard.Media;

/// <summary>Why an agent gave no answer.</summary>
public enum AgentFailure
{
    /// <summary>No link to that agent is known.</summary>
    NoLink,

    /// <summary>It did not answer in time or at all.</summary>
    Unreachable,

    /// <summary>It answered with something else.</summary>
    Refused,
}

/// <summary>Asks agents' HTTP APIs with the token of their link. The only place where the token is used.</summary>
internal sealed class AgentClient(HttpClient http, FloorStore store, TimeProvider time)
{
    public const string ClientName = "agent";
    private const int JsonLimitBytes = 16 << 20;

    /// <summary>How long a question may take that says nothing else.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(SiteId Site, AgentId Agent), DateTimeOffset> _answered = new();

    /// <summary>When an agent last answered anything at all, UTC; null when it has not since the dashboard started.</summary>
    public DateTimeOffset? LastAnswerAt(SiteId site, AgentId agent) => _answered.TryGetValue((site, agent), out var at) ? at : null;

    /// <summary>What is held of a camera in a range of at most 31 days.</summary>
    public Task<(Timeline? Timeline, AgentFailure? Failure)> TimelineAsync(
        RoomReading room,
        CameraId camera,
        DateTimeOffset from,
        DateTimeOffset to,
        CancellationToken ct
    ) => GetAsync<Timeline>(room.Site, room.Agent, $"{AgentApi.Timeline(room.Place.Id, camera)}?{Between(from, to)}", ct);

    public async Task<(T? Value, AgentFailure? Failure)> GetAsync<T>(SiteId site, AgentId agent, string path, CancellationToken ct)
        where T : class
    {
        var reply = await AskAsync<T>(site, agent, HttpMethod.Get, path, null, null, ct).ConfigureAwait(false);
        return reply.Failure is { } failure ? (null, failure) : (reply.Value, null);
    }

    /// <summary>
    /// Puts one question or act to an agent and reads its whole answer. An act carries the <paramref name="person"/>; a question has none.
    /// </summary>
    public async Task<AgentReply<T>> AskAsync<T>(
        SiteId site,
        AgentId agent,
        HttpMethod method,
        string path,
        HttpContent? content,
        ActingPerson? person,
        CancellationToken ct,
        TimeSpan? patience = null
    )
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(patience ?? Patience);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            person?.AddTo(request);
            using var response = await SendAsync(site, agent, request, limit.Token).ConfigureAwait(false);
            if (response is null)
                return new(null, AgentFailure.NoLink, null, null);
            await response.Content.LoadIntoBufferAsync(JsonLimitBytes, limit.Token).ConfigureAwait(false);
            return Read<T>(response, await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new(null, AgentFailure.Unreachable, null, null);
        }
    }

    /// <summary>Sends a request and returns once the headers are there; null when no link to the agent is known.</summary>
    public async Task<HttpResponseMessage?> SendAsync(
        SiteId site,
        AgentId agent,
        HttpMethod method,
        string path,
        string? range,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (range is not null)
            request.Headers.TryAddWithoutValidation("Range", range);
        return await SendAsync(site, agent, request, ct).ConfigureAwait(false);
    }

    /// <summary>Sends a request with a body and returns once the headers are there; null when no link to the agent is known.</summary>
    public async Task<HttpResponseMessage?> SendBodyAsync(
        SiteId site,
        AgentId agent,
        HttpMethod method,
        string path,
        HttpContent? content,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await SendAsync(site, agent, request, ct).ConfigureAwait(false);
    }

    /// <summary>Query of a range of time.</summary>
    public static string Between(DateTimeOffset from, DateTimeOffset to) =>
        $"from={Uri.EscapeDataString(UtcJsonConverter.ToText(from))}&to={Uri.EscapeDataString(UtcJsonConverter.ToText(to))}";

    private static AgentReply<T> Read<T>(HttpResponseMessage response, byte[] body)
        where T : class
    {
        AgentFailure? failure = response.IsSuccessStatusCode ? null : AgentFailure.Refused;
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
        try
        {
            if (isProblem)
                return new(null, AgentFailure.Refused, (int)response.StatusCode, DetailOf(body));
            var value =
                body.Length == 0 || ContractJson.HasNullElement(body) ? null : JsonSerializer.Deserialize<T>(body, ContractJson.Options);
            return new(value, value is null ? AgentFailure.Refused : failure, (int)response.StatusCode, null);
        }
        catch (JsonException)
        {
            return new(null, AgentFailure.Refused, (int)response.StatusCode, null);
        }
    }

    /// <summary>The agent's own sentence, in the language of whoever asks where the agent speaks it.</summary>
    private static string? DetailOf(byte[] body)
    {
        using var problem = JsonDocument.Parse(body);
        if (problem.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        var isChinese = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";
        var text = (isChinese ? TextOf(problem.RootElement, AgentApi.ProblemDetailZh) : null) ?? TextOf(problem.RootElement, "detail");
        return text is null || text.Length <= AgentReply<object>.LongestDetail ? text : text[..AgentReply<object>.LongestDetail];
    }

    private static string? TextOf(JsonElement problem, string member) =>
        problem.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private async Task<HttpResponseMessage?> SendAsync(SiteId site, AgentId agent, HttpRequestMessage request, CancellationToken ct)
    {
        if (store.Links.FirstOrDefault(l => l.Link is { } link && link.Site == site && link.Agent == agent)?.Link is not { } to)
            return null;
        request.RequestUri = new Uri(new Uri(to.ApiAddress), request.RequestUri!.OriginalString);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", to.ApiToken);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
        _answered[(site, agent)] = time.GetUtcNow();
        return response;
    }
}
