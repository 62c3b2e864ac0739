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
    private readonly FakeSessionLedger _ledger = new();

    private string FilePath => _volume["schedule/sessions.jsonl"];

    public void Dispose() => _volume.Dispose();

    private SessionStore Open() => SessionStore.Open(_volume[""], _ledger);

    private static SessionChange Added(string id, int day) =>
        new(
            SessionChangeKind.Added,
            null,
            new(ExamSessionId.Of(id), BatchId.Of("B1"), RoomId.Of("R7"), Now.AddDays(day), Now.AddDays(day).AddHours(2), "考试", 3, false),
            null
        );

    private SessionStore WithThree()
    {
        var book = Open();
        book.Apply([Added("S1", 1), Added("S2", 2)], Now, "Wang", null, "a.csv");
        book.Apply(
            [Added("S3", 3) with { Kind = SessionChangeKind.Refused }, Added("S1", 1) with { Kind = SessionChangeKind.Unchanged }],
            Now,
            "Wang",
            null,
            null
        );
        book.Apply(
            [Added("S1", 1) with { Kind = SessionChangeKind.Cancelled, After = Added("S1", 1).After with { Cancelled = true } }],
            Now.AddHours(1),
            "Li",
            "storm",
            null
        );
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
            book.History(ExamSessionId.Of("S1")).Select(h => (h.Kind, h.Person, h.Reason, h.LedgerEntry!.Value))
        );
        Assert.Equal(2, _ledger.Sets.Count);
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
    public void Book_CrashBeforeTheLedger_NothingHappened()
    {
        _ledger.Before = () => throw new IOException("crash");
        Assert.Throws<IOException>(() => Open().Apply([Added("S1", 1)], Now, "Wang", null, null));
        _ledger.Before = null;
        var again = Open();
        Assert.Empty(_ledger.Sets);
        Assert.Empty(again.Sessions);
        Assert.True(again is { Failure: null, HasForeignSets: false });
        again.Apply([Added("S2", 2)], Now, "Wang", null, null);
        Assert.Equal("S2", Assert.Single(Open().Sessions).Id.Text);
        Assert.Single(_ledger.Sets);
    }

    /// <summary>The ledger has the set, and the process died before the file had it: the next one writes it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Book_CrashBehindTheLedger_IsFinishedByTheNextStart(int before)
    {
        for (var i = 0; i < before; i++)
            Open().Apply([Added("S0", 5)], Now, "Wang", null, null);
        _ledger.After = () => throw new IOException("crash");
        Assert.Throws<IOException>(() => Open().Apply([Added("S1", 1)], Now, "Wang", "r", "a.csv"));
        _ledger.After = null;
        var again = Open();
        Assert.True(again is { Failure: null, HasForeignSets: false });
        Assert.Equal(before, Assert.Single(again.History(ExamSessionId.Of("S1"))).LedgerEntry);
        Assert.Equal(before + 1, _ledger.Sets.Count);
        Assert.Equal(["sessions.jsonl"], Directory.GetFiles(_volume["schedule"]).Select(Path.GetFileName));
        Assert.Equal(again.Digest, Open().Digest);
    }

    /// <summary>The same without another start: the next change finishes it first.</summary>
    [Fact]
    public void Book_EntryThatWasMadeAndSaidToHaveFailed_IsFinishedByTheNextChange()
    {
        var book = Open();
        _ledger.After = () => throw new IOException("full");
        Assert.Throws<IOException>(() => book.Apply([Added("S1", 1)], Now, "Wang", null, null));
        _ledger.After = null;
        book.Apply([Added("S2", 2)], Now, "Wang", null, null);
        Assert.Equal(["S1", "S2"], Open().Sessions.Select(s => s.Id.Text));
        Assert.Equal(2, _ledger.Sets.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Book_SetAppendedByHand_IsNotObeyedAndNeverEntered(bool withNote)
    {
        WithThree();
        var before = Open();
        var lines = new SessionLines(FilePath);
        lines.Read();
        lines.Append(
            new(3, Now, "Wang", null, null, [new(SessionChangeKind.Cancelled, Added("S2", 2).After with { Cancelled = true })]),
            null
        );
        // The note of an entry of another set, or of one that is not there, vouches for nothing.
        if (withNote)
            lines.Append(null, new(3, 1));
        var bytes = File.ReadAllBytes(FilePath);
        for (var i = 0; i < 2; i++)
        {
            var book = Open();
            Assert.True(book is { HasForeignSets: true, Failure: null });
            Assert.Equal(before.Digest, book.Digest);
            Assert.False(book.Find(ExamSessionId.Of("S2"))!.Cancelled);
            Assert.Throws<InvalidOperationException>(() => book.Apply([Added("S4", 4)], Now, "Wang", null, null));
        }

        Assert.Equal(2, _ledger.Sets.Count);
        // It is evidence, and lies there as it was found.
        Assert.Equal(bytes, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void Book_IntentWrittenByHand_IsTakenAwayAndNothingElse()
    {
        WithThree();
        var before = Open().Digest;
        new SessionIntent(FilePath).Write(
            new(3, Now, "Wang", null, null, [new(SessionChangeKind.Cancelled, Added("S2", 2).After with { Cancelled = true })])
        );
        Assert.Equal(before, Open().Digest);
        Assert.Equal(2, _ledger.Sets.Count);
        Assert.Single(Directory.GetFiles(_volume["schedule"]));
    }

    private sealed class FakeSessionLedger : ISessionLedger
    {
        public List<SessionSet> Sets { get; } = [];

        public Action? Before { get; set; }

        public Action? After { get; set; }

        public long Enter(SessionSet set)
        {
            Before?.Invoke();
            Sets.Add(set);
            After?.Invoke();
            return Sets.Count - 1;
        }

        public bool Has(SessionSet set, long entry) => entry >= 0 && entry < Sets.Count && Text(Sets[(int)entry]) == Text(set);

        public long? Find(SessionSet set, long from) => Sets.FindIndex((int)from, s => Text(s) == Text(set)) is >= 0 and var at ? at : null;

        private static string Text(SessionSet set) => System.Text.Json.JsonSerializer.Serialize(set, ContractJson.Options);
    }
}
