using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>
/// A real agent on a small real disk that gets full: idle footage gives way at once, exam footage stays, and a full disk keeps nobody from
/// starting.
/// </summary>
public sealed class FullDiskAgentTests(FullDiskAgentTests.Site agent) : IClassFixture<FullDiskAgentTests.Site>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly CameraId Camera = CameraId.Of("C1");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task SmallDisk_FilledUp_ClearsItself_KeepsTheExam_StartsAgain_AndVerifiesClean()
    {
        // Idle footage gives way within seconds of the pressure, not with the next job of every five minutes.
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Count > 1, Patience);
        var destroyed = await DestroyedAsync();
        agent.Disk.Fill(700_000);
        await Eventually.TrueAsync(async () => await DestroyedAsync() > destroyed, TimeSpan.FromSeconds(30));

        // An exam begins: nothing may go any more, and the disk gets full.
        agent.Disk.MakeRoom();
        await Eventually.TrueAsync(RecordingAsync, Patience);
        var csv =
            $"id,batch,room,start,end,title\nNOW,2026-A,R7,{Now.AddMinutes(-30):yyyy-MM-ddTHH:mm}:00Z,{Now.AddMinutes(55):yyyy-MM-ddTHH:mm}:00Z,exam\n";
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await SendAsync(
                    HttpMethod.Post,
                    AgentApi.ImportSessions + "?file=a.csv",
                    person: true,
                    new StringContent(csv, Encoding.UTF8, "text/csv")
                )
            ).Status
        );
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Count > 1, Patience);
        agent.Disk.Fill(0);
        await Eventually.TrueAsync(
            async () =>
                await ProblemAsync() is { En.Length: > 40, Zh.Length: > 20 } text && text.En.Contains("is full", StringComparison.Ordinal),
            Patience
        );
        var segments = Segments();

        // Stopped and started on the full disk: it works, shows live, says what to do, and takes a hold and a sweep.
        Assert.Equal(0, await agent.StopAsync());
        await agent.BeginAsync();
        await Eventually.TrueAsync(
            async () => await ProblemAsync() is { } text && text.En.Contains("sweep", StringComparison.Ordinal),
            Patience
        );
        await Eventually.TrueAsync(
            async () => (await SendAsync(HttpMethod.Get, AgentApi.LivePlaylist(Room, Camera))).Status == HttpStatusCode.OK,
            Patience
        );
        using var hold = new StringContent(
            """{"scope":{"room":"R7","camera":null,"from":null,"to":null,"session":null,"batch":null},"until":null}""",
            Encoding.UTF8,
            "application/json"
        );
        var placed = await SendAsync(HttpMethod.Post, AgentApi.Holds, person: true, hold);
        Assert.True(placed.Status is HttpStatusCode.OK or HttpStatusCode.Created, placed.Body);
        var swept = await SendAsync(HttpMethod.Post, AgentApi.Sweep, person: true);
        Assert.True(swept.Status == HttpStatusCode.OK, swept.Body);
        Assert.Empty(segments.Except(Segments()));

        // Room: the recording goes on by itself, and nothing is called changed.
        agent.Disk.MakeRoom();
        await Eventually.TrueAsync(RecordingAsync, Patience);
        await Eventually.TrueAsync(async () => await ProblemAsync() is null, Patience);
        await AssertRegisterAsCsvAsync();
        Assert.Equal(0, await agent.StopAsync());
        var (code, output, errors) = await AgentFixture.RunAsync("verify", "--config", agent.ConfigurationPath);
        Assert.True(code == 0, output + errors);
        // Each kind of failure once, and once more for each start.
        Assert.InRange(agent.Log.Split('\n').Count(l => l.Contains("No space left", StringComparison.Ordinal)), 0, 8);

        // A disk that became read-only is told of as seldom, however often writing it is tried.
        await agent.BeginAsync();
        await Eventually.TrueAsync(RecordingAsync, Patience);
        agent.Disk.MakeReadOnly();
        await Eventually.TrueAsync(
            async () => await ProblemAsync() is { } text && text.En.Contains("does not take writes", StringComparison.Ordinal),
            Patience
        );
        var from = Now;
        await Eventually.TrueAsync(() => Now - from > TimeSpan.FromSeconds(12), Patience);
        Assert.InRange(
            agent
                .Log.Split('\n')
                .Count(l =>
                    l.Contains("Read-only file system", StringComparison.Ordinal)
                    || l.Contains("Input/output error", StringComparison.Ordinal)
                ),
            1,
            10
        );
    }

    private async Task<bool> RecordingAsync() =>
        (await agent.TimelineAsync("C1")).Segments is [.., var last] && Now - last.End < TimeSpan.FromSeconds(15);

    private async Task<LocalText?> ProblemAsync()
    {
        var problems = JsonDocument.Parse((await SendAsync(HttpMethod.Get, AgentApi.Problems)).Body).RootElement;
        foreach (var problem in problems.EnumerateArray())
        {
            if (problem.GetProperty("code").GetString() == "volume-not-writable")
                return problem.GetProperty("text").Deserialize<LocalText>(ContractJson.Options);
        }

        return null;
    }

    private async Task<int> DestroyedAsync() =>
        JsonSerializer
            .Deserialize<DestructionPage>((await SendAsync(HttpMethod.Get, AgentApi.Register + "?limit=500")).Body, ContractJson.Options)!
            .Entries.Count;

    /// <summary>The register's one CSV: its header, and of each entry also what the page of JSON did not always say.</summary>
    private async Task AssertRegisterAsCsvAsync()
    {
        var rows = (await SendAsync(HttpMethod.Get, AgentApi.RegisterCsv))
            .Body.TrimStart('\uFEFF')
            .Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(DestructionCsv.Header.TrimEnd(), rows[0]);
        Assert.NotEmpty(rows[1..]);
        Assert.All(rows[1..], r => Assert.Matches(@"^\d+,[^,]+Z,[^,]+,C\d+,\d+,\d+,\d+,[^,]+Z(-\d+)?\.mp4,", r));
    }

    private List<string> Segments() => [.. Directory.EnumerateFiles(agent.Disk.Path, "*Z.mp4", SearchOption.AllDirectories)];

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(
        HttpMethod method,
        string route,
        bool person = false,
        HttpContent? body = null
    )
    {
        using var request = new HttpRequestMessage(method, agent.Link.ApiAddress + route) { Content = body };
        if (person)
            new ActingPerson("王芳", "检查").AddTo(request);
        using var answer = await agent.Api.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>An agent whose volume is a disk of 48 MB.</summary>
    public sealed class Site : AgentFixture
    {
        private SmallDisk? _disk;

        public SmallDisk Disk => _disk!;

        protected override IReadOnlyList<string> CameraIds => ["C1"];

        protected override string Watching => "enabled: false";

        protected override Task PrepareAsync(ProcessStartInfo start)
        {
            Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
            if (_disk is not null)
                return Task.CompletedTask;
            _disk = SmallDisk.Ext4(48);
            Directory.CreateSymbolicLink(PathOf("footage"), _disk.Path);
            return Task.CompletedTask;
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _disk?.Dispose();
        }
    }
}
