using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Preservation.Scrubbing;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Retention.Scrubbing;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Preservation;

public sealed class ScrubServiceTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ScrubFinding Finding = new(
        ScrubMismatch.Content,
        "R7",
        "C1",
        "2026/03-01/R7/C1/120000Z.mp4",
        17,
        "aa",
        "bb",
        Noon
    );
    private readonly TempFolder _folder = new();
    private readonly VolumeLedger _ledger;

    public ScrubServiceTests() =>
        _ledger = new(_folder["volume"], _folder["key.pem"], SiteId.Of("zz"), AgentId.Of("agent-1"), new ManualTimeProvider(Noon));

    public void Dispose()
    {
        _ledger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Finding_IsEnteredAndStaysAProblemOverRestartsUntilAPersonAcknowledges()
    {
        var before = Open().State;
        Open().Take(before, new(Found(), [Finding], Finished: true));
        var desk = Open();
        Assert.Equal(["evidence-mismatch"], Codes(desk));
        Assert.Equal(Noon, desk.State.LastFinished);
        // The first entry names the second key.
        var entries = Entries()[1..];
        Assert.Contains("\"kind\":\"scrub-finding\"", entries[0], StringComparison.Ordinal);
        Assert.Contains("\"path\":\"2026/03-01/R7/C1/120000Z.mp4\"", entries[0], StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"scrub\"", entries[1], StringComparison.Ordinal);

        // A later pass that finds nothing does not take it away.
        desk.Take(desk.State, new(desk.State with { PassFindings = 0 }, [], Finished: true));
        Assert.Equal(["evidence-mismatch"], Codes(desk));

        Assert.Equal(1, desk.Acknowledge(new ActingPerson("Li Na", "磁盘更换")));
        Assert.Empty(Codes(Open()));
        Assert.Contains("\"reason\":\"磁盘更换\",\"who\":\"Li Na\"", Entries()[^1], StringComparison.Ordinal);
        Assert.Equal(0, desk.Acknowledge(new ActingPerson("Li Na", "again")));
    }

    [Fact]
    public void Acknowledged_WhileASliceRuns_DoesNotComeBackWithItsState()
    {
        var desk = Open();
        desk.Take(desk.State, new(Found(), [Finding], Finished: false));
        var before = desk.State;
        desk.Acknowledge(new ActingPerson("Li Na", "compared"));
        desk.Take(before, new(before with { Segments = 9 }, [], Finished: false));
        Assert.Empty(Codes(desk));
    }

    [Fact]
    public void Late_IsAWarning()
    {
        var desk = Open();
        desk.Take(desk.State, new(new() { Began = Noon, Running = true }, [], Finished: false));
        Assert.Equal(["scrub-late"], desk.Observe(Noon.AddDays(31), TimeSpan.FromDays(30)).Select(o => o.Code));
    }

    [Theory]
    [InlineData(-5 * 365)]
    [InlineData(5 * 365)]
    public void Late_ByADateOfAClockThatWasWrong_IsNotSaid(int days)
    {
        // The ledger began at noon: nothing ended before, and nothing has ended in the future.
        _ledger.Append("start", new Dictionary<string, string>(StringComparer.Ordinal));
        var desk = Open();
        var wrong = Noon.AddDays(days);
        desk.Take(desk.State, new(new() { Began = wrong, LastFinished = wrong }, [], Finished: false));
        Assert.Empty(desk.Observe(Noon.AddDays(1), TimeSpan.FromDays(30)));
        // The next pass begins now, and not in years.
        Assert.True(ScrubPace.IsDue(desk.Believed(Noon.AddDays(1)), Noon.AddDays(1), TimeSpan.FromDays(30)));
        // A date that can be stands.
        desk.Take(desk.State, new(new() { Began = Noon, LastFinished = Noon.AddMinutes(1) }, [], Finished: false));
        Assert.Equal(["scrub-late"], desk.Observe(Noon.AddDays(31), TimeSpan.FromDays(30)).Select(o => o.Code));
    }

    [Fact]
    public void File_ThatCannotBeRead_IsPutAside()
    {
        File.WriteAllText(_folder["scrub.json"], "{");
        Assert.Null(Open().State.Began);
        Assert.True(File.Exists(_folder["scrub.json"] + ".unreadable"));
    }

    private static ScrubState Found() =>
        new()
        {
            Began = Noon,
            LastFinished = Noon,
            OpenFindings = 1,
            PassFindings = 1,
            Findings = [Finding],
        };

    private static IEnumerable<string> Codes(ScrubService desk) => desk.Observe(Noon, TimeSpan.FromDays(30)).Select(o => o.Code);

    private ScrubService Open() => new(_folder["scrub.json"], _ledger, NullLogger<ScrubService>.Instance);

    private List<string> Entries() => [.. _ledger.Log.Read(0, _ledger.Log.Size).Select(e => Encoding.UTF8.GetString(e))];
}
