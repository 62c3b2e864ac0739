using System.Diagnostics;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Witnessing;
using ExamMonitor.TestKit;
using ExamMonitor.Transparency;
using Xunit;

namespace ExamMonitor.Footage.Tests.Witnessing;

/// <summary>A real ledger, and a witness that was written by the specification alone.</summary>
public sealed class HeadSubmissionTests : IAsyncLifetime
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private LedgerLog _log = null!;
    private PythonWitness _witness = null!;
    private int _minute;

    private string Folder => Path.Combine(_folder["volume"], "ledger");

    public async ValueTask InitializeAsync()
    {
        _log = LedgerLog.Open(Folder, _folder["ledger-key.pem"], Origin);
        _witness = await PythonWitness.StartAsync("example.com/w1");
        await _witness.TellAsync($"log {_log.StandardKey}");
    }

    public async ValueTask DisposeAsync()
    {
        _log.Dispose();
        await _witness.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Heads_OfAGrowingLedger_AreCosignedKeptAndMeetThePolicy()
    {
        var submission = Submission();
        foreach (var entries in (int[])[3, 1, 12, 40])
        {
            Grow(entries);
            var outcome = await submission.RunAsync(default);
            Assert.Equal(SubmissionResult.Cosigned, outcome.Result);
            _log.KeepCosigned(outcome.Head!, outcome.Cosignatures, Noon);
        }

        Assert.EndsWith($"{Origin}=56", await _witness.TellAsync("?"), StringComparison.Ordinal);
        var report = Verify(Policy(_witness));
        Assert.Empty(report.Findings);
        Assert.Equal(56, report.Policy!.Met!.Size);
        Assert.Equal([new("A", "example.com/w1", 56, report.Policy.Met.NotLaterThan)], report.Policy.Witnesses);
        Assert.Contains(
            "witnesses  policy met: 56 entries existed not later than",
            VerificationText.ForPeople(report),
            StringComparison.Ordinal
        );

        // A start later, the newest head still carries its cosignature, and the witness names the size itself.
        Grow(1);
        Assert.Equal(SubmissionResult.Cosigned, (await Submission().RunAsync(default)).Result);
    }

    [Fact]
    public async Task Verify_WhatNoWitnessOfThePolicyCosigned_IsNotMet()
    {
        Grow(5);
        Assert.Equal([FindingKind.PolicyNotMet], Verify(Policy(_witness)).Findings.Select(f => f.Kind));
        var outcome = await Submission().RunAsync(default);
        _log.KeepCosigned(outcome.Head!, outcome.Cosignatures, Noon);
        Assert.Empty(Verify(Policy(_witness)).Findings);
        await using var other = await PythonWitness.StartAsync("example.com/w1");
        var report = Verify(Policy(other));
        Assert.Equal([FindingKind.PolicyNotMet], report.Findings.Select(f => f.Kind));
        Assert.Contains("POLICY NOT MET", VerificationText.ForPeople(report), StringComparison.Ordinal);
        Assert.Contains("A (example.com/w1): vouches for nothing here", VerificationText.ForPeople(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ACosignatureThatWasChanged_IsAFindingOfItsOwn()
    {
        Grow(5);
        var outcome = await Submission().RunAsync(default);
        var wrong = outcome.Cosignatures[0] with
        {
            Signature = [.. outcome.Cosignatures[0].Signature[..^1], (byte)(outcome.Cosignatures[0].Signature[^1] ^ 1)],
        };
        _log.KeepCosigned(outcome.Head!, [wrong], Noon);
        Assert.Equal([FindingKind.CosignatureInvalid, FindingKind.PolicyNotMet], Verify(Policy(_witness)).Findings.Select(f => f.Kind));
    }

    [Fact]
    public async Task Verify_LedgerCutToAnEarlierHead_IsRolledBackByTheCosignedHeads()
    {
        Grow(5);
        var early = File.ReadAllText(Path.Combine(Folder, "checkpoint"));
        Grow(5);
        var outcome = await Submission().RunAsync(default);
        _log.KeepCosigned(outcome.Head!, outcome.Cosignatures, Noon);
        _log.Dispose();
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "entries")))
            File.WriteAllLines(file, File.ReadLines(file).Take(5).ToList());
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, "checkpoints")))
            File.WriteAllText(file, early + "\n");
        File.WriteAllText(Path.Combine(Folder, "checkpoint"), early);
        Assert.Contains(FindingKind.RolledBack, Verify(Policy(_witness)).Findings.Select(f => f.Kind));
    }

    [Fact]
    public async Task Run_WitnessThatSawMore_IsRolledBack()
    {
        Grow(5);
        var submission = Submission();
        Assert.Equal(SubmissionResult.Cosigned, (await submission.RunAsync(default)).Result);
        await _witness.TellAsync($"ahead {Origin}");
        Grow(1);
        var outcome = await submission.RunAsync(default);
        Assert.Equal((SubmissionResult.RolledBack, 1005L), (outcome.Result, outcome.WitnessSize));
    }

    [Fact]
    public async Task Run_WitnessThatSawOtherEntries_IsForked()
    {
        Grow(5);
        var submission = Submission();
        await submission.RunAsync(default);
        await _witness.TellAsync($"fork {Origin}");
        Grow(1);
        var outcome = await submission.RunAsync(default);
        Assert.Equal((SubmissionResult.Forked, 5L), (outcome.Result, outcome.WitnessSize));
        Assert.Empty(outcome.Cosignatures);
    }

    [Theory]
    [InlineData("say 200 hello", SubmissionResult.NotBelieved)]
    [InlineData("say 200 ", SubmissionResult.NotBelieved)]
    [InlineData("say 200 \u2014 example.com/w1 AAAAAAAAAAA=\\n", SubmissionResult.NotBelieved)]
    [InlineData("say 409 many\\n", SubmissionResult.NotBelieved)]
    [InlineData("say 409 9223372036854775807\\n", SubmissionResult.RolledBack)]
    [InlineData("say 404 ", SubmissionResult.NotAccepted)]
    [InlineData("say 403 ", SubmissionResult.NotAccepted)]
    [InlineData("say 400 ", SubmissionResult.NotAccepted)]
    [InlineData("say 301 ", SubmissionResult.NotAccepted)]
    [InlineData("say 429 ", SubmissionResult.Unreachable)]
    [InlineData("say 503 ", SubmissionResult.Unreachable)]
    public async Task Run_AnswersThatAreNone_AreNeverKept(string command, SubmissionResult expected)
    {
        Grow(5);
        await _witness.TellAsync(command);
        var submission = Submission();
        var outcome = await submission.RunAsync(default);
        Assert.Equal(expected, outcome.Result);
        Assert.Empty(outcome.Cosignatures);
        // Bounded: a witness that names a new size each time is not asked for ever.
        Assert.InRange(
            int.Parse((await _witness.TellAsync("?")).Split(' ')[0]["asked=".Length..], System.Globalization.CultureInfo.InvariantCulture),
            1,
            4
        );
        // Nor does a lie last: the next honest answer counts.
        await _witness.TellAsync("honest");
        Assert.Equal(SubmissionResult.Cosigned, (await submission.RunAsync(default)).Result);
    }

    [Fact]
    public async Task Run_FarTooLongAnswer_IsNoAnswer()
    {
        Grow(5);
        await _witness.TellAsync("say 200 " + new string('x', WitnessClient.MaxAnswerSize + 1));
        Assert.Equal(SubmissionResult.Unreachable, (await Submission().RunAsync(default)).Result);
    }

    [Fact]
    public async Task Run_WitnessWithoutThisLog_IsNotAccepted()
    {
        Grow(5);
        await using var stranger = await PythonWitness.StartAsync("example.com/w2");
        var outcome = await Submission(stranger).RunAsync(default);
        Assert.Equal((SubmissionResult.NotAccepted, 404), (outcome.Result, outcome.Status));
    }

    [Fact]
    public async Task Run_NobodyListens_IsUnreachable()
    {
        Grow(5);
        await _witness.DisposeAsync();
        Assert.Equal(SubmissionResult.Unreachable, (await Submission().RunAsync(default)).Result);
        _witness = await PythonWitness.StartAsync("example.com/w1");
    }

    [Fact]
    public async Task Head_LinesOfTheLog_AreFirstTheOneForOpensslThenTheStandardOnes()
    {
        Grow(3);
        Assert.True(SignedNote.TryParse(_log.CheckpointNote, out var note));
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(_log.ExportPublicKey());
        Assert.Equal(
            [SignedNote.KeyId(Origin, key), SignedNote.StandardKeyId(key), _log.StandardKey.KeyId],
            note.Signatures.Select(s => s.KeyId)
        );
        Assert.True(note.IsSignedBy(Origin, key));
        Assert.Equal(SignatureStanding.Holds, _log.StandardKey.Check(note));
        // The other implementation says so, too, of the checkpoint and of the Ed25519 line.
        const string script =
            "import sys,tlog; b,s=tlog.read_note(open(sys.argv[1]).read()); print(tlog.read_checkpoint(b)[:2], tlog.check_log(b,s,[sys.argv[2]]))";
        var start = new ProcessStartInfo(
            "/usr/bin/python3",
            ["-c", script, Path.Combine(Folder, "checkpoint"), _log.StandardKey.ToString()]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment["PYTHONPATH"] = Path.GetDirectoryName(PythonWitness.Script("tlog.py"))!;
        using var python = Process.Start(start)!;
        Assert.Equal($"('{Origin}', 3) True\n", await python.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public void Key_LostAfterItSigned_IsNotMadeAnew()
    {
        Grow(3);
        _log.Dispose();
        var path = StandardLedgerKey.PathFor(_folder["ledger-key.pem"]);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.Delete(path);
        Assert.Contains(
            "Restore it from the backup",
            Assert.Throws<LedgerException>(() => LedgerLog.Open(Folder, _folder["ledger-key.pem"], Origin)).Message,
            StringComparison.Ordinal
        );
        _log = LedgerLog.Open(Path.Combine(_folder["other"], "ledger"), _folder["other-key.pem"], Origin);
    }

    [Fact]
    public void Key_OfALedgerOfTheVersionBefore_IsMadeAndItsHeadsStayVerified()
    {
        Grow(3);
        _log.Dispose();
        // As the first version signed: one line.
        foreach (var file in (string[])[Path.Combine(Folder, "checkpoint"), .. Directory.GetFiles(Path.Combine(Folder, "checkpoints"))])
        {
            Assert.True(SignedNote.TryParse(File.ReadAllText(file).TrimEnd('\n') + "\n", out var note));
            File.WriteAllText(
                file,
                (note with { Signatures = [note.Signatures[0]] }).Format()
                    + (file.EndsWith(".txt", StringComparison.Ordinal) ? "\n" : string.Empty)
            );
        }

        File.Delete(StandardLedgerKey.PathFor(_folder["ledger-key.pem"]));
        _log = LedgerLog.Open(Folder, _folder["ledger-key.pem"], Origin);
        Assert.Equal(LedgerDamage.None, _log.Damage);
        Grow(2);
        Assert.Empty(Verify(null).Findings);
    }

    private static WitnessPolicy Policy(PythonWitness witness)
    {
        Assert.True(
            WitnessPolicy.TryParse(Encoding.UTF8.GetBytes($"witness A {witness.Key}\nquorum A\n"), out var policy, out var fault),
            fault
        );
        return policy;
    }

    private void Grow(int entries)
    {
        for (var i = 0; i < entries; i++)
            _log.Append(LedgerEntry.Format("clock-step", Noon, null, null, new Dictionary<string, string>()));
        _log.Sign(Noon.AddMinutes(_minute++));
    }

    private HeadSubmission Submission(PythonWitness? at = null) =>
        new(
            new(
                (at ?? _witness).Address,
                VerifierKey.TryParse((at ?? _witness).Key, out var key) ? key : throw new InvalidOperationException()
            ),
            new(_http),
            new Source(_log)
        );

    private VerificationReport Verify(WitnessPolicy? policy)
    {
        File.WriteAllText(_folder["public.pem"], ReadPublic());
        using var key = VerificationFiles.ReadKey(new(_folder["public.pem"]));
        return ArchiveVerifier.Run(_folder["volume"], new(key, Origin) { Policy = policy }, null, default);
    }

    private string ReadPublic()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_folder["ledger-key.pem"]));
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private sealed class Source(LedgerLog log) : IHeadSource
    {
        public string? NewestHead => log.CheckpointNote;

        public IReadOnlyList<TreeHash> ProveConsistency(long oldSize, long newSize) => log.ProveConsistency(oldSize, newSize);
    }
}
