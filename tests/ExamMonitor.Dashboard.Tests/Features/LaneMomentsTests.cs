using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Features.Evaluation;

namespace ExamMonitor.Dashboard.Tests.Features;

public sealed class LaneMomentsTests
{
    private static readonly DateTimeOffset From = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_ThreeLanes_IsNoWhileOneSaysNoAndYesWhileAllSayYes()
    {
        var lanes = new StationLanes(
            StationId.Of("S1"),
            [Span(0, 60, true)],
            [Span(10, 30, true), Span(30, 40, false), Span(40, 60, true)],
            [Span(0, 50, true)]
        );
        Assert.Equal(
            [(0, null), (10, true), (30, false), (40, true), (50, null)],
            LaneMoments.Of(lanes, From, From.AddSeconds(60)).Select(m => ((int)(m.At - From).TotalSeconds, m.Proved))
        );
    }

    [Fact]
    public void Of_NoLanes_IsUnknownFromTheStart() =>
        Assert.Equal(
            "1772413200:unknown",
            LaneMoments.Text(LaneMoments.Of(new(StationId.Of("S1"), [], [], []), From, From.AddSeconds(60)))
        );

    private static LaneSpan Span(int from, int to, bool? value) => new(From.AddSeconds(from), From.AddSeconds(to), value, null);
}
