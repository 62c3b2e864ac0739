using System.Net;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary>
/// A real agent whose disk is full, takes no writes, cannot be asked or is another one, and whose clock is set to 2090. Each test leaves
/// everything healed.
/// </summary>
public sealed class VolumeAndClockTests(FaultyAgentFixture agent) : IClassFixture<FaultyAgentFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly Topics Topics = new(SiteId.Of("test"));

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task DiskFull_ARunningExam_IsAGapWithCauseDisk_AndNothingThatIsHeldGoes()
    {
        await BeginAsync();
        var before = Segments();
        var from = Now;
        agent.Faults.FailWrites(PreloadedFaults.NoSpace);
        await ToldAsync("recording-stopped", Severity.Critical);
        await ToldAsync("volume-not-writable", Severity.Critical);

        // What a full disk cannot write is not recorded, whatever arrives; and it silences no answer.
        await Eventually.TrueAsync(
            () => agent.Newest<FootageStatus>(Topics.FootageStatus(Room))?.Cameras[0] is { Recording: false, Cause: GapCause.Disk },
            Patience
        );
        var readiness = await CheckReadinessAsync();
        Assert.False(readiness.Checks.Single(c => c.Id == "cameras").Ok);
        Assert.False(readiness.Checks.Single(c => c.Id == "space").Ok);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, AgentApi.Retention)).Status);
        var (status, body) = await SendAsync(HttpMethod.Post, AgentApi.Sweep, person: true);
        Assert.True(status == HttpStatusCode.ServiceUnavailable || Read<SweepResult>(body).Destroyed == 0, body);
        Assert.Empty(before.Except(Segments()));

        agent.Faults.Heal();
        var healed = Now;
        await HealedAsync("recording-stopped", "volume-not-writable");
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Any(s => s.End > healed.AddSeconds(1)), Patience);
        var gap = (await agent.TimelineAsync("C1")).Gaps.Last(g => g.Cause == GapCause.Disk);
        Assert.True(gap is { End: not null } && gap.Start > from.AddSeconds(-15) && gap.End > from, $"{gap}");
        Assert.Empty(before.Except(Segments()));
        await LedgerHasEverySegmentOnceAsync();
    }

    [Fact]
    public async Task DiskThatTakesNoWrites_OrCannotBeAsked_MakesNoPromise_AndRecordingGoesOn()
    {
        await BeginAsync();
        var from = Now;
        // The ledger's hashes cannot be written either: an entry without them is taken back, and made once when they can.
        agent.Faults.FailWrites(PreloadedFaults.IoError, "write-test", "hashes.bin");
        agent.Faults.FailProbe();
        await ToldAsync("volume-not-writable", Severity.Critical);
        await ToldAsync("free-space-unknown", Severity.Critical);
        var space = (await CheckReadinessAsync()).Checks.Single(c => c.Id == "space");
        Assert.True(space is { Ok: false, Mend: not null }, space.Text.En);
        var overview = Read<RetentionOverview>((await SendAsync(HttpMethod.Get, AgentApi.Retention)).Body);
        Assert.Null(overview.Status.FreeBytes);

        // Nothing goes for the sake of a space that nobody knows.
        Assert.Equal(0, Read<SweepResult>((await SendAsync(HttpMethod.Post, AgentApi.Sweep, person: true)).Body).Destroyed);
        Assert.True(agent.Newest<FootageStatus>(Topics.FootageStatus(Room))!.Cameras[0].Recording);
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Any(s => s.End > from), Patience);
        agent.Faults.Heal();
        await HealedAsync("volume-not-writable", "free-space-unknown");
        // What waited is entered with the next segment.
        var known = Segments().Count;
        await Eventually.TrueAsync(() => Segments().Count > known, Patience);
        await LedgerHasEverySegmentOnceAsync();
    }

    [Fact]
    public async Task OtherDiskAtThePath_IsNotWritten_AndTheRightOneGoesOn()
    {
        await BeginAsync();
        var away = agent.PathOf("away");
        var strange = agent.PathOf("strange");
        Directory.CreateDirectory(strange);
        var identity = await File.ReadAllTextAsync(Path.Combine(agent.Volume, "volume.json"));
        var id = JsonDocument.Parse(identity).RootElement.GetProperty("id").GetString()!;
        await File.WriteAllTextAsync(
            Path.Combine(strange, "volume.json"),
            identity.Replace(id, Guid.NewGuid().ToString("D"), StringComparison.Ordinal)
        );
        Directory.Move(agent.Volume, away);
        Directory.Move(strange, agent.Volume);
        await ToldAsync("volume-wrong", Severity.Critical);
        await ToldAsync("recording-stopped", Severity.Critical);
        Assert.Contains(id, agent.Events("volume-wrong")[^1].Text.En, StringComparison.Ordinal);
        Assert.False((await CheckReadinessAsync()).Checks.Single(c => c.Id == "space").Ok);
        Assert.NotEqual(HttpStatusCode.OK, (await SendAsync(HttpMethod.Post, AgentApi.Sweep, person: true)).Status);
        Assert.Equal(
            ["volume.json"],
            Directory.EnumerateFileSystemEntries(agent.Volume, "*", SearchOption.AllDirectories).Select(Path.GetFileName)
        );

        Directory.Delete(agent.Volume, recursive: true);
        Directory.Move(away, agent.Volume);
        await HealedAsync("volume-wrong", "recording-stopped");
        await LedgerHasEverySegmentOnceAsync();
    }

    [Fact]
    public async Task ClockSetTo2090_DestroysNothing_SaysWhy_AndWorksOnWhenItIsSetBack()
    {
        await BeginAsync();
        var before = Segments();
        agent.Faults.SetClockAhead(new DateTimeOffset(2090, 1, 1, 0, 0, 0, TimeSpan.Zero) - Now);
        await ToldAsync("clock-jump-refused", Severity.Critical);
        var result = Read<SweepResult>((await SendAsync(HttpMethod.Post, AgentApi.Sweep, person: true)).Body);
        Assert.Equal(0, result.Destroyed);
        Assert.Empty(before.Except(Segments()));
        var clock = (await CheckReadinessAsync()).Checks.Single(c => c.Id == "clock");
        Assert.True(clock.Ok == false && clock.Text.En.Contains("nothing is destroyed", StringComparison.Ordinal), clock.Text.En);

        // The picture goes on, filed by the clock that there is.
        await Eventually.TrueAsync(() => Directory.Exists(Path.Combine(agent.Volume, "2090")), Patience);
        var back = Now;
        agent.Faults.Heal();
        await HealedAsync("clock-jump-refused");
        Assert.Empty(before.Except(Segments()));

        // Jobs that were planned for 2090 are planned for now.
        await Eventually.TrueAsync(() => agent.Log.Contains("is planned anew", StringComparison.Ordinal), Patience);
        await Eventually.TrueAsync(
            () =>
                agent.Newest<AgentRetention>(Topics.AgentRetention(AgentId.Of("agent-1"))) is { } status
                && status.Ts > back
                && status.Ts < back.AddMinutes(10),
            Patience
        );
    }

    [Fact]
    public async Task ClockFiveYearsBackInAnExam_TheMissedSweepKeepsThatFootage_AndTheClockIsTold()
    {
        await BeginAsync();
        var year = Now.AddDays(-1826).Year.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var sweeps = Sweeps();
        agent.Faults.SetClockAhead(-TimeSpan.FromDays(1826));
        await ToldAsync("clock-behind", Severity.Critical);
        Assert.False((await CheckReadinessAsync()).Checks.Single(c => c.Id == "clock").Ok);
        var folder = Path.Combine(agent.Volume, year);
        await Eventually.TrueAsync(
            () => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*Z.mp4", SearchOption.AllDirectories).Any(),
            Patience
        );
        var filed = Directory.EnumerateFiles(folder, "*Z.mp4", SearchOption.AllDirectories).ToList();

        // Right again, every job that was planned for the wrong time runs: the daily sweep, too.
        agent.Faults.Heal();
        await HealedAsync("clock-behind");
        await Eventually.TrueAsync(() => Sweeps() > sweeps, TimeSpan.FromMinutes(2));
        Assert.Equal(0, Read<SweepResult>((await SendAsync(HttpMethod.Post, AgentApi.Sweep, person: true)).Body).Destroyed);
        Assert.All(filed, f => Assert.True(File.Exists(f), f));
        var plan = Read<RetentionPlanPage>((await SendAsync(HttpMethod.Get, AgentApi.RetentionPlan)).Body)
            .Segments.Where(s => s.Start < Now.AddDays(-1000))
            .ToList();
        Assert.True(
            plan.Count >= filed.Count && plan.TrueForAll(s => s is { Discard: false, ReasonCode: "duty", Class: FootageClass.Exam }),
            string.Join('\n', plan)
        );
        Assert.Contains("The clock was set", plan[0].Reason.En, StringComparison.Ordinal);
    }

    private int Sweeps() => agent.Log.Split("Sweep: ").Length - 1;

    /// <summary>An exam that runs, footage of it, and somebody who listens.</summary>
    private async Task BeginAsync()
    {
        // Also when the test before failed in the middle.
        agent.Faults.Heal();
        await agent.ListenAsync();
        var csv =
            $"id,batch,room,start,end,title\nNOW,2026-A,R7,{Now.AddMinutes(-5):yyyy-MM-ddTHH:mm}:00Z,{Now.AddMinutes(55):yyyy-MM-ddTHH:mm}:00Z,exam\n";
        if ((await SendAsync(HttpMethod.Get, AgentApi.Sessions)).Body == "[]")
            Assert.Equal(
                HttpStatusCode.OK,
                (
                    await SendAsync(
                        HttpMethod.Post,
                        AgentApi.ImportSessions + "?file=a.csv",
                        true,
                        new StringContent(csv, Encoding.UTF8, "text/csv")
                    )
                ).Status
            );
        await Eventually.TrueAsync(async () => (await agent.TimelineAsync("C1")).Segments.Count > 0, Patience);
        await Eventually.TrueAsync(() => agent.Newest<FootageStatus>(Topics.FootageStatus(Room))?.Cameras[0].Recording == true, Patience);
    }

    /// <summary>A problem was opened, with a sentence in both languages.</summary>
    private async Task ToldAsync(string code, Severity severity)
    {
        await Eventually.TrueAsync(() => agent.Events(code) is [.., { Change: not ProblemChange.Closed }], Patience);
        var told = agent.Events(code)[^1];
        Assert.True(told.Severity == severity && told.Text is { En.Length: > 20, Zh.Length: > 5 }, $"{told}");
    }

    /// <summary>Nobody was cut off meanwhile, however the clock was set: who is misses what is told in that time.</summary>
    private async Task HealedAsync(params string[] codes)
    {
        await Eventually.TrueAsync(() => codes.All(c => agent.Events(c) is [.., { Change: ProblemChange.Closed }]), Patience);
        await Eventually.TrueAsync(
            () =>
                agent.Newest<FootageStatus>(Topics.FootageStatus(Room)) is { Cameras: [{ Recording: true }] } status
                && status.Ts < Now.AddMinutes(5),
            Patience
        );
        Assert.Equal(0, agent.LostConnections);
    }

    private async Task<RoomReadiness> CheckReadinessAsync() =>
        Read<RoomReadiness>((await SendAsync(HttpMethod.Post, AgentApi.RoomReadiness(Room))).Body);

    /// <summary>Every committed file of the camera.</summary>
    private List<string> Segments() => [.. Directory.EnumerateFiles(agent.Volume, "*Z.mp4", SearchOption.AllDirectories)];

    /// <summary>What could not be entered is entered with the next segment; none is entered twice.</summary>
    private async Task LedgerHasEverySegmentOnceAsync()
    {
        var held = Segments().Select(f => Path.GetRelativePath(agent.Volume, f)).ToList();
        await Eventually.TrueAsync(() => !held.Except(LedgerPaths()).Any(), Patience);
        var paths = LedgerPaths();
        Assert.True(paths.Count > 0 && paths.Count == paths.Distinct(StringComparer.Ordinal).Count(), string.Join('\n', paths));
    }

    private List<string> LedgerPaths() =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(agent.Volume, "ledger", "entries"))
                .SelectMany(f => File.ReadAllText(f).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                .Select(l => JsonDocument.Parse(l).RootElement)
                .Where(e => e.GetProperty("kind").GetString() == "segment")
                .Select(e => e.GetProperty("path").GetString()!),
        ];

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

    private static T Read<T>(string body) => JsonSerializer.Deserialize<T>(body, ContractJson.Options)!;
}
