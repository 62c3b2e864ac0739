using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

/// <summary>The exam schedule on the volume against what the ledger pins of each import.</summary>
public sealed class ScheduleVerificationTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public ScheduleVerificationTests()
    {
        Directory.CreateDirectory(_folder["volume"]);
        using var ledger = new VolumeLedger(
            _folder["volume"],
            _folder["ledger.key"],
            SiteId.Of("S1"),
            AgentId.Of("A1"),
            new ManualTimeProvider(Now)
        );
        var book = SessionStore.Open(_folder["volume"], new SessionLedger(ledger, TimeProvider.System));
        book.Apply([Added("S1", 1), Added("S2", 2)], Now, "Wang", "plan", "a.csv");
        book.Apply([Added("S3", 3)], Now.AddHours(1), "Li", null, null);
        _ = ledger.SignIfChanged();
        File.WriteAllText(_folder["public.pem"], ledger.PublicKey);
    }

    private string FilePath => Path.Combine(_folder["volume"], "schedule", "sessions.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Schedule_AsItWasImported_IsNoFinding() => Assert.Equal([], Verify());

    [Fact]
    public void Schedule_OneBitFlippedAnywhere_ScheduleChanged()
    {
        var whole = File.ReadAllBytes(FilePath);
        for (var at = 0; at < whole.Length; at += 5)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 1;
            File.WriteAllBytes(FilePath, bytes);
            Assert.Equal([FindingKind.ScheduleChanged], Verify().Select(f => f.Kind));
        }
    }

    [Fact]
    public void Schedule_DeletedOrShortened_ScheduleChanged()
    {
        var lines = File.ReadAllLines(FilePath);
        File.WriteAllText(FilePath, string.Concat(lines[..2].Select(l => l + "\n")));
        Assert.Equal([FindingKind.ScheduleChanged], Verify().Select(f => f.Kind));
        File.Delete(FilePath);
        Assert.Equal([FindingKind.ScheduleChanged], Verify().Select(f => f.Kind));
    }

    /// <summary>
    /// An agent that died between the entry and the line of an import: the intent beside the file is the line that is to come.
    /// </summary>
    [Fact]
    public void Schedule_CutOffBehindTheEntry_IsNoFindingAndTheNextStartFinishesIt()
    {
        var whole = File.ReadAllBytes(FilePath);
        var lines = File.ReadAllLines(FilePath);
        var set = System.Text.Json.JsonSerializer.Deserialize<SessionLine>(lines[2], ContractJson.Options)!.Set!;
        File.WriteAllText(FilePath, string.Concat(lines[..2].Select(l => l + "\n")));
        Assert.Equal([FindingKind.ScheduleChanged], Verify().Select(f => f.Kind));
        new SessionIntent(FilePath).Write(set);
        Assert.Equal([], Verify());
        using (
            var ledger = new VolumeLedger(
                _folder["volume"],
                _folder["ledger.key"],
                SiteId.Of("S1"),
                AgentId.Of("A1"),
                new ManualTimeProvider(Now)
            )
        )
        {
            Assert.Equal(3, SessionStore.Open(_folder["volume"], new SessionLedger(ledger, TimeProvider.System)).Sessions.Count);
        }

        Assert.Equal(whole, File.ReadAllBytes(FilePath));
        Assert.Equal([], Verify());
    }

    /// <summary>The whole attack: right chain links, by hand, while the agent stands. It is never signed.</summary>
    [Fact]
    public void Schedule_SetAppendedByHand_IsNotSignedByTheNextStart()
    {
        var lines = new SessionLines(FilePath);
        lines.Read();
        lines.Append(
            new(3, Now, "Wang", null, null, [new(SessionChangeKind.Cancelled, Added("S2", 2).After with { Cancelled = true })]),
            null
        );
        using (
            var ledger = new VolumeLedger(
                _folder["volume"],
                _folder["ledger.key"],
                SiteId.Of("S1"),
                AgentId.Of("A1"),
                new ManualTimeProvider(Now)
            )
        )
        {
            var before = ledger.Entries;
            var book = SessionStore.Open(_folder["volume"], new SessionLedger(ledger, TimeProvider.System));
            Assert.True(book.HasForeignSets);
            Assert.False(book.Find(ExamSessionId.Of("S2"))!.Cancelled);
            Assert.Equal(before, ledger.Entries);
            _ = ledger.SignIfChanged();
        }

        Assert.Equal([FindingKind.ScheduleChanged], Verify().Select(f => f.Kind));
    }

    private static SessionChange Added(string id, int day) =>
        new(
            SessionChangeKind.Added,
            null,
            new(ExamSessionId.Of(id), BatchId.Of("B1"), RoomId.Of("R7"), Now.AddDays(day), Now.AddDays(day).AddHours(2), "考试", 3, false),
            null
        );

    private IReadOnlyList<VerificationFinding> Verify()
    {
        using var key = VerificationFiles.ReadKey(new(_folder["public.pem"]));
        return ArchiveVerifier.Run(_folder["volume"], new(key, "exam-monitor/S1/A1"), null, TestContext.Current.CancellationToken).Findings;
    }
}
