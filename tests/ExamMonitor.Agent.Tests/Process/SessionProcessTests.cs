using System.Net;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>Exam sessions, readiness and holds with a real agent.</summary>
public sealed class SessionProcessTests(AgentFixture agent) : IClassFixture<AgentFixture>
{
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly ActingPerson Wang = new("王芳", "抽查 17");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpMethod method,
        string route,
        HttpContent? body = null,
        ActingPerson? person = null
    )
    {
        using var request = new HttpRequestMessage(method, agent.Link.ApiAddress + route) { Content = body };
        person?.AddTo(request);
        request.Headers.ExpectContinue = body is ByteArrayContent and not StringContent;
        using var answer = await agent.Api.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static T Read<T>(string body) => JsonSerializer.Deserialize<T>(body, ContractJson.Options)!;

    private static StringContent Csv(params (string Id, double FromMinutes, double ToMinutes)[] sessions)
    {
        var text = new StringBuilder("id,batch,room,start,end,title\n");
        foreach (var (id, from, to) in sessions)
            text.Append($"{id},2026-A,R7,{Now.AddMinutes(from):yyyy-MM-ddTHH:mm:ssZ},{Now.AddMinutes(to):yyyy-MM-ddTHH:mm:ssZ},电工\n");
        return new(text.ToString(), Encoding.UTF8, "text/csv");
    }

    [Fact]
    public async Task Schedule_Imported_ClassesFootageAndSurvivesEveryWrongStep()
    {
        // A preview changes nothing; without a person nothing is imported; a file with a mistake changes nothing.
        var (status, body) = await SendAsync(
            HttpMethod.Post,
            AgentApi.ImportSessions + "?file=a.csv&preview=true",
            Csv(("NOW", -5, 55), ("NEXT", 90, 150))
        );
        Assert.Equal((HttpStatusCode.OK, false, 2), (status, Read<ScheduleImport>(body).Applied, Read<ScheduleImport>(body).Counts.Added));
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Post, AgentApi.ImportSessions + "?file=a.csv", Csv(("NOW", -5, 55)))).Status
        );
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await SendAsync(HttpMethod.Post, AgentApi.ImportSessions + "?file=a.csv", Csv(("NOW", -5, 55), ("BAD", 50, 60)), Wang)).Status
        );
        Assert.Equal("[]", (await SendAsync(HttpMethod.Get, AgentApi.Sessions)).Body);

        (status, body) = await SendAsync(
            HttpMethod.Post,
            AgentApi.ImportSessions + "?file=a.csv",
            Csv(("NOW", -5, 55), ("NEXT", 90, 150)),
            Wang
        );
        Assert.True(status == HttpStatusCode.OK && Read<ScheduleImport>(body).Applied, body);

        // What has begun keeps its footage: another room is refused, calling it off needs a reason.
        var detail = Read<SessionDetail>((await SendAsync(HttpMethod.Get, AgentApi.Session(ExamSessionId.Of("NOW")))).Body);
        Assert.Equal((SessionState.Running, "王芳"), (detail.Summary.State, Assert.Single(detail.History).Person));
        Assert.NotNull(detail.History[0].LedgerEntry);
        var shorter = detail.Summary.Session with { Start = detail.Summary.Session.Start.AddMinutes(3) };
        (status, body) = await SendAsync(HttpMethod.Put, AgentApi.Session(ExamSessionId.Of("NOW")), JsonContent(shorter), Wang);
        Assert.True(status == HttpStatusCode.Conflict && Read<ScheduleImport>(body).Counts.Refused == 1, body);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Post, AgentApi.CancelSession(ExamSessionId.Of("NEXT")), null, new("王芳"))).Status
        );

        // Footage is counted against the session; the status over MQTT names it.
        await Eventually.TrueAsync(
            async () =>
                Read<SessionDetail>((await SendAsync(HttpMethod.Get, AgentApi.Session(ExamSessionId.Of("NOW")))).Body)
                    .Cameras.All(c => c.ProvenSeconds > 5),
            TimeSpan.FromSeconds(60)
        );
        detail = Read<SessionDetail>((await SendAsync(HttpMethod.Get, AgentApi.Session(ExamSessionId.Of("NOW")))).Body);
        Assert.All(detail.Cameras, c => Assert.InRange(c.Completeness!.Value, 0.001, 0.999));
        Assert.Equal(12, detail.Stations.Count);
        var batch = Assert.Single(Read<IReadOnlyList<BatchSummary>>((await SendAsync(HttpMethod.Get, AgentApi.Batches)).Body));
        Assert.True(batch is { Sessions: 2, SizeBytes: > 0 } && batch.Batch.Text == "2026-A");
        var exported = (await SendAsync(HttpMethod.Get, AgentApi.ExportSessions("ics"))).Body;
        Assert.Contains("UID:NEXT", exported, StringComparison.Ordinal);

        await HoldsAsync();
        await ReadinessAsync();
        Assert.Equal(
            HttpStatusCode.RequestEntityTooLarge,
            (
                await SendAsync(
                    HttpMethod.Post,
                    AgentApi.ImportSessions + "?file=a.csv",
                    new ByteArrayContent(new byte[AgentApi.LargestScheduleBytes + 10]),
                    Wang
                )
            ).Status
        );
    }

    private async Task HoldsAsync()
    {
        var request = JsonContent(new HoldRequest(new(null, null, null, null, ExamSessionId.Of("NOW"), null), null));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Post, AgentApi.Holds, request, new("王芳"))).Status);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (
                await SendAsync(
                    HttpMethod.Post,
                    AgentApi.Holds,
                    JsonContent(new HoldRequest(new(null, null, null, null, null, null), null)),
                    Wang
                )
            ).Status
        );
        var (status, body) = await SendAsync(
            HttpMethod.Post,
            AgentApi.Holds,
            JsonContent(new HoldRequest(new(null, null, null, null, ExamSessionId.Of("NOW"), null), new(2099, 12, 31))),
            Wang
        );
        Assert.True(status == HttpStatusCode.Created, body);
        var hold = Read<FootageHold>(body);
        Assert.Equal((true, "王芳", "抽查 17", new DateOnly(2099, 12, 31)), (hold.IsInForce, hold.PlacedBy, hold.Reason, hold.Until));
        Assert.Equal(hold.Id, Assert.Single(Read<IReadOnlyList<FootageHold>>((await SendAsync(HttpMethod.Get, AgentApi.Holds)).Body)).Id);
        (_, body) = await SendAsync(HttpMethod.Post, AgentApi.LiftHold(hold.Id), null, new("李雷", "结案"));
        Assert.Equal(("李雷", false), (Read<FootageHold>(body).LiftedBy, Read<FootageHold>(body).IsInForce));
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, AgentApi.LiftHold(hold.Id), null, Wang)).Status);
    }

    private async Task ReadinessAsync()
    {
        var (code, output, errors) = await AgentFixture.RunAsync(
            "ready",
            "--config",
            agent.ConfigurationPath,
            "--session",
            "NEXT",
            "--json"
        );
        Assert.True(code == 1, errors);
        var answer = Assert.Single(Read<IReadOnlyList<RoomReadiness>>(output));
        Assert.Equal("NEXT", answer.Session!.Value.Text);
        Assert.False(answer.Checks.Single(c => c.Id == "calibration").Ok);
        Assert.True(answer.Checks.Single(c => c.Id == "ledger").Ok);
        Assert.True(answer.Checks.Single(c => c.Id == "space").Ok != false);
        Assert.All(answer.Checks.Where(c => c.Ok != true), c => Assert.NotNull(c.Mend));

        (code, output, errors) = await AgentFixture.RunAsync(
            "calibration",
            "sign",
            "--config",
            agent.ConfigurationPath,
            "--room",
            "R7",
            "--person",
            "Li Lei"
        );
        Assert.True(code == 0, errors);
        var (_, body) = await SendAsync(HttpMethod.Post, AgentApi.RoomReadiness(Room));
        Assert.True(Read<RoomReadiness>(body).Checks.Single(c => c.Id == "calibration").Ok, body);
        (code, output, _) = await AgentFixture.RunAsync("schedule", "list", "--config", agent.ConfigurationPath);
        Assert.True(code == 0 && output.Contains("NEXT", StringComparison.Ordinal), output);
    }

    private static StringContent JsonContent<T>(T value) =>
        new(JsonSerializer.Serialize(value, ContractJson.Options), Encoding.UTF8, "application/json");
}
