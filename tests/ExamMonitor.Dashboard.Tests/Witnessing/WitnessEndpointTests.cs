using System.Diagnostics;
using System.Net;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.Dashboard.Witnessing;
using ExamMonitor.TestKit;
using ExamMonitor.Transparency;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Tests.Witnessing;

/// <summary>The whole dashboard as a standard witness, asked by a log that was written by the specification alone, and by agents.</summary>
public sealed class WitnessEndpointTests : IAsyncLifetime
{
    private const string Foreign = "example.com/python-log";
    private readonly TempFolder _folder = new();
    private readonly FakeLedger _ledger = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private WebApplication _app = null!;
    private string _foreignKey = "";

    private string Prefix => _app.Urls.First() + WitnessEndpoint.Prefix;

    private VerifierKey Key => _app.Services.GetRequiredService<WitnessIdentity>().Key;

    private LedgerWitness Witness => _app.Services.GetRequiredService<LedgerWitness>();

    public async ValueTask InitializeAsync()
    {
        (_, _foreignKey) = await PythonAsync("-", "-", _folder["log-key"], Foreign);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _http.Dispose();
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task ForeignLog_ItsHeadsAndItsAttacks_AreAnsweredAsTheSpecificationSays()
    {
        var (code, text) = await PythonAsync(Prefix, Key.ToString(), _folder["log-key"], Foreign);
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.True(code == 0, text);
        Assert.Contains("race one", text, StringComparison.Ordinal);
        Assert.Contains("monitoring 200", text, StringComparison.Ordinal);

        // Its forks are kept and shown, though no agent has its key: both heads, and where to look.
        var alarm = Assert.Single(await _app.Services.GetRequiredService<IWitnessStore>().AlarmsAsync(10, default));
        Assert.Equal((AlarmKind.Forked, "external-logs", "example.com-python-log"), (alarm.Kind, alarm.Site.Text, alarm.Agent.Text));
        Assert.True(SignedNote.TryParse(alarm.Evidence, out var evidence));
        Assert.True(SignedNote.TryParse(alarm.Known, out var known));
        Assert.True(TreeHead.TryParse(evidence.Text, out var refused));
        Assert.True(TreeHead.TryParse(known.Text, out var cosigned));
        Assert.Equal((Foreign, refused.Size, false), (cosigned.Origin, cosigned.Size, cosigned.Root == refused.Root));
        Assert.Contains(
            _app.Services.GetRequiredService<ExamMonitor.Dashboard.State.FloorStore>().State.Site(alarm.Site)!.Witnessed,
            p => p.Code == "ledger-witness-forked"
        );
    }

    [Fact]
    public async Task Agent_ByItsPinnedKey_IsCosignedAndKeepsItsPlaceOverARestart()
    {
        await Witness.HearKeyAsync(DemoFloor.Site, DemoFloor.Agent, _ledger.PublicKey, default);
        var (status, body) = await AddAsync(0, _ledger.Hold(5));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(NoteSignature.TryParse(body.TrimEnd('\n'), out var line));
        Assert.Equal(SignatureStanding.Holds, Key.Check(new(Head().Text, [line]), out var time));
        Assert.InRange((time!.Value - TimeProvider.System.GetUtcNow()).TotalSeconds, -60, 1);

        var key = Key.ToString();
        await StopAsync();
        await StartAsync();
        Assert.Equal(key, Key.ToString());
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(_folder["data"], WitnessIdentity.FileName))
            );
        Assert.Equal((HttpStatusCode.Conflict, "5\n"), await AddAsync(0, _ledger.Hold(9)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(5, _ledger.Hold(9, changedFrom: 2))).Status);
        Assert.Equal(HttpStatusCode.OK, (await AddAsync(5, _ledger.Hold(9))).Status);
    }

    [Fact]
    public async Task Agent_TwoHeadsOfOneSize_RaiseTheAlarmOfAForkAndABadProofRaisesNone()
    {
        await Witness.HearKeyAsync(DemoFloor.Site, DemoFloor.Agent, _ledger.PublicKey, default);
        var store = _app.Services.GetRequiredService<IWitnessStore>();
        await Witness.HearAsync(DemoFloor.Site, _ledger.Hold(5).Head(At, 1), default);
        await AddAsync(0, _ledger.Hold(5));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(5, _ledger.Hold(9), [MerkleTree.EmptyRoot])).Status);
        Assert.Empty(await store.AlarmsAsync(10, default));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(5, _ledger.Hold(5, changedFrom: 3), [])).Status);
        Assert.Equal([AlarmKind.Forked], (await store.AlarmsAsync(10, default)).Select(a => a.Kind));

        // A person who acknowledges it lets the page go on; this witness still signs one history alone.
        var alarm = (await store.AlarmsAsync(10, default))[0];
        Assert.NotNull(await Witness.AcknowledgeAsync(alarm.Id, "admin", "a test of the witness", default));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(5, _ledger.Hold(8, changedFrom: 3))).Status);
    }

    [Fact]
    public async Task Agent_WithoutAPinnedKey_IsUnknown()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await AddAsync(0, _ledger.Hold(5))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"{Prefix}/{new string('a', 64)}/checkpoint")).StatusCode);
    }

    [Fact]
    public async Task Requests_FarTooMany_AreRefused()
    {
        var seen = new List<HttpStatusCode>();
        for (var i = 0; i < 130; i++)
        {
            using var body = new StringContent("nothing");
            seen.Add((await _http.PostAsync($"{Prefix}/add-checkpoint", body)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.BadRequest, seen[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, seen[^1]);
    }

    private static DateTimeOffset At => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static async Task<(int Code, string Text)> PythonAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [PythonWitness.Script("client.py"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, (text + await errors).Trim());
    }

    private SignedNote Head() => SignedNote.TryParse(_ledger.Head(At, 1).Note, out var note) ? note : throw new InvalidOperationException();

    private async Task<(HttpStatusCode Status, string Body)> AddAsync(long old, FakeLedger ledger, IReadOnlyList<TreeHash>? proof = null)
    {
        var note = Head();
        Assert.True(Checkpoint.TryParse(note.Text, out var head));
        var hashes =
            proof ?? [.. ledger.Prove(old, head.Size)!.Hashes.Select(h => TreeHash.TryParseBase64(h, out var hash) ? hash : default)];
        using var body = new StringContent(new AddCheckpointRequest(old, hashes, note).Format(), Encoding.UTF8, "text/plain");
        using var answer = await _http.PostAsync($"{Prefix}/add-checkpoint", body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task StartAsync()
    {
        var options = new DashboardOptions
        {
            Links = [_folder["link.json"]],
            DataFolder = _folder["data"],
            WitnessLogs = [_foreignKey],
        };
        _app = await DashboardApplication.CreateAsync(
            ["--link", _folder["link.json"], "--data", _folder["data"], "--urls", "http://127.0.0.1:0"],
            s => s.AddSingleton(Options.Create(options)),
            CancellationToken.None
        );
        await _app.StartAsync();
    }

    private async Task StopAsync()
    {
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await _app.DisposeAsync();
    }
}
