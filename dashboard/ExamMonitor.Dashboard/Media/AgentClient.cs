using System.Net.Http.Headers;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.State;

namespace ExamMonitor.Dashboard.Media;

/// <summary>Why an agent gave no answer.</summary>
internal enum AgentFailure
{
    /// <summary>No link to that agent is known.</summary>
    NoLink,

    /// <summary>It did not answer in time or at all.</summary>
    Unreachable,

    /// <summary>It answered with something else.</summary>
    Refused,
}

/// <summary>Asks agents' HTTP APIs with the token of their link. The only place where the token is used.</summary>
internal sealed class AgentClient(HttpClient http, FloorStore store)
{
    public const string ClientName = "agent";
    private const int JsonLimitBytes = 16 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What is held of a camera in a range of at most 31 days.</summary>
    public Task<(Timeline? Timeline, AgentFailure? Failure)> TimelineAsync(
        RoomReading room, CameraId camera, DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        GetAsync<Timeline>(
            room.Site, room.Agent,
            $"{AgentApi.Timeline(room.Place.Id, camera)}?from={Uri.EscapeDataString(UtcJsonConverter.ToText(from))}&to={Uri.EscapeDataString(UtcJsonConverter.ToText(to))}", ct);

    public async Task<(T? Value, AgentFailure? Failure)> GetAsync<T>(SiteId site, AgentId agent, string path, CancellationToken ct)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var response = await SendAsync(site, agent, HttpMethod.Get, path, null, limit.Token).ConfigureAwait(false);
            if (response is null) return (null, AgentFailure.NoLink);
            if (!response.IsSuccessStatusCode) return (null, AgentFailure.Refused);
            await response.Content.LoadIntoBufferAsync(JsonLimitBytes, limit.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            return JsonSerializer.Deserialize<T>(body, ContractJson.Options) is { } value ? (value, null) : (null, AgentFailure.Refused);
        }
        catch (JsonException)
        {
            return (null, AgentFailure.Refused);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return (null, AgentFailure.Unreachable);
        }
    }

    /// <summary>Sends a request and returns once the headers are there; null when no link to the agent is known.</summary>
    public async Task<HttpResponseMessage?> SendAsync(
        SiteId site, AgentId agent, HttpMethod method, string path, string? range, CancellationToken ct)
    {
        if (store.Links.FirstOrDefault(l => l.Link is { } link && link.Site == site && link.Agent == agent)?.Link is not { } to) return null;
        using var request = new HttpRequestMessage(method, new Uri(new Uri(to.ApiAddress), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", to.ApiToken);
        if (range is not null) request.Headers.TryAddWithoutValidation("Range", range);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
    }
}
