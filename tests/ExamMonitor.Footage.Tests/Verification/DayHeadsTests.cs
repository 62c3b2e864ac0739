using System.Security.Cryptography;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Retention.Scrubbing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>Files of a day's heads: one that was taken away or cut is found, one that there never was accuses nobody.</summary>
public sealed class DayHeadsTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _root = new();

    private string Ledger => Path.Combine(_root["volume"], "ledger");

    public void Dispose() => _root.Dispose();

    /// <summary>Killed before its first head, and an hour later once more: nobody took anything away.</summary>
    [Fact]
    public void Day_WhoseAgentDiedTwiceBeforeAHead_IsNotCalledMissing()
    {
        Live(Noon, sign: true);
        Live(Noon.AddDays(1), sign: false);
        Live(Noon.AddDays(1).AddHours(1), sign: false);
        Live(Noon.AddDays(2), sign: true);
        Assert.Empty(Verify());
        Live(Noon.AddDays(3), sign: true);
        Assert.Empty(Verify());
    }

    [Fact]
    public void File_OfADayTakenAway_IsFoundByVerifyAndByTheScrub()
    {
        for (var day = 0; day < 4; day++)
            Live(Noon.AddDays(day), sign: true);
        File.Delete(DayFile(1));
        Assert.Equal("checkpoints/2026-03-02.txt", Assert.Single(Verify(), f => f.Kind == FindingKind.DayHeadsMissing).Subject);
        Assert.Equal("checkpoints/2026-03-02.txt", Assert.Single(Scrub(), f => f.Kind == LedgerDamage.DayHeadsShortened).Subject);
    }

    [Fact]
    public void File_OfADayCutByAHead_IsFoundByVerifyAndByTheScrub()
    {
        for (var day = 0; day < 4; day++)
        {
            Live(Noon.AddDays(day), sign: true);
            Live(Noon.AddDays(day).AddHours(1), sign: true);
        }

        var text = File.ReadAllText(DayFile(1));
        File.WriteAllText(DayFile(1), DayHeads.Split(text).First() + "\n");
        Assert.Equal("checkpoints/2026-03-02.txt", Assert.Single(Verify(), f => f.Kind == FindingKind.DayHeadsMissing).Subject);
        Assert.Equal("checkpoints/2026-03-02.txt", Assert.Single(Scrub(), f => f.Kind == LedgerDamage.DayHeadsShortened).Subject);
    }

    /// <summary>A ledger of before: its days are judged by how long they grew.</summary>
    [Fact]
    public void File_OfALedgerWithoutNotes_IsFoundWhereTheDayGrewForLongerThanAHeadWaits()
    {
        Live(Noon, sign: true);
        Live(Noon.AddHours(1), sign: true);
        File.Delete(DayFile(0));
        Assert.Contains(Verify(), f => f is { Kind: FindingKind.DayHeadsMissing, Subject: "checkpoints/2026-03-01.txt" });
    }

    /// <summary>Whoever adds a line that says "no head before" excuses nothing by it.</summary>
    [Fact]
    public void Note_ThatNoHeadSigns_ExcusesNothing()
    {
        Live(Noon, sign: true);
        Live(Noon.AddHours(1), sign: true);
        File.Delete(DayFile(0));
        File.Delete(Path.Combine(Ledger, "checkpoint"));
        File.WriteAllText(Path.Combine(Ledger, "checkpoint"), _head);
        File.AppendAllText(
            Directory.GetFiles(Path.Combine(Ledger, "entries"))[0],
            """{"kind":"heads","at":"2026-03-02T12:00:00.000Z","room":null,"camera":null,"facts":{"file":"checkpoints/2026-03-01.txt","size":"0"}}"""
                + "\n"
        );
        Assert.Contains(Verify(), f => f is { Kind: FindingKind.DayHeadsMissing, Subject: "checkpoints/2026-03-01.txt" });
    }

    private string _head = "";

    private string DayFile(int day) => Path.Combine(Ledger, "checkpoints", $"{Noon.AddDays(day):yyyy-MM-dd}.txt");

    private void Live(DateTimeOffset at, bool sign)
    {
        using var log = Open();
        Assert.Empty(log.Findings);
        log.Append(LedgerEntry.Format("test", at, null, null, new Dictionary<string, string>()));
        if (sign)
            _head = log.Sign(at);
    }

    private List<LedgerFinding> Scrub()
    {
        using var log = Open();
        var found = new List<LedgerFinding>();
        _ = new LedgerScrubber(log, found.Add).Run(new(), int.MaxValue, () => true);
        return found;
    }

    private LedgerLog Open()
    {
        Directory.CreateDirectory(_root["volume"]);
        return LedgerLog.Open(Ledger, _root["ledger.key"], Origin, _root["anchor"]);
    }

    private IReadOnlyList<VerificationFinding> Verify()
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_root["ledger.key"]));
        return ArchiveVerifier
            .Run(
                _root["volume"],
                new(key, Origin, KnownHeads: [_head]) { Now = Noon.AddDays(30) },
                null,
                TestContext.Current.CancellationToken
            )
            .Findings;
    }
}
