using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ExamMonitor.Agent.Tests.Process;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using Xunit;

namespace ExamMonitor.Agent.Tests.SetUp;

/// <summary>Asks an agent under test as the set-up page does.</summary>
internal sealed class SetUpClient(AgentFixture agent)
{
    public const string Author = "张伟";

    // Three pictures of 3840 × 2160 are decoded and looked through in one call: on a busy computer that takes a minute.
    private static readonly HttpClient s_http = new() { Timeout = TimeSpan.FromMinutes(4) };

    public async Task<T> GetAsync<T>(string route) => await ReadAsync<T>(await agent.Api.GetAsync(agent.Link.ApiAddress + route));

    public async Task<T> SendAsync<T>(
        HttpMethod method,
        string route,
        object? body,
        string reason = "test",
        HttpStatusCode expected = HttpStatusCode.OK
    ) => await ReadAsync<T>(await SendAsync(method, route, body, reason), expected);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, object? body, string reason = "test")
    {
        using var request = new HttpRequestMessage(method, agent.Link.ApiAddress + route);
        new ActingPerson(Author, reason).AddTo(request);
        request.Content = body switch
        {
            null => null,
            byte[] bytes => new ByteArrayContent(bytes),
            _ => JsonContent.Create(body, body.GetType(), options: ContractJson.Options),
        };
        request.Headers.Authorization = agent.Api.DefaultRequestHeaders.Authorization;
        return await s_http.SendAsync(request);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode}: {text}");
        response.Dispose();
        return JsonSerializer.Deserialize<T>(text, ContractJson.Options)!;
    }
}
