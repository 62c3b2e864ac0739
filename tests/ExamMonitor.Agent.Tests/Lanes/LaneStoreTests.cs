using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Floor.Lanes;
using ExamMonitor.Floor.Views;
using Xunit;

namespace ExamMonitor.Agent.Tests.Lanes;

public sealed class LaneStoreTests : IDisposable
{
    private static readonly RoomId Room = RoomId.Of("R1");
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 23, 59, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("exam-monitor-lanes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static StationView View(bool? covered, string? reason = null) =>
        new(StationId.Of("S1"), new(covered, Start, reason, null), new(true, Start, null, null), new(true, Start, null, null), null, []);

    private static void Run(LaneStore store, int from, int to, bool? covered, string? reason = null)
    {
        for (var second = from; second <= to; second++)
            store.Advance(Start.AddSeconds(second), [View(covered, reason)]);
    }

    private static IReadOnlyList<LaneSpan> Covered(LaneStore store, int from = 0, int to = 600) =>
        store.Read(Start.AddSeconds(from), Start.AddSeconds(to)).Stations is [var only] ? only.Covered : [];

    private static (int, int, bool?)[] Short(IEnumerable<LaneSpan> spans) =>
        [.. spans.Select(s => ((int)(s.Start - Start).TotalSeconds, (int)(s.End - Start).TotalSeconds, s.Value))];

    [Fact]
    public void Read_ChangesOverMidnight_GivesSpansWithoutHoles()
    {
        var store = new LaneStore(_folder, Room);
        Run(store, 0, 30, true);
        Run(store, 31, 90, false, "obstructed");
        Run(store, 91, 120, true);
        Assert.Equal([(0, 31, true), (31, 60, false), (60, 91, false), (91, 120, true)], Short(Covered(store)));
        Assert.Equal("obstructed", Covered(store)[1].Reason);
    }

    [Fact]
    public void Read_PartOfARange_CutsSpansToIt()
    {
        var store = new LaneStore(_folder, Room);
        Run(store, 0, 50, true);
        Assert.Equal([(10, 20, true)], Short(Covered(store, 10, 20)));
        Assert.Empty(Covered(store, 100, 200));
    }

    [Fact]
    public void Read_AfterACrash_KeepsWhatWasFlushedAndClaimsNothingForTheGap()
    {
        var store = new LaneStore(_folder, Room);
        Run(store, 0, 20, true);
        store.Flush();
        Run(store, 21, 25, true);
        var after = new LaneStore(_folder, Room);
        Run(after, 40, 50, true);
        Assert.Equal([(0, 20, true), (40, 50, true)], Short(Covered(after)));
    }

    [Fact]
    public void Advance_TicksStopForAWhile_ThePauseIsUnknown()
    {
        var store = new LaneStore(_folder, Room);
        Run(store, 0, 10, true);
        Run(store, 30, 40, true);
        Assert.Equal([(0, 10, true), (30, 40, true)], Short(Covered(store)));
    }

    [Fact]
    public void Read_TornLastLine_IsSkipped()
    {
        var store = new LaneStore(_folder, Room);
        Run(store, 0, 10, true);
        Run(store, 11, 12, false);
        var file = Directory.GetFiles(Path.Combine(_folder, "R1"), "2026-*.jsonl").Single();
        File.AppendAllText(file, "{\"station\":\"S1\",\"la");
        Assert.Equal(2, Covered(store).Count);
    }
}
