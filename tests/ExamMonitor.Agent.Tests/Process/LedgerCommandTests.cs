using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Process;

/// <summary><c>verify</c> and <c>ledger</c> as a person types them, over a volume of three segments.</summary>
public sealed class LedgerCommandTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public LedgerCommandTests()
    {
        File.WriteAllText(
            _folder["agent.yaml"],
            $"""
            site: test
            agent: agent-1
            folder: state
            footage:
              volume: footage
            rooms:
              - map: {Repository.PathOf("samples", "rooms", "room7", "room.json")}
                cameras:
                  - id: C1
                    address: rtsp://127.0.0.1:1/x
            """
        );
        Directory.CreateDirectory(_folder["state"]);
        using var log = LedgerLog.Open(
            LedgerFolder,
            Path.Combine(_folder["state"], "ledger-key.pem"),
            Checkpoint.OriginOf(SiteId.Of("test"), AgentId.Of("agent-1"))
        );
        var ledger = new FootageLedger(log, new ManualTimeProvider(Noon));
        var (previous, before) = (-1L, new string('0', 64));
        for (var i = 0; i < 3; i++)
        {
            var bytes = RandomNumberGenerator.GetBytes(100);
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(i))!);
            File.WriteAllBytes(PathOf(i), bytes);
            previous = ledger.Append(
                new SegmentLeaf(
                    RoomId.Of("R7"),
                    CameraId.Of("C1"),
                    i + 1,
                    previous,
                    Noon,
                    Noon.AddMinutes(1),
                    Relative(i),
                    100,
                    Convert.ToHexStringLower(SHA256.HashData(bytes)),
                    Recovered: false
                )
            );
            var line =
                $$"""{"previous":"{{before}}","number":{{i + 1}},"kind":"segment","id":{{i + 1}},"start":"{{Noon:yyyy-MM-ddTHH:mm:ss.fffZ}}","end":"{{Noon.AddMinutes(1):yyyy-MM-ddTHH:mm:ss.fffZ}}","file":"{{Path.GetFileName(PathOf(i))}}","bytes":100,"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}","recovered":false}""";
            before = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));
            File.AppendAllText(Path.Combine(Path.GetDirectoryName(PathOf(i))!, "day.jsonl"), line + "\n");
        }

        log.Sign(Noon);
    }

    private string LedgerFolder => Path.Combine(_folder["footage"], "ledger");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Verify_WholeThenTampered_AnswersEachQuestionAndItsExitCode()
    {
        var (code, text, errors) = await RunAsync("verify");
        Assert.True(code == 0, text + errors);
        Assert.StartsWith(
            "forgery    no head from outside: the holder of this machine's key could have rewritten everything",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("content    intact: 3 segments, 300 bytes\n", text, StringComparison.Ordinal);
        Assert.Contains("order      proved: 3 entries, nothing between two neighbours of a camera\n", text, StringComparison.Ordinal);
        Assert.Contains("signature  holds: 1 heads by key", text, StringComparison.Ordinal);
        Assert.Contains("anchored   nowhere", text, StringComparison.Ordinal);

        File.Delete(PathOf(1));
        (code, text, _) = await RunAsync("verify", "--json");
        Assert.Equal(1, code);
        var json = JsonNode.Parse(text)!;
        Assert.Equal(
            ("exam-monitor/verification/1", false, true, true),
            (
                json["schema"]!.GetValue<string>(),
                json["contentIntact"]!.GetValue<bool>(),
                json["orderProved"]!.GetValue<bool>(),
                json["signatureHolds"]!.GetValue<bool>()
            )
        );
        Assert.Equal("file-missing", json["findings"]![0]!["kind"]!.GetValue<string>());

        Directory.Delete(LedgerFolder, recursive: true);
        Assert.Equal(2, (await RunAsync("verify")).Code);
    }

    [Fact]
    public async Task Ledger_EachCommand_PrintsWhatOthersCanCheck()
    {
        var (_, head, _) = await RunAsync("ledger", "head");
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(LedgerFolder, "checkpoint"), TestContext.Current.CancellationToken), head);
        var (_, list, _) = await RunAsync("ledger", "list", "--from", "1", "--count", "5");
        Assert.Equal(["1", "2"], list.TrimEnd().Split('\n').Select(l => l.Split('\t')[0]));
        var (_, shown, _) = await RunAsync("ledger", "show", "2");
        Assert.Equal(shown.TrimEnd('\n'), list.TrimEnd().Split('\n')[1].Split('\t')[1]);
        var (_, jsonLine, _) = await RunAsync("ledger", "list", "--count", "1", "--json");
        Assert.Equal(
            (2, Relative(2)),
            (JsonNode.Parse(jsonLine)!["number"]!.GetValue<int>(), JsonNode.Parse(jsonLine)!["entry"]!["path"]!.GetValue<string>())
        );

        Assert.Equal(0, (await RunAsync("ledger", "prove", "1", "--out", _folder["evidence"])).Code);
        using var key = ECDsa.Create();
        key.ImportFromPem((await RunAsync("ledger", "key")).Output);
        Assert.Equal(
            key.ExportSubjectPublicKeyInfoPem() + "\n",
            await File.ReadAllTextAsync(Path.Combine(_folder["evidence"], "public.pem"), TestContext.Current.CancellationToken)
        );
        Assert.True(
            InclusionFile.TryParse(
                await File.ReadAllTextAsync(Path.Combine(_folder["evidence"], "inclusion.txt"), TestContext.Current.CancellationToken),
                out var file
            )
        );
        var entry = (await File.ReadAllBytesAsync(Path.Combine(_folder["evidence"], "entry.json"), TestContext.Current.CancellationToken))
            .AsSpan()
            .TrimEnd((byte)'\n')
            .ToArray();
        Assert.True(SignedNote.TryParse(file.Note, out var note));
        Assert.True(note.IsSignedBy("exam-monitor/test/agent-1", key));
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint));
        Assert.True(MerkleTree.CheckInclusion(file.Index, MerkleTree.LeafHash(entry), checkpoint.Size, checkpoint.Root, file.Proof));
        var (code, _, errors) = await RunAsync("ledger", "show", "3");
        Assert.Equal(1, code);
        Assert.Contains("covers 3 entries", errors, StringComparison.Ordinal);
    }

    /// <summary>The steps of docs/operations.md, "The signing key is lost".</summary>
    [Fact]
    public async Task NewKey_AfterTheOldOneWasLost_GoesOnProvably_AndVerifyAsksForBothKeys()
    {
        var cancel = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(
            Path.Combine(_folder["footage"], "volume.json"),
            $$"""{"schema":"exam-monitor/volume/1","id":"{{Guid.NewGuid():D}}","site":"test","createdAt":"2026-03-01T00:00:00.000Z"}""",
            cancel
        );
        var (old, next) = (_folder["old.pem"], _folder["new.pem"]);
        await File.WriteAllTextAsync(old, (await RunAsync("ledger", "key")).Output, cancel);
        var keyFile = Path.Combine(_folder["state"], "ledger-key.pem");
        File.Move(keyFile, _folder["stolen.pem"]);

        var (code, output, errors) = await RunAsync(
            "ledger",
            "new-key",
            "--person",
            "Li Na",
            "--reason",
            "the machine's disk died",
            "--earlier-key",
            old
        );
        Assert.True(code == 0, errors);
        await File.WriteAllTextAsync(next, output, cancel);
        Assert.Equal(output, (await RunAsync("ledger", "key")).Output);
        var entry = JsonNode.Parse((await RunAsync("ledger", "show", "3")).Output)!;
        Assert.Equal(("key-replaced", "Li Na"), (entry["kind"]!.GetValue<string>(), entry["facts"]!["by"]!.GetValue<string>()));
        using (var log = OpenLog(keyFile))
            Assert.Equal(LedgerDamage.None, log.Damage);

        var both = await RunAsync("verify", "--key", next, "--earlier-key", old);
        Assert.True(both.Code == 0, both.Output + both.Errors);
        // Whoever knows one key alone is told which heads that leaves.
        Assert.Equal(1, (await RunAsync("verify", "--key", next)).Code);
        Assert.Equal(1, (await RunAsync("verify", "--key", old)).Code);

        // The lost key turns up elsewhere and signs on: behind the entry that replaced it, it counts no more.
        using (var log = OpenLog(keyFile))
        using (var stolen = ECDsa.Create())
        {
            stolen.ImportFromPem(await File.ReadAllTextAsync(_folder["stolen.pem"], cancel));
            log.Append(LedgerEntry.Format("x", Noon, null, null, new Dictionary<string, string>(StringComparer.Ordinal)));
            var origin = Checkpoint.OriginOf(SiteId.Of("test"), AgentId.Of("agent-1"));
            var head = new Checkpoint(origin, log.Size, log.Root(log.Size), Noon.AddDays(1));
            await File.WriteAllTextAsync(
                Path.Combine(LedgerFolder, "checkpoint"),
                SignedNote.Sign(head.Format(), origin, stolen).Format(),
                cancel
            );
        }

        var forged = await RunAsync("verify", "--key", next, "--earlier-key", old);
        Assert.Equal(1, forged.Code);
        Assert.Contains("had replaced", forged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewKey_WhileTheOldOneIsThere_IsSignedByIt_AndOverAChangedLedgerRefused()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder["footage"], "volume.json"),
            $$"""{"schema":"exam-monitor/volume/1","id":"{{Guid.NewGuid():D}}","site":"test","createdAt":"2026-03-01T00:00:00.000Z"}""",
            TestContext.Current.CancellationToken
        );
        await File.WriteAllTextAsync(_folder["old.pem"], (await RunAsync("ledger", "key")).Output, TestContext.Current.CancellationToken);
        var (code, output, errors) = await RunAsync("ledger", "new-key", "--person", "Li Na", "--reason", "known to a former employee");
        Assert.True(code == 0 && errors.Contains("signed by the old one", StringComparison.Ordinal), errors);
        await File.WriteAllTextAsync(_folder["new.pem"], output, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync("verify", "--key", _folder["new.pem"], "--earlier-key", _folder["old.pem"])).Code);

        var entries = Path.Combine(LedgerFolder, "entries", "000000000000.jsonl");
        await File.WriteAllTextAsync(
            entries,
            (await File.ReadAllTextAsync(entries, TestContext.Current.CancellationToken)).Replace(
                "\"bytes\":100",
                "\"bytes\":101",
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        File.Delete(Path.Combine(LedgerFolder, "hashes.bin"));
        File.Delete(Path.Combine(_folder["state"], "ledger-key.pem"));
        var refused = await RunAsync("ledger", "new-key", "--person", "Li Na", "--reason", "lost");
        Assert.Equal(1, refused.Code);
        Assert.Contains("cut or changed", refused.Errors, StringComparison.Ordinal);
    }

    private LedgerLog OpenLog(string key) =>
        LedgerLog.Open(LedgerFolder, key, Checkpoint.OriginOf(SiteId.Of("test"), AgentId.Of("agent-1")));

    private static string Relative(int i) => string.Create(CultureInfo.InvariantCulture, $"2026/03-01/R7/C1/12{i:D2}00Z.mp4");

    private string PathOf(int i) => Path.Combine(_folder["footage"], Relative(i));

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) =>
        AgentFixture.RunAsync([.. arguments, "--config", _folder["agent.yaml"]]);
}
