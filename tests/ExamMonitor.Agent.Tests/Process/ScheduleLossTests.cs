using System.Net;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>A real agent whose exam schedule was deleted while it was stopped, and while it runs.</summary>
public sealed class ScheduleLossTests(ScheduleLossTests.Site agent) : IClassFixture<ScheduleLossTests.Site>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private string SchedulePath => Path.Combine(agent.PathOf("footage"), "schedule", "sessions.jsonl");

    [Fact]
    public async Task Schedule_Deleted_StopsDestructionAndImport_UntilAPersonRestoresIt()
    {
        var start = TimeProvider.System.GetUtcNow().AddDays(2);
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("EXAM", start)).Status);

        await agent.RestartAsync(() =>
        {
            File.Delete(SchedulePath);
            return Task.CompletedTask;
        });
        await IsStoppedAsync(start);

        // The steps of docs/operations.md.
        await agent.RestartAsync(async () =>
        {
            var (code, output, errors) = await AgentFixture.RunAsync(
                "ledger",
                "restore",
                "--person",
                "Li Na",
                "--reason",
                "deleted by mistake",
                "--config",
                agent.ConfigurationPath
            );
            Assert.True(code == 0 && output.Contains("restored  schedule/sessions.jsonl", StringComparison.Ordinal), output + errors);
        });
        Assert.Null((await OverviewAsync()).Status.NothingIsDestroyed);
        Assert.Contains(
            "EXAM",
            await agent.Api.GetStringAsync(
                agent.Link.ApiAddress + AgentApi.Sessions + AgentFixture.Range(start.AddDays(-1), start.AddDays(2))
            ),
            StringComparison.Ordinal
        );
        Assert.Equal(HttpStatusCode.OK, (await ImportAsync("EXAM-2", start.AddHours(4))).Status);

        // The same while it runs.
        File.Delete(SchedulePath);
        await Eventually.TrueAsync(async () => (await OverviewAsync()).Status.NothingIsDestroyed is not null, Patience);
        await IsStoppedAsync(start);
    }

    private async Task IsStoppedAsync(DateTimeOffset start)
    {
        var why = (await OverviewAsync()).Status.NothingIsDestroyed;
        Assert.True(why is { Zh.Length: > 10 } && why.En.Contains("schedule/sessions.jsonl", StringComparison.Ordinal), why?.En);
        var (status, body) = await ImportAsync("OTHER", start.AddHours(8));
        Assert.NotEqual(HttpStatusCode.OK, status);
        Assert.Contains("ledger restore", body, StringComparison.Ordinal);
    }

    private async Task<RetentionOverview> OverviewAsync() =>
        JsonSerializer.Deserialize<RetentionOverview>(
            await agent.Api.GetStringAsync(agent.Link.ApiAddress + AgentApi.Retention),
            ContractJson.Options
        )!;

    private async Task<(HttpStatusCode Status, string Body)> ImportAsync(string id, DateTimeOffset start)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, agent.Link.ApiAddress + AgentApi.ImportSessions + "?file=a.csv");
        request.Content = new StringContent(
            $"id,batch,room,start,end\n{id},B1,R7,{start:yyyy-MM-ddTHH:mm:ssZ},{start.AddHours(2):yyyy-MM-ddTHH:mm:ssZ}\n",
            Encoding.UTF8,
            "text/csv"
        );
        new ActingPerson("Wang").AddTo(request);
        using var answer = await agent.Api.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>One camera that nobody measures.</summary>
    public sealed class Site : AgentFixture
    {
        protected override IReadOnlyList<string> CameraIds => ["C1"];

        protected override string Watching => "enabled: false";
    }
}
