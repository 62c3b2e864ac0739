using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Ledger;

public sealed class FootageLedgerTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly CameraId Camera = CameraId.Of("C1");
    private readonly string _root = Directory.CreateTempSubdirectory("ledger-").FullName;
    private readonly ManualTimeProvider _time = new(Noon);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Format_OfASegment_IsTheseBytes() =>
        Assert.Equal(
            """{"kind":"segment","at":"2026-03-01T12:00:00.000Z","room":"R7","camera":"C1","number":3,"previous":17,"path":"2026/03-01/R7/C1/115900Z.mp4","start":"2026-03-01T11:59:00.000Z","end":"2026-03-01T12:00:00.000Z","bytes":1234,"sha256":"ab","recovered":false}""",
            Encoding.UTF8.GetString(LedgerEntry.Format(Segment(3, 17), Noon))
        );

    [Fact]
    public void Format_OfAGap_IsTheseBytes() =>
        Assert.Equal(
            """{"kind":"gap","at":"2026-03-01T12:00:00.000Z","room":"R7","camera":"C1","number":4,"previous":18,"start":"2026-03-01T11:59:00.000Z","end":"2026-03-01T12:00:00.000Z","cause":"network"}""",
            Encoding.UTF8.GetString(LedgerEntry.Format(new GapLeaf(Room, Camera, 4, 18, Noon.AddMinutes(-1), Noon, GapCause.Network), Noon))
        );

    [Fact]
    public void Format_OfAGeneralEntry_OrdersItsFactsAndKeepsChinese()
    {
        var bytes = LedgerEntry.Format(
            "hold",
            Noon,
            Room,
            null,
            new Dictionary<string, string> { ["reason"] = "投诉", ["owner"] = "a\nb" }
        );
        Assert.Equal(
            """{"kind":"hold","at":"2026-03-01T12:00:00.000Z","room":"R7","camera":null,"facts":{"owner":"a\nb","reason":"投诉"}}""",
            Encoding.UTF8.GetString(bytes)
        );
        Assert.Equal("投诉", LedgerEntry.Parse(bytes)!.Facts!["reason"]);
        Assert.Throws<ArgumentException>(() => LedgerEntry.Format("segment", Noon, null, null, new Dictionary<string, string>()));
    }

    [Fact]
    public void Append_AskedAgainAfterACrash_GivesTheSameNumberAndAppendsNothing()
    {
        using (var log = Open())
        {
            var ledger = new FootageLedger(log, _time);
            Assert.Equal(0, ledger.Append(Segment(1, -1)));
            Assert.Equal(1, ledger.Append(Segment(2, 0)));
            Assert.Equal(1, ledger.Append(Segment(2, 0)));
        }

        using var again = Open();
        var after = new FootageLedger(again, _time);
        Assert.Equal(1, after.Append(Segment(2, 0)));
        Assert.Equal(2, after.Append(Segment(3, 1)));
        Assert.Equal(3, again.Size);
    }

    [Fact]
    public void Append_AskedForAnEntryFarBelowTheTail_FindsIt()
    {
        using (var log = Open())
        {
            var ledger = new FootageLedger(log, _time);
            ledger.Append(Segment(1, -1));
            _time.Advance(TimeSpan.FromDays(1));
            for (var i = 0; i < 3 * LedgerEntries.PerFile; i++)
                ledger.Append("view", Room, Camera, new Dictionary<string, string>());
        }

        using var again = Open();
        Assert.Equal(0, new FootageLedger(again, _time).Append(Segment(1, -1)));
    }

    [Fact]
    public void Append_AskedForANumberThatIsNotRememberedAnyMore_WalksBackToIt()
    {
        using var log = Open();
        var ledger = new FootageLedger(log, _time);
        var at = -1L;
        for (var i = 1; i <= FootageLedger.Remembered + 40; i++)
            at = ledger.Append(Segment(i, at));
        Assert.Equal(2, ledger.Append(Segment(3, 1)));
        Assert.Equal(FootageLedger.Remembered + 40, log.Size);
    }

    [Fact]
    public void Append_OfACameraWhoseEntriesDoNotLeadBack_EntersItAnewRatherThanStopping()
    {
        using (var log = Open())
        {
            var ledger = new FootageLedger(log, _time);
            ledger.Append(Segment(5, 4711));
        }

        using var again = Open();
        Assert.Equal(1, new FootageLedger(again, _time).Append(Segment(3, -1)));
    }

    private static SegmentLeaf Segment(long number, long previous) =>
        new(Room, Camera, number, previous, Noon.AddMinutes(-1), Noon, "2026/03-01/R7/C1/115900Z.mp4", 1234, "ab", Recovered: false);

    private LedgerLog Open() => LedgerLog.Open(Path.Combine(_root, "ledger"), Path.Combine(_root, "ledger.key"), "exam-monitor/zz/agent-1");
}
