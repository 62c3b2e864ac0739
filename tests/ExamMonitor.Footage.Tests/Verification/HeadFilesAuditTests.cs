using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>Files of heads as they were read, against the newest head and the entries; whole volumes stand in <see cref="DayHeadsTests"/>.
/// </summary>
public sealed class HeadFilesAuditTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private const string First = "2026-03-02.txt";
    private const string Second = "2026-03-03.txt";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TempFolder _ledger = new();
    private readonly HeadFilesAudit _audit;

    public HeadFilesAuditTests()
    {
        File.WriteAllText(_ledger["checkpoint"], "a head");
        _audit = new(_ledger.Path);
    }

    public void Dispose()
    {
        _key.Dispose();
        _ledger.Dispose();
    }

    private static Checkpoint Head(long size, double minutes = 0) => new(Origin, size, MerkleTree.EmptyRoot, Noon.AddMinutes(minutes));

    private string Note(Checkpoint head) => SignedNote.Sign(head.Format(), Origin, _key).Format() + "\n";

    private void TakeDay(string file, Checkpoint[] heads, string tail = "")
    {
        var text = string.Concat(heads.Select(Note)) + tail;
        _audit.TakeDay(file, Encoding.UTF8.GetBytes(text), text, heads);
    }

    private void TakeEntry(long number, double minutes, DayHeadsNote? note = null)
    {
        var at = Noon.AddMinutes(minutes);
        _audit.TakeEntry(note is null ? new(LedgerEntry.Scrub, at) : LedgerEntry.Parse(note.Format(at))!, number);
    }

    private (FindingKind, string)[] Check(long proved = 100) => [.. _audit.Check(proved).Select(f => (f.Kind, f.Subject))];

    [Fact]
    public void NewestHead_InItsFileAndItsDay_IsWhole()
    {
        TakeDay(First, [Head(1), Head(2, 1)]);
        _audit.TakeCheckpoint(Head(2, 1));
        Assert.Empty(Check());
        File.Delete(_ledger["checkpoint"]);
        Assert.Equal([(FindingKind.CheckpointMissing, "checkpoint")], Check());
    }

    /// <summary>A crash leaves the file of the newest head one behind; more was put back by somebody.</summary>
    [Theory]
    [InlineData(3, null)]
    [InlineData(2, null)]
    [InlineData(1, FindingKind.CheckpointStale)]
    public void NewestHead_BehindItsDay_IsOneAtTheMost(int size, FindingKind? finding)
    {
        TakeDay(First, [Head(1), Head(2, 1), Head(3, 2)]);
        _audit.TakeCheckpoint(Head(size, size - 1));
        Assert.Equal(finding is { } kind ? [(kind, "checkpoint")] : [], Check());
    }

    /// <summary>Heads are ordered by what they cover: a clock that was ahead leaves a file that sorts behind all others.</summary>
    [Fact]
    public void NewestHead_BesideADayOfAClockThatWasAhead_IsTheLargest()
    {
        TakeDay(First, [Head(1), Head(4, 3), Head(5, 4)]);
        TakeDay("2031-01-01.txt", [Head(2, 2_500_000), Head(3, 2_500_001)]);
        _audit.TakeCheckpoint(Head(5, 4));
        Assert.Empty(Check());
        _audit.TakeCheckpoint(Head(3, 2_500_001));
        Assert.Equal([(FindingKind.CheckpointStale, "checkpoint")], Check());
    }

    [Theory]
    [InlineData(true, "", true)]
    [InlineData(true, "exam-monitor/zz", false)]
    [InlineData(false, "", true)]
    [InlineData(false, "exam-monitor/zz", false)]
    public void NewestHead_ThatItsDayDoesNotHold_WasTakenOutUnlessTheDayIsTorn(bool hasHeads, string tail, bool isFound)
    {
        TakeDay(First, hasHeads ? [Head(1), Head(2, 1)] : [], tail);
        _audit.TakeCheckpoint(Head(3, 2));
        Assert.Equal(isFound ? [(FindingKind.DayHeadsMissing, "checkpoints/2026-03-02.txt")] : [], Check());
    }

    [Fact]
    public void NewestHead_OtherThanTheOneOfItsSize_WasTakenOut()
    {
        TakeDay(First, [Head(1), Head(2, 1)]);
        _audit.TakeCheckpoint(Head(2, 5));
        Assert.Equal([(FindingKind.DayHeadsMissing, "checkpoints/2026-03-02.txt")], Check());
    }

    /// <summary>What a power cut leaves behind the last head: a beginning of a note, its further signatures, or zeros to the end.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("exam-mon", true)]
    [InlineData("exam-monitor/zz/agent-1\n7\n\n\u2014 exam", true)]
    [InlineData("NOTE", true)]
    [InlineData("NOTE\u2014 exam-mon", true)]
    [InlineData("NOTE\0\0\0", true)]
    [InlineData("NOTEand more", false)]
    [InlineData("a text\n\nof somebody\n", false)]
    [InlineData("\0\0\0\0", true)]
    [InlineData("exam-mon\0\0\0x", false)]
    public void Tail_OfADay_IsAPowerCutsOrSomebodys(string tail, bool isTorn)
    {
        // A whole note without the empty line behind it.
        TakeDay(First, [Head(1)], tail.Replace("NOTE", Note(Head(9, 3))[..^1], StringComparison.Ordinal));
        Assert.Equal(isTorn ? [] : [(FindingKind.HeadUnreadable, First)], Check());
    }

    /// <summary>Unwritten pages begin anywhere and end with a sector: bytes that follow elsewhere were written by somebody.</summary>
    [Theory]
    [InlineData(512, true)]
    [InlineData(511, false)]
    [InlineData(513, false)]
    [InlineData(1024, true)]
    public void Zeros_BeforeOtherBytes_EndWithASector(int end, bool isTorn)
    {
        var text = new string('a', 40) + new string('\0', end - 40) + "rest";
        _audit.TakeDay(First, Encoding.UTF8.GetBytes(text), text, []);
        Assert.Equal(isTorn ? [] : [(FindingKind.HeadUnreadable, First)], Check());
        text = new string('\0', end) + "rest";
        _audit.TakeDay(Second, Encoding.UTF8.GetBytes(text), text, []);
        Assert.Equal(isTorn, !Check().Contains((FindingKind.HeadUnreadable, Second)));
    }

    /// <summary>A ledger of before, without a word of its files: a day that grew for longer than a quarter of an hour had heads.</summary>
    [Theory]
    [InlineData(15, false)]
    [InlineData(15.01, true)]
    public void Days_WithoutNotes_HadHeadsWhenTheyGrewForLong(double minutes, bool isFound)
    {
        foreach (var day in new[] { 1, 0 })
        {
            TakeEntry(2 * day, 1440 * day);
            TakeEntry((2 * day) + 1, (1440 * day) + minutes);
        }

        Assert.Equal(
            isFound
                ? [(FindingKind.DayHeadsMissing, "checkpoints/2026-03-02.txt"), (FindingKind.DayHeadsMissing, "checkpoints/2026-03-03.txt")]
                : [],
            Check()
        );
        TakeDay(First, [Head(1)]);
        TakeDay(Second, [Head(2)]);
        Assert.Empty(Check());
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 2, true)]
    [InlineData(3, 2, false)]
    public void Day_WithANote_MustGoAsFarAsItSays(long said, long there, bool isWhole)
    {
        TakeEntry(1, 1440, new("checkpoints/" + First, 1));
        TakeEntry(2, 1441, new("checkpoints/" + First, said));
        TakeDay(First, [Head(1), Head(there, 1)]);
        Assert.Equal(isWhole ? [] : [(FindingKind.DayHeadsMissing, "checkpoints/2026-03-02.txt")], Check());
        if (!isWhole)
            Assert.Contains("shortened", _audit.Check(100).Single().Text, StringComparison.Ordinal);
    }

    /// <summary>A word behind the newest head that holds accuses nobody.</summary>
    [Theory]
    [InlineData(6, true)]
    [InlineData(5, false)]
    public void Day_WithANoteThatIsGone_IsFoundWhenTheNoteIsProved(long proved, bool isFound)
    {
        TakeEntry(5, 1440, new("checkpoints/" + First, 1));
        Assert.Equal(isFound ? [(FindingKind.DayHeadsMissing, "checkpoints/2026-03-02.txt")] : [], Check(proved));
        if (isFound)
            Assert.Contains("took it away", _audit.Check(proved).Single().Text, StringComparison.Ordinal);
    }
}
