using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Schedule;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

public sealed class SessionStoreTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _volume = new();
    private readonly List<SessionSet> _ledger = [];

    private string FilePath => _volume["schedule/sessions.jsonl"];

    public void Dispose() => _volume.Dispose();

    private SessionStore Open() => SessionStore.Open(_volume[""], set =>
    {
        _ledger.Add(set);
        return _ledger.Count - 1;
    });

    private static SessionChange Added(string id, int day) => new(SessionChangeKind.Added, null, new(ExamSessionId.Of(id), BatchId.Of("B1"), RoomId.Of("R7"), Now.AddDays(day), Now.AddDays(day).AddHours(2), "考试", 3, false), null);

    private SessionStore WithThree()
    {
        var book = Open();
        book.Apply([Added("S1", 1), Added("S2", 2)], Now, "Wang", null, "a.csv");
        book.Apply([Added("S3", 3) with { Kind = SessionChangeKind.Refused }, Added("S1", 1) with { Kind = SessionChangeKind.Unchanged }], Now, "Wang", null, null);
        book.Apply([Added("S1", 1) with { Kind = SessionChangeKind.Cancelled, After = Added("S1", 1).After with { Cancelled = true } }], Now.AddHours(1), "Li", "storm", null);
        return book;
    }

    [Fact]
    public void Book_OpenedAgain_KnowsEverythingThatHappened()
    {
        var before = WithThree();
        var book = Open();
        Assert.Null(book.Failure);
        Assert.Equal(before.Sessions, book.Sessions);
        Assert.Equal(before.Digest, book.Digest);
        Assert.Equal(
            [(SessionChangeKind.Added, "Wang", null, 0L), (SessionChangeKind.Cancelled, "Li", "storm", 1L)],
            book.History(ExamSessionId.Of("S1")).Select(h => (h.Kind, h.Person, h.Reason, h.LedgerEntry!.Value)));
        Assert.Equal(2, _ledger.Count);
    }

    [Fact]
    public void Book_EveryByteLostFromItsEnd_IsAStateThatOnceWasOrNothing()
    {
        var book = WithThree();
        var whole = File.ReadAllBytes(FilePath);
        string[] digests = [SessionStore.DigestOf([]), SessionStore.DigestOf([Added("S1", 1).After, Added("S2", 2).After]), book.Digest];
        for (var length = whole.Length; length >= 0; length -= 7)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            var cut = Open();
            Assert.Null(cut.Failure);
            Assert.Contains(cut.Digest, digests);
        }

        File.WriteAllBytes(FilePath, [.. whole, .. new byte[40]]);
        var torn = Open();
        Assert.Equal(book.Digest, torn.Digest);
        torn.Apply([Added("S4", 4)], Now, "Wang", null, null);
        Assert.Equal(3, Open().Sessions.Count);
    }

    [Fact]
    public void Book_OneLineChanged_CannotBeUsedAndSaysSo()
    {
        WithThree();
        File.WriteAllText(FilePath, File.ReadAllText(FilePath).Replace("\"S2\"", "\"S9\"", StringComparison.Ordinal));
        var book = Open();
        Assert.Contains("nothing is destroyed", book.Failure!.En, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => book.Apply([Added("S4", 4)], Now, "Wang", null, null));
    }

    [Fact]
    public void Book_CrashBeforeTheLedger_EntersTheSetAtTheNextStart()
    {
        var book = SessionStore.Open(_volume[""], _ => throw new IOException("crash"));
        Assert.Throws<IOException>(() => book.Apply([Added("S1", 1)], Now, "Wang", null, null));
        Assert.Empty(_ledger);
        var again = Open();
        Assert.Single(_ledger);
        Assert.Equal(0, Assert.Single(again.History(ExamSessionId.Of("S1"))).LedgerEntry);
        Open();
        Assert.Single(_ledger);
    }
}
