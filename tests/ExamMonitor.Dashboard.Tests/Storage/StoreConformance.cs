using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;

namespace ExamMonitor.Dashboard.Tests.Storage;

/// <summary>What every database under the stores must do.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 1, 2, 3, 456, TimeSpan.Zero);

    private Database? _database;

    private SqlHistoryStore History => new SqlHistoryStore(Database);

    private Database Database => _database ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync() => _database = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Problems_OpenedChangedClosed_AreOneRecord()
    {
        await History.AddAsync(DemoFloor.Site, Event("p", 1, ProblemChange.Opened, At), default);
        await History.AddAsync(
            DemoFloor.Site,
            Event("p", 2, ProblemChange.Changed, At.AddSeconds(1)) with
            {
                Severity = Severity.Notice,
                Text = new("less", "减轻"),
            },
            default
        );
        Assert.Equal("p", Assert.Single(await History.OpenAsync(default)).Problem.Id);
        await History.AddAsync(
            DemoFloor.Site,
            Event("p", 3, ProblemChange.Closed, At.AddMinutes(2)) with
            {
                Severity = Severity.Notice,
                Text = new("less", "减轻"),
            },
            default
        );
        var found = Assert.Single(await FindAsync());
        Assert.Equal(
            (
                DemoFloor.Site,
                DemoFloor.Agent,
                Severity.Notice,
                new LocalText("less", "减轻"),
                At.AddSeconds(-12),
                (DateTimeOffset?)At.AddMinutes(2)
            ),
            (found.Site, found.Agent, found.Severity, found.Text, found.Since, found.ClosedAt)
        );
        Assert.Equal(DemoFloor.Stations[2], found.Subject.Station);
        Assert.Empty(await History.OpenAsync(default));
    }

    [Fact]
    public async Task Problems_RepeatedOrLateEvents_ChangeNothing()
    {
        await History.AddAsync(DemoFloor.Site, Event("p", 1, ProblemChange.Opened, At), default);
        await History.AddAsync(DemoFloor.Site, Event("p", 2, ProblemChange.Closed, At.AddMinutes(1)), default);
        await History.AddAsync(DemoFloor.Site, Event("p", 1, ProblemChange.Opened, At), default);
        await History.AddAsync(DemoFloor.Site, Event("p", 2, ProblemChange.Closed, At.AddMinutes(1)), default);
        Assert.Equal(At.AddMinutes(1), Assert.Single(await FindAsync()).ClosedAt);
    }

    [Fact]
    public async Task Find_EachFilter_Narrows()
    {
        await History.AddAsync(DemoFloor.Site, Event("a", 1, ProblemChange.Opened, At), default);
        await History.AddAsync(
            DemoFloor.Site,
            Event("b", 2, ProblemChange.Opened, At) with
            {
                Severity = Severity.Warning,
                Subject = new(RoomId.Of("R8"), null, null),
            },
            default
        );
        await History.AddAsync(SiteId.Of("other"), Event("c", 3, ProblemChange.Opened, At), default);
        await History.AddAsync(SiteId.Of("other"), Event("c", 4, ProblemChange.Closed, At.AddMinutes(1)), default);
        Assert.Equal(3, (await FindAsync()).Count);
        Assert.Equal(["c"], Ids(await FindAsync(f => f with { Site = SiteId.Of("other") })));
        Assert.Equal(["b"], Ids(await FindAsync(f => f with { Room = RoomId.Of("R8") })));
        Assert.Equal(["b"], Ids(await FindAsync(f => f with { Severity = Severity.Warning })));
        Assert.Equal(["a", "b"], Ids(await FindAsync(f => f with { OpenOnly = true })));
        Assert.Equal(["a", "b"], Ids(await FindAsync(f => f with { From = At.AddMinutes(5) })));
        Assert.Empty(await FindAsync(f => f with { To = At.AddHours(-1) }));
    }

    [Fact]
    public async Task Reconcile_AgentsList_ClosesWhatWasKnownAndAddsWhatWasMissed()
    {
        await History.AddAsync(DemoFloor.Site, Event("stays", 1, ProblemChange.Opened, At), default);
        await History.AddAsync(DemoFloor.Site, Event("gone", 2, ProblemChange.Opened, At), default);
        await History.AddAsync(DemoFloor.Site, Event("newer", 3, ProblemChange.Opened, At), default);
        OpenProblem Open(string id) => new(id, "code", Severity.Critical, new(null, null, null), At, new("x", "x"), null);
        await History.ReconcileAsync(
            DemoFloor.Site,
            DemoFloor.Agent,
            ["stays", "gone"],
            [Open("stays"), Open("missed")],
            At.AddHours(1),
            default
        );
        Assert.Equal(
            ["missed", "newer", "stays"],
            (await History.OpenAsync(default)).Select(o => o.Problem.Id).Order(StringComparer.Ordinal)
        );
        Assert.Equal(At.AddHours(1), (await FindAsync()).Single(p => p.Id == "gone").ClosedAt);
    }

    [Fact]
    public async Task Claims_Changes_AreReadNewestFirst()
    {
        foreach (var (value, minute) in ((bool?, int)[])[(true, 0), (false, 1), (null, 2)])
            await History.AddAsync(
                new ClaimChange(
                    DemoFloor.Site,
                    DemoFloor.Room,
                    DemoFloor.Stations[0],
                    "covered",
                    value,
                    At.AddMinutes(minute),
                    null,
                    value == false ? new("Occluded", "被遮挡") : null
                ),
                default
            );
        await History.AddAsync(
            new ClaimChange(DemoFloor.Site, DemoFloor.Room, DemoFloor.Stations[0], "covered", true, At, null, null),
            default
        );
        var changes = await History.ChangesAsync(DemoFloor.Site, DemoFloor.Room, DemoFloor.Stations[0], At, default);
        Assert.Equal([null, false, true], changes.Select(c => c.Value));
        Assert.Equal(new LocalText("Occluded", "被遮挡"), changes[1].Text);
        Assert.Empty(await History.ChangesAsync(DemoFloor.Site, DemoFloor.Room, DemoFloor.Stations[1], At, default));
    }

    [Fact]
    public async Task Witness_Heads_AreKeptOnceAndCountedByStanding()
    {
        var store = new SqlWitnessStore(Database);
        WitnessedHead Head(int size, string digest) =>
            new(DemoFloor.Site, DemoFloor.Agent, digest, size, At, At.AddMinutes(size), "note " + digest, HeadStanding.Unproved);
        Assert.Equal(new WitnessCount(0, 0, null), await store.CountAsync(DemoFloor.Site, DemoFloor.Agent, default));
        Assert.True(await store.AddAsync(Head(12, "b"), default));
        Assert.True(await store.AddAsync(Head(10, "a"), default));
        Assert.False(await store.AddAsync(Head(10, "a"), default));
        Assert.True(await store.AddAsync(Head(10, "c") with { Site = SiteId.Of("other") }, default));
        Assert.Equal(new WitnessCount(2, 2, At.AddMinutes(10)), await store.CountAsync(DemoFloor.Site, DemoFloor.Agent, default));
        Assert.Equal(Head(10, "a"), await store.NextUnprovedAsync(DemoFloor.Site, DemoFloor.Agent, default));
        await store.SetStandingAsync(Head(10, "a"), HeadStanding.Proved, default);
        Assert.Equal(12, (await store.NextUnprovedAsync(DemoFloor.Site, DemoFloor.Agent, default))!.Size);
        await store.SetStandingAsync(Head(12, "b"), HeadStanding.Contradicts, default);
        Assert.Null(await store.NextUnprovedAsync(DemoFloor.Site, DemoFloor.Agent, default));
        Assert.Equal(
            [HeadStanding.Contradicts, HeadStanding.Proved],
            (await store.HeadsAsync(DemoFloor.Site, DemoFloor.Agent, 10, default)).Select(h => h.Standing)
        );
    }

    [Fact]
    public async Task Witness_Pins_AreReplacedWhole()
    {
        var store = new SqlWitnessStore(Database);
        var pin = new WitnessPin(DemoFloor.Site, DemoFloor.Agent, "key", null);
        await store.SetPinAsync(pin with { PublicKey = null, Head = "old" }, default);
        await store.SetPinAsync(pin, default);
        Assert.Equal(pin, Assert.Single(await store.PinsAsync(default)));
    }

    [Fact]
    public async Task Witness_Alarms_StandOncePerKindUntilAcknowledgedAndAreKept()
    {
        var store = new SqlWitnessStore(Database);
        Task RaiseAsync(AlarmKind kind, string evidence) =>
            store.RaiseAsync(DemoFloor.Site, DemoFloor.Agent, kind, At, evidence, null, default);
        await RaiseAsync(AlarmKind.Forked, "first");
        await RaiseAsync(AlarmKind.Forked, "second");
        await RaiseAsync(AlarmKind.WrongKey, "key");
        var forked = (await store.AlarmsAsync(10, default)).Single(a => a.Kind == AlarmKind.Forked);
        Assert.Equal(("first", 2L, (string?)null), (forked.Evidence, forked.Seen, forked.AcknowledgedBy));
        Assert.True(await store.AcknowledgeAsync(forked.Id, "kim", "因硬盘更换", At.AddHours(1), default));
        Assert.False(await store.AcknowledgeAsync(forked.Id, "lee", "again", At.AddHours(2), default));
        await RaiseAsync(AlarmKind.Forked, "third");
        var alarms = await store.AlarmsAsync(10, default);
        Assert.Equal(["third", "key", "first"], alarms.Select(a => a.Evidence));
        Assert.Equal(
            ("kim", "因硬盘更换", (DateTimeOffset?)At.AddHours(1)),
            (alarms[2].AcknowledgedBy, alarms[2].Reason, alarms[2].AcknowledgedAt)
        );
    }

    /// <summary>
    /// As the first version left its database: heads in a table that later versions do not have, and no memory of a witness.
    /// </summary>
    private static ExamMonitor.Contracts.Ledger.TreeHash RootOf(char letter) => new([.. Enumerable.Repeat((byte)letter, 32)]);

    [Fact]
    public async Task Cosign_OfManyAtOnce_OneAdvancesAndNothingGoesBack()
    {
        var store = new SqlCosignStore(Database);
        CosignedHead Next(int size, char root) =>
            new(new("example.com/log", size, RootOf(root)), $"note {size} {root}", At.AddMinutes(size));
        Assert.Null(await store.FindAsync("w1", "example.com/log", default));
        var first = await Task.WhenAll("abcd".Select(r => store.TryAdvanceAsync("w1", null, Next(4, r), default)));
        Assert.Equal(1, first.Count(f => f));
        var kept = (await store.FindAsync("w1", "example.com/log", default))!;
        var then = await Task.WhenAll("efgh".Select(r => store.TryAdvanceAsync("w1", kept.Head, Next(9, r), default)));
        Assert.Equal(1, then.Count(f => f));
        // Of what was read before, and of fewer entries: nothing is changed.
        Assert.False(await store.TryAdvanceAsync("w1", kept.Head, Next(12, 'x'), default));
        var newest = (await store.FindAsync("w1", "example.com/log", default))!;
        Assert.False(await store.TryAdvanceAsync("w1", newest.Head, Next(8, 'y'), default));
        await store.SetNoteAsync("w1", kept with { Note = "of an older head" }, default);
        await store.SetNoteAsync("w1", newest with { Note = "cosigned" }, default);
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("example.com/log"u8));
        Assert.Equal(newest with { Note = "cosigned" }, await store.FindByHashAsync("w1", hash, default));
        Assert.Null(await store.FindAsync("w2", "example.com/log", default));
        await using var again = await ReopenAsync();
        Assert.Equal(newest with { Note = "cosigned" }, await new SqlCosignStore(again).FindAsync("w1", "example.com/log", default));
    }

    [Fact]
    public async Task Open_DatabaseOfTheFirstVersion_HandsItsHeadsToTheWitness()
    {
        using var ledger = new FakeLedger();
        var heads = Enumerable.Range(1, 3).Select(i => ledger.Hold(i * 5).Head(At.AddMinutes(i), i)).ToList();
        foreach (var table in (string[])["witness_heads", "witness_pins", "witness_alarms"])
            await Database.ExecuteAsync($"drop table {table}", null, default);
        await Database.ExecuteAsync(
            "create table checkpoints (site text not null, agent text not null, size bigint not null, root text not null, at_ms bigint not null, note text not null, primary key (site, agent, size, root))",
            null,
            default
        );
        foreach (var h in heads)
        {
            await Database.ExecuteAsync(
                "insert into checkpoints (site, agent, size, root, at_ms, note) values ('demo', 'agent-1', @Size, @Root, @AtMs, @Note)",
                new
                {
                    h.Size,
                    h.Root,
                    AtMs = h.Ts.ToUnixTimeMilliseconds(),
                    h.Note,
                },
                default
            );
        }

        for (var start = 1; start <= 2; start++)
        {
            await using var opened = await ReopenAsync();
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() =>
                opened.QueryAsync<long>("select count(*) from checkpoints", null, default)
            );
            var store = new SqlWitnessStore(opened);
            Assert.Equal(
                heads.Select(h => (h.Note, h.Size, h.Ts, HeadStanding.Unproved)).Reverse(),
                (await store.HeadsAsync(DemoFloor.Site, DemoFloor.Agent, 10, default)).Select(h =>
                    (h.Note, h.Size, h.ReceivedAt, h.Standing)
                )
            );
            Assert.Equal(new WitnessPin(DemoFloor.Site, DemoFloor.Agent, null, null), Assert.Single(await store.PinsAsync(default)));
        }
    }

    [Fact]
    public async Task Forget_OldHistory_LeavesWhatIsOpenAndWhatIsNewer()
    {
        await History.AddAsync(DemoFloor.Site, Event("open", 1, ProblemChange.Opened, At), default);
        await History.AddAsync(DemoFloor.Site, Event("old", 2, ProblemChange.Opened, At), default);
        await History.AddAsync(DemoFloor.Site, Event("old", 3, ProblemChange.Closed, At.AddMinutes(1)), default);
        await History.ForgetAsync(At.AddHours(1), default);
        Assert.Equal(["open"], Ids(await FindAsync()));
    }

    [Fact]
    public async Task Accounts_AddedChangedAndCounted_AreReadBack()
    {
        var accounts = new SqlAccountStore(Database);
        Assert.True(Scopes.TryParse("demo/R7 demo/R8", out var scopes));
        var user = new UserRecord(0, "kim", "hash", Role.Supervisor, scopes, "stamp", true, false, 0, DateTimeOffset.UnixEpoch, At);
        Assert.True(await accounts.AddAsync(user, default));
        Assert.False(await accounts.AddAsync(user, default));
        var stored = (await accounts.FindAsync("kim", default))!;
        Assert.Equal(
            (user.Role, "demo/R7 demo/R8", true, false, At),
            (stored.Role, stored.Scopes.Text, stored.MustChange, stored.Disabled, stored.CreatedAt)
        );
        var taken = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => accounts.TakeAttemptAsync(stored, At, At.AddMinutes(1), default))
        );
        Assert.Single(taken, yes => yes);
        stored = (await accounts.FindAsync(stored.Id, default))!;
        Assert.Equal((1, At.AddMinutes(1)), (stored.Failures, stored.LockedUntil));
        Assert.False(await accounts.TakeAttemptAsync(stored, At, At.AddMinutes(2), default));
        Assert.True(await accounts.TakeAttemptAsync(stored, At.AddMinutes(1), At.AddMinutes(2), default));
        await accounts.UpdateAsync(stored with { Disabled = true, Role = Role.Evaluator, Failures = 0 }, default);
        stored = Assert.Single(await accounts.ListAsync(default));
        Assert.Equal((true, Role.Evaluator, 0), (stored.Disabled, stored.Role, stored.Failures));
        Assert.Null(await accounts.FindAsync("nobody", default));
    }

    [Fact]
    public async Task Accounts_ThatEndOrHoldForOneEvaluation_AreReadBackSo()
    {
        var accounts = new SqlAccountStore(Database);
        Assert.True(Scopes.TryParse("demo/*", out var scopes));
        var link = new UserRecord(
            0,
            "link-1",
            "hash",
            Role.Guest,
            scopes,
            "stamp-1",
            false,
            false,
            0,
            DateTimeOffset.UnixEpoch,
            At,
            At.AddDays(7),
            "demo/agent-1/D1"
        );
        Assert.True(await accounts.AddAsync(link, default));
        Assert.False(await accounts.AddAsync(link with { Stamp = "stamp-2", ExpiresAt = null, Evaluation = null }, default));
        var stored = (await accounts.FindAsync("link-1", default))!;
        Assert.Equal((At.AddDays(7), "demo/agent-1/D1", "stamp-1"), (stored.ExpiresAt!.Value, stored.Evaluation, stored.Stamp));
        Assert.True(stored.IsOpen(At.AddDays(7).AddMilliseconds(-1)));
        Assert.False(stored.IsOpen(At.AddDays(7)));
        await accounts.UpdateAsync(stored with { ExpiresAt = At.AddDays(1) }, default);
        Assert.Equal(At.AddDays(1), Assert.Single(await accounts.ListAsync(default)).ExpiresAt);
        Assert.True(
            await accounts.AddAsync(
                new(0, "kim", "hash", Role.Evaluator, scopes, "stamp-3", false, false, 0, DateTimeOffset.UnixEpoch, At),
                default
            )
        );
        var free = (await accounts.FindAsync("kim", default))!;
        await accounts.UpdateAsync(free with { Failures = 0 }, default);
        Assert.Equal((null, null), ((await accounts.FindAsync("kim", default))!.ExpiresAt, free.Evaluation));
    }

    [Fact]
    public async Task Audit_Entries_AreReadNewestFirst()
    {
        var audit = new SqlAuditStore(Database);
        for (var i = 0; i < 3; i++)
            await audit.AddAsync(new(At.AddMinutes(i), "kim", "view-live", $"demo/R7/C{i}", "127.0.0.1"), default);
        Assert.Equal(["demo/R7/C2", "demo/R7/C1"], (await audit.RecentAsync(2, default)).Select(e => e.Subject));
        Assert.Equal(At.AddMinutes(2), (await audit.RecentAsync(1, default))[0].At);
    }

    [Fact]
    public async Task Audit_ReasonOfAnAct_IsKeptWhole()
    {
        var audit = new SqlAuditStore(Database);
        var reason = "demo/agent-1 hold h1: 考生投诉 'quoted' \"twice\"; drop table audit; --\n" + new string('字', 1200);
        await audit.AddAsync(new(At, "kim", "hold-place-asked", reason, "::1"), default);
        Assert.Equal(reason, Assert.Single(await audit.RecentAsync(5, default)).Subject);
    }

    /// <summary>PostgreSQL takes no NUL and no half of a character; what comes from a log-in form or a broker may hold both.</summary>
    [Fact]
    public async Task Texts_ThatNoDatabaseTakes_AreKeptReadable()
    {
        const string Odd = "a\0b\ud800c",
            Kept = "a\ufffdb\ufffdc";
        var accounts = new SqlAccountStore(Database);
        Assert.Null(await accounts.FindAsync(Odd, default));
        var audit = new SqlAuditStore(Database);
        await audit.AddAsync(new(At, Odd, "log-in-failed", Odd, "::1"), default);
        Assert.Equal((Kept, Kept), (await audit.RecentAsync(1, default)).Select(e => (e.Who, e.Subject)).Single());
        await History.AddAsync(
            DemoFloor.Site,
            Event("p", 1, ProblemChange.Opened, At) with
            {
                Id = Odd,
                Code = Odd,
                Evidence = Odd,
                Text = new(Odd, Odd),
            },
            default
        );
        Assert.Equal(
            (Kept, Kept, new LocalText(Kept, Kept)),
            (await History.OpenAsync(default)).Select(o => (o.Problem.Id, o.Problem.Code, o.Problem.Text)).Single()
        );
        await History.ReconcileAsync(
            DemoFloor.Site,
            DemoFloor.Agent,
            [Odd],
            [new("q", Odd, Severity.Critical, new(null, null, null), At, new(Odd, Odd), null)],
            At.AddHours(1),
            default
        );
        Assert.Equal("q", Assert.Single(await History.OpenAsync(default)).Problem.Id);
        await History.AddAsync(
            new ClaimChange(DemoFloor.Site, DemoFloor.Room, DemoFloor.Stations[0], "covered", false, At, Odd, new(Odd, Odd)),
            default
        );
        Assert.Equal(
            Kept,
            Assert.Single(await History.ChangesAsync(DemoFloor.Site, DemoFloor.Room, DemoFloor.Stations[0], At, default)).Reason
        );
        var witness = new SqlWitnessStore(Database);
        await witness.RaiseAsync(DemoFloor.Site, DemoFloor.Agent, AlarmKind.Malformed, At, Odd, Odd, default);
        Assert.Equal((Kept, Kept), (await witness.AlarmsAsync(1, default)).Select(a => (a.Evidence, a.Known)).Single());
    }

    internal abstract Task<Database> OpenAsync();

    /// <summary>Opens the same database once more, as a start does.</summary>
    internal abstract Task<Database> ReopenAsync();

    private protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    private static ProblemEvent Event(string id, long seq, ProblemChange change, DateTimeOffset at) =>
        DemoFloor.Problem(id, change, at, seq) with
        {
            Since = At.AddSeconds(-12),
        };

    private static IEnumerable<string> Ids(IEnumerable<ProblemRecord> found) => found.Select(p => p.Id).Order(StringComparer.Ordinal);

    private async Task<IReadOnlyList<ProblemRecord>> FindAsync(Func<ProblemFilter, ProblemFilter>? narrow = null) =>
        await History.FindAsync((narrow ?? (f => f))(new(At.AddDays(-1), At.AddDays(1))), default);
}

public sealed class SqliteStoreTests : StoreConformance
{
    private readonly TempFolder _folder = new();

    internal override Task<Database> OpenAsync() => Database.OpenSqliteAsync(_folder["dashboard.db"], default);

    internal override Task<Database> ReopenAsync() => OpenAsync();

    private protected override ValueTask CloseAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The same over a real PostgreSQL; a schema of its own for each test.</summary>
public sealed class PostgresStoreTests(PostgresCluster cluster) : StoreConformance, IClassFixture<PostgresCluster>
{
    private string? _connection;

    internal override async Task<Database> OpenAsync()
    {
        Assert.SkipWhen(cluster.Missing is not null, cluster.Missing ?? "");
        return await Database.OpenPostgresAsync(_connection = await cluster.NewDatabaseAsync(), default);
    }

    internal override Task<Database> ReopenAsync() => Database.OpenPostgresAsync(_connection!, default);
}
