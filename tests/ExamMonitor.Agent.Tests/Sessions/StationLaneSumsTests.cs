using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Exams.Proofs;
using ExamMonitor.Footage;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

public sealed class StationLaneSumsTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private static LaneSpan Span(int from, int to, bool? value) => new(Nine.AddSeconds(from), Nine.AddSeconds(to), value, value == true ? null : "x");

    [Fact]
    public void Of_ClaimWithoutCommittedFootage_ProvesNothing()
    {
        var lanes = new StationLanes(StationId.Of("S1"), [Span(0, 80, true), Span(80, 100, false)], [Span(0, 50, true)], [Span(0, 60, true), Span(60, 70, null), Span(70, 90, true)]);
        var sums = StationLaneSums.Of(StationId.Of("S1"), lanes, [new WallSpan(Nine, Nine.AddSeconds(40)), new WallSpan(Nine.AddSeconds(75), Nine.AddSeconds(100))], 100);
        Assert.Equal((55.0, 0.55, 0.8, 0.5, 20.0), (sums.RecordedSeconds, sums.Completeness, sums.CoveredShare, sums.LitShare, sums.UnknownSeconds));
        Assert.Equal((0.0, 0.0, 100.0), (StationLaneSums.Of(StationId.Of("S1"), null, [], 100).RecordedSeconds, StationLaneSums.Of(StationId.Of("S1"), null, [], 100).Completeness, StationLaneSums.Of(StationId.Of("S1"), null, [], 100).UnknownSeconds));
        Assert.Equal(1, StationLaneSums.Of(StationId.Of("S1"), lanes with { Recorded = [Span(0, 100, true)] }, [new WallSpan(Nine, Nine.AddSeconds(100))], 100).Completeness);
    }
}
