using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.Dashboard.Witnessing;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ExamMonitor.Dashboard.Tests.Witnessing;

/// <summary>The witness over a real database; only the way to the agent is left out.</summary>
public sealed class LedgerWitnessTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLedger _ledger = new();
    private readonly FloorStore _floor;
    private Database _database = null!;
    private LedgerWitness _witness = null!;
    private long _seq;

    public LedgerWitnessTests() => _floor = new(_time, Options.Create(new DashboardOptions()));

    private SqlWitnessStore Store => new SqlWitnessStore(_database);

    public async ValueTask InitializeAsync()
    {
        _database = await Database.OpenSqliteAsync(_folder["dashboard.db"], default);
        _witness = NewWitness();
    }

    public async ValueTask DisposeAsync()
    {
        _witness.Dispose();
        _ledger.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Heads_ThatGrow_AreProvedOneAfterAnother()
    {
        await PinAsync();
        foreach (var size in (int[])[1, 5, 5, 9, 64])
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await HearAsync(size);
            await ProveAllAsync();
        }

        Assert.Empty(await AlarmsAsync());
        var heads = await Store.HeadsAsync(DemoFloor.Site, DemoFloor.Agent, 100, default);
        Assert.Equal((5, 0L), (heads.Count, (await CountAsync()).Unproved));
        Assert.All(heads, h => Assert.Equal(HeadStanding.Proved, h.Standing));
    }

    [Fact]
    public async Task Heads_HeardBeforeTheKey_AreUnprovedUntilItComes()
    {
        await HearAsync(5);
        Assert.Equal(1, (await CountAsync()).Unproved);
        await PinAsync();
        await ProveAllAsync();
        Assert.Equal((1L, 0L), ((await CountAsync()).Heads, (await CountAsync()).Unproved));
    }

    [Fact]
    public async Task Proof_ThatDoesNotCome_LeavesTheHeadUnprovedAndTheFloorSaysSoAfterAWhile()
    {
        await PinAsync();
        await HearAsync(5);
        await HearAsync(9);
        await _witness.TellAllAsync(default);
        Assert.Equal(1, (await CountAsync()).Unproved);
        Assert.Empty(Told());
        _time.Advance(LedgerWitness.Patience + TimeSpan.FromSeconds(1));
        await _witness.TellAllAsync(default);
        Assert.Equal(["ledger-witness-unproved"], Told());
        await ProveAllAsync();
        Assert.Empty(Told());
    }

    [Fact]
    public async Task FewerEntriesLater_RolledBack_Latches()
    {
        await PinAsync();
        await HearAsync(9);
        _time.Advance(TimeSpan.FromMinutes(1));
        await HearAsync(5);
        await AssertLatchedAsync(AlarmKind.RolledBack);
    }

    [Theory]
    [InlineData(9, 9)]
    [InlineData(9, 12)]
    public async Task OtherEntriesBelow_Forked_Latches(int size, int forkSize)
    {
        await PinAsync();
        await HearAsync(size);
        _time.Advance(TimeSpan.FromMinutes(1));
        await HearAsync(forkSize, changedFrom: 3);
        await ProveAllAsync();
        await AssertLatchedAsync(AlarmKind.Forked);
    }

    [Fact]
    public async Task HeadOfAnotherKey_WrongKey_Latches()
    {
        await PinAsync();
        await HearAsync(5);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await _witness.HearAsync(DemoFloor.Site, _ledger.Hold(6).Head(_time.GetUtcNow(), ++_seq, other), default);
        await AssertLatchedAsync(AlarmKind.WrongKey);
    }

    [Fact]
    public async Task AnotherKeyInTheState_WrongKey_LatchesAndIsPinnedOnceAPersonAccepts()
    {
        await PinAsync();
        await HearAsync(5);
        using var other = new FakeLedger();
        await _witness.HearKeyAsync(DemoFloor.Site, DemoFloor.Agent, other.PublicKey, default);
        await _witness.HearKeyAsync(DemoFloor.Site, DemoFloor.Agent, other.PublicKey, default);
        var alarm = await AssertLatchedAsync(AlarmKind.WrongKey);
        Assert.Equal(2, alarm.Seen);
        await _witness.AcknowledgeAsync(alarm.Id, "kim", "machine replaced", default);
        await _witness.HearAsync(DemoFloor.Site, other.Hold(3).Head(_time.GetUtcNow(), ++_seq), default);
        Assert.Empty(Told());
        Assert.Equal(HeadStanding.Proved, (await Store.HeadsAsync(DemoFloor.Site, DemoFloor.Agent, 1, default))[0].Standing);
    }

    [Fact]
    public async Task NoHeadOrWordsThatAreNotInTheNote_Malformed_Latches()
    {
        await PinAsync();
        var head = _ledger.Hold(5).Head(_time.GetUtcNow(), ++_seq);
        await _witness.HearAsync(DemoFloor.Site, head with { Size = 6 }, default);
        await _witness.HearAsync(DemoFloor.Site, head with { Note = "nothing" }, default);
        await _witness.HearAsync(DemoFloor.Site, head with { Agent = Contracts.AgentId.Of("agent-2") }, default);
        await AssertLatchedAsync(AlarmKind.Malformed, agents: 2);
    }

    [Fact]
    public async Task Alarm_Acknowledged_TheNextHeadIsTheBeginning()
    {
        await PinAsync();
        await HearAsync(9);
        _time.Advance(TimeSpan.FromMinutes(1));
        await HearAsync(5);
        var alarm = await AssertLatchedAsync(AlarmKind.RolledBack);
        Assert.NotNull(await _witness.AcknowledgeAsync(alarm.Id, "kim", "volume restored from the archive tier", default));
        Assert.Null(await _witness.AcknowledgeAsync(alarm.Id, "kim", "again", default));
        Assert.Empty(Told());
        var kept = Assert.Single(await AlarmsAsync());
        Assert.Equal(("kim", "volume restored from the archive tier"), (kept.AcknowledgedBy, kept.Reason));
        _time.Advance(TimeSpan.FromMinutes(1));
        await HearAsync(6);
        Assert.Empty(Told());
        _time.Advance(TimeSpan.FromMinutes(1));
        await HearAsync(4);
        Assert.Equal(["ledger-witness-rolledback"], Told());
    }

    [Fact]
    public async Task Proof_ForAHeadThatIsNoLongerTheNewest_JudgesNothing()
    {
        await PinAsync();
        await HearAsync(5);
        await HearAsync(9);
        var asked = (await _witness.NextAsync(DemoFloor.Site, DemoFloor.Agent, default))!.Value;
        await _witness.ProveAsync((asked.Head, 3, asked.To), [], default);
        Assert.Empty(await AlarmsAsync());
        Assert.Equal(1, (await CountAsync()).Unproved);
    }

    private LedgerWitness NewWitness() => new(Store, _floor, _time, NullLogger<LedgerWitness>.Instance);

    private Task PinAsync() => _witness.HearKeyAsync(DemoFloor.Site, DemoFloor.Agent, _ledger.PublicKey, default);

    private Task HearAsync(int size, int changedFrom = int.MaxValue) =>
        _witness.HearAsync(DemoFloor.Site, _ledger.Hold(size, changedFrom).Head(_time.GetUtcNow(), ++_seq), default);

    private async Task ProveAllAsync()
    {
        while (await _witness.NextAsync(DemoFloor.Site, DemoFloor.Agent, default) is { } next)
        {
            var proof = _ledger.Prove(next.From, next.To) ?? throw new InvalidOperationException("no proof");
            await _witness.ProveAsync(
                next,
                next.From == 0 || next.From == next.To
                    ? []
                    : [.. proof.Hashes.Select(h => TreeHash.TryParseBase64(h, out var hash) ? hash : default)],
                default
            );
        }
    }

    private Task<IReadOnlyList<WitnessAlarm>> AlarmsAsync() => Store.AlarmsAsync(10, default);

    private Task<WitnessCount> CountAsync() => Store.CountAsync(DemoFloor.Site, DemoFloor.Agent, default);

    private List<string> Told() => [.. (_floor.State.Site(DemoFloor.Site)?.Witnessed ?? []).Select(p => p.Code)];

    /// <summary>One alarm per agent, on the floor, and still after a restart.</summary>
    private async Task<WitnessAlarm> AssertLatchedAsync(AlarmKind kind, int agents = 1)
    {
        var alarms = await AlarmsAsync();
        Assert.Equal(agents, alarms.Count);
        Assert.All(alarms, a => Assert.Equal((kind, (DateTimeOffset?)null), (a.Kind, a.AcknowledgedAt)));
        Assert.All(Told(), c => Assert.Equal("ledger-witness-" + kind.ToString().ToLowerInvariant(), c));
        _floor.Change(s => FloorReducer.Witness(s, DemoFloor.Site, []));
        _witness.Dispose();
        _witness = NewWitness();
        await _witness.TellAllAsync(default);
        Assert.Equal(agents, Told().Count);
        return alarms[0];
    }
}
