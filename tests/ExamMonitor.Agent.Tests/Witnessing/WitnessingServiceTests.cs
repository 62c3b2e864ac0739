using System.Net;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Witnessing;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Preservation.Witnessing;
using ExamMonitor.TestKit;
using ExamMonitor.Transparency;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Witnessing;

/// <summary>The agent's side of witnesses, with answers that the test chooses.</summary>
public sealed class WitnessingServiceTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new(Noon);
    private readonly VolumeLedger _ledger;
    private readonly NoteSigner _witness = NoteSigner.Import("example.com/w1", NoteSigner.CreatePem());
    private readonly Answers _answers = new();
    private readonly HttpClient _http;

    public WitnessingServiceTests()
    {
        _ledger = new(_folder["volume"], _folder["key.pem"], SiteId.Of("zz"), AgentId.Of("agent-1"), _time);
        _http = new(_answers);
        _answers.Next = Cosign;
    }

    public void Dispose()
    {
        _http.Dispose();
        _answers.Dispose();
        _witness.Dispose();
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Round_HeadThatIsNew_IsCosignedOnceKeptAndPublishedWithIt()
    {
        var service = Service();
        Assert.NotNull(Grow());
        Assert.Null(_ledger.NewestIfCosigned());
        await RoundAsync(service);
        await RoundAsync(service);
        Assert.Equal(1, _answers.Asked);
        var published = _ledger.NewestIfCosigned();
        Assert.True(SignedNote.TryParse(published!.Note, out var note));
        Assert.Equal(SignatureStanding.Holds, _witness.WitnessKey.Check(note));
        Assert.Null(_ledger.NewestIfCosigned());
        Assert.Empty(service.Observe(_time.GetUtcNow()));
        // For readers of the first version.
        Assert.InRange(note.Format().Length, 1, 4000 - (15 * 150));
    }

    [Theory]
    [InlineData(HttpStatusCode.UnprocessableEntity, "", "forked", "does not continue", "不连续")]
    [InlineData(HttpStatusCode.Conflict, "77\n", "rolled-back", "Entries were taken away", "条目被删除")]
    public async Task Refusal_IsEnteredAndStaysOverRestartsUntilAPersonAcknowledges(
        HttpStatusCode status,
        string body,
        string finding,
        string english,
        string chinese
    )
    {
        Grow();
        var service = Service();
        _answers.Next = _ => (status, body);
        await RoundAsync(service);
        _time.Advance(TimeSpan.FromHours(1));
        await RoundAsync(service);
        var problem = Assert.Single(Service().Observe(_time.GetUtcNow()));
        Assert.Equal(("witness-refused", Severity.Critical), (problem.Code, problem.Severity));
        Assert.Contains(english, problem.Text.En, StringComparison.Ordinal);
        Assert.Contains("example.com/w1", problem.Text.En, StringComparison.Ordinal);
        Assert.Contains(chinese, problem.Text.Zh, StringComparison.Ordinal);
        Assert.Equal(
            1,
            Entries()
                .Count(e =>
                    e.Contains("\"kind\":\"witness-refusal\"", StringComparison.Ordinal)
                    && e.Contains($"\"finding\":\"{finding}\"", StringComparison.Ordinal)
                )
        );

        // A witness that cosigns again does not take it away.
        _answers.Next = Cosign;
        var again = Service();
        await RoundAsync(again);
        Assert.Equal(["witness-refused"], again.Observe(_time.GetUtcNow()).Select(o => o.Code));
        again.Acknowledge(new ActingPerson("Li Na", "disk replaced"));
        Assert.Empty(Service().Observe(_time.GetUtcNow()));
        Assert.Contains("\"kind\":\"witness-acknowledged\"", Entries()[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TakenOutOfTheConfiguration_AfterItCosigned_IsToldAndEnteredUntilAPersonAnswers(bool withoutTheFile)
    {
        Grow();
        await RoundAsync(Service());
        if (withoutTheFile)
            File.Delete(_folder["witnesses.json"]);
        var service = Service(isConfigured: false);
        await RoundAsync(service);
        _time.Advance(TimeSpan.FromDays(1));
        await RoundAsync(Service(isConfigured: false));
        var problem = Assert.Single(Service(isConfigured: false).Observe(_time.GetUtcNow()));
        Assert.Equal(("witness-removed", Severity.Critical), (problem.Code, problem.Severity));
        Assert.Contains("example.com/w1", problem.Text.En, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 12:00 UTC", problem.Text.En, StringComparison.Ordinal);
        Assert.Contains("2026-03-01 12:00 UTC", problem.Text.Zh, StringComparison.Ordinal);
        Assert.Equal(2, Entries().Count(e => e.Contains("\"kind\":\"witnesses\"", StringComparison.Ordinal)));
        Assert.Contains(Entries(), e => e.Contains("\"removed\":\"example.com/w1\"", StringComparison.Ordinal));

        service.Acknowledge(new ActingPerson("Li Na", "the office closed"));
        Assert.Empty(Service(isConfigured: false).Observe(_time.GetUtcNow()));
        Assert.Contains("\"reason\":\"the office closed\"", Entries()[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakenOutOfTheConfiguration_AndPutBack_IsToldNoLonger()
    {
        Grow();
        await RoundAsync(Service());
        await RoundAsync(Service(isConfigured: false));
        Assert.Equal(["witness-removed"], Service(isConfigured: false).Observe(_time.GetUtcNow()).Select(o => o.Code));
        var again = Service();
        await RoundAsync(again);
        Assert.Empty(again.Observe(_time.GetUtcNow()));
        Assert.Equal(3, Entries().Count(e => e.Contains("\"kind\":\"witnesses\"", StringComparison.Ordinal)));
    }

    /// <summary>A mistyped line that is taken out again has vouched for nothing.</summary>
    [Fact]
    public async Task TakenOutOfTheConfiguration_BeforeItEverCosigned_IsNoProblem()
    {
        Grow();
        _answers.Next = _ => (HttpStatusCode.NotFound, "");
        await RoundAsync(Service());
        var service = Service(isConfigured: false);
        await RoundAsync(service);
        Assert.Empty(service.Observe(_time.GetUtcNow()));
        Assert.DoesNotContain(Entries(), e => e.Contains("\"kind\":\"witnesses\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Away_IsAskedWithGrowingPausesWhateverTheWallClockDoesAndIsAProblemAfterThreeHours()
    {
        Grow();
        var service = Service();
        _answers.Next = _ => (HttpStatusCode.ServiceUnavailable, "");
        for (var second = 0; second < 3600; second += 30)
        {
            await RoundAsync(service);
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        // 30 s, 1, 2, 4, 8, 16, 30 min, each up to a quarter longer.
        Assert.InRange(_answers.Asked, 5, 8);
        Assert.Empty(service.Observe(_time.GetUtcNow()));
        Assert.Equal(["witness-unreachable"], service.Observe(Noon.AddHours(3.1)).Select(o => o.Code));

        // A clock that is set five years back makes nobody wait five years.
        _time.StepWallClock(TimeSpan.FromDays(-1826));
        _answers.Next = Cosign;
        _time.Advance(TimeSpan.FromMinutes(40));
        await RoundAsync(service);
        Assert.Empty(service.Observe(_time.GetUtcNow()));
        Assert.NotNull(_ledger.NewestIfCosigned());
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "", "witness-not-accepting")]
    [InlineData(HttpStatusCode.Forbidden, "", "witness-not-accepting")]
    [InlineData(HttpStatusCode.OK, "<html>a login page</html>", "witness-not-believed")]
    public async Task Answer_ThatIsNoCosignature_IsSaidAtOnceInBothLanguages(HttpStatusCode status, string body, string code)
    {
        Grow();
        var service = Service();
        _answers.Next = _ => (status, body);
        await RoundAsync(service);
        var problem = Assert.Single(service.Observe(_time.GetUtcNow()));
        Assert.Equal((code, Severity.Warning), (problem.Code, problem.Severity));
        Assert.Contains("example.com/w1", problem.Text.Zh, StringComparison.Ordinal);
        Assert.Null(_ledger.NewestIfCosigned());
    }

    [Theory]
    [InlineData("ftp://w/", "KEY", "ledger.witnesses[0].address")]
    [InlineData("https://user:s3cret@w/", "KEY", "ledger.witnesses[0].address")]
    [InlineData("https://w/?x=1", "KEY", "ledger.witnesses[0].address")]
    [InlineData("https://w/", "nothing", "ledger.witnesses[0].key")]
    [InlineData("https://w/", "LOG", "ledger.witnesses[0].key")]
    public void Configuration_WitnessThatIsNone_IsAnErrorOfItsLine(string address, string key, string path)
    {
        var section = new WitnessSection
        {
            Address = address,
            Key = key switch
            {
                "KEY" => _witness.WitnessKey.ToString(),
                "LOG" => _witness.LogKey.ToString(),
                _ => key,
            },
        };
        var found = WitnessRules
            .Check([section], _folder.Path, (p, text, mend) => new(FindingLevel.Error, "agent.yaml", null, p, text, mend))
            .ToList();
        Assert.Equal([path], found.Select(f => f.Key));
        Assert.DoesNotContain("s3cret", found[0].Text, StringComparison.Ordinal);
    }

    private (HttpStatusCode, string) Cosign(string body) =>
        AddCheckpointRequest.TryParse(body, out var request)
            ? (HttpStatusCode.OK, _witness.Cosign(request.Note.Text, _time.GetUtcNow().AddYears(1)).Format())
            : (HttpStatusCode.BadRequest, "");

    private LedgerCheckpoint? Grow()
    {
        _ledger.Append("clock-step", new Dictionary<string, string>());
        return _ledger.SignIfChanged();
    }

    private async Task RoundAsync(WitnessingService service)
    {
        foreach (var (head, cosignatures) in await service.RunAsync(_ledger.Log.CheckpointNote, default))
            _ledger.Log.KeepCosigned(head, cosignatures, _time.GetUtcNow());
    }

    private WitnessingService Service(bool isConfigured = true) =>
        new(
            isConfigured
                ? [new HeadSubmission(new(new("http://127.0.0.1:1/w"), _witness.WitnessKey), new(_http), new Source(_ledger))]
                : [],
            new(_folder["refusals.json"], _ledger, NullLogger.Instance),
            new(_folder["witnesses.json"], _ledger, isConfigured ? [_witness.WitnessKey.ToString()] : [], _time, NullLogger.Instance),
            _time,
            NullLogger<WitnessingService>.Instance
        );

    private List<string> Entries() => [.. _ledger.Log.Read(0, _ledger.Log.Size).Select(Encoding.UTF8.GetString)];

    private sealed class Source(VolumeLedger ledger) : IHeadSource
    {
        public string? NewestHead => ledger.Log.CheckpointNote;

        public IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize) => ledger.Log.ProveConsistency(oldSize, newSize);
    }

    private sealed class Answers : HttpMessageHandler
    {
        public Func<string, (HttpStatusCode Status, string Body)> Next { get; set; } = _ => (HttpStatusCode.NotFound, "");

        public int Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            var (status, body) = Next(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new(status) { Content = new StringContent(body) };
        }
    }
}
