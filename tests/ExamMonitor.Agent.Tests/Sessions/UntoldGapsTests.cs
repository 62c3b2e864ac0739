using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Proofs;
using ExamMonitor.Recording;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

/// <summary>The required time of a session is held, or a gap with a cause: list and sum say the same.</summary>
public sealed class UntoldGapsTests
{
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_RecordingThatBeganTenMinutesLate_TellsTheTenMinutes()
    {
        var gap = Assert.Single(Of([(10, 60)], []));
        Assert.Equal((Start, Start.AddMinutes(10)), (gap.Start, gap.End));
        Assert.NotNull(gap.Detail);
    }

    [Fact]
    public void Of_NothingAtAll_TellsTheWholeSession() =>
        Assert.Equal((Start, Start.AddMinutes(60)), (Of([], [])[0].Start, Of([], [])[0].End!.Value));

    [Fact]
    public void Of_GapsThatAreTold_AreNotToldTwice()
    {
        Assert.Empty(Of([(0, 20), (30, 60)], [(20, 30)]));
        Assert.Empty(Of([(0, 20)], [(20, null)]));
        var gap = Assert.Single(Of([(5, 20), (30, 60)], [(20, 30)]));
        Assert.Equal((Start, Start.AddMinutes(5)), (gap.Start, gap.End));
    }

    [Fact]
    public void Of_HeldAndMissing_AreTheRequiredTime()
    {
        var missing = Of([(3, 9), (12, 40)], [(40, 45)]).Sum(g => (g.End!.Value - g.Start).TotalMinutes);
        Assert.Equal(60, missing + 6 + 28 + 5, 6);
    }

    [Theory]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    public void Of_LessThanATenthOfASecond_IsTheSeamOfTwoSegments(int milliseconds, int gaps)
    {
        var (middle, end) = (Start.AddMinutes(30), Start.AddMinutes(60));
        var hole = TimeSpan.FromMilliseconds(milliseconds);
        Assert.Equal(gaps, UntoldGaps.Of(Camera, [new(Start, middle), new(middle + hole, end)], [], Start, end).Count());
        Assert.Equal(gaps, UntoldGaps.Of(Camera, [new(Start, end - hole)], [], Start, end).Count());
    }

    [Fact]
    public void Of_FootageOfOtherTimes_ChangesNothing()
    {
        var gap = Assert.Single(Of([(-30, -10), (0, 20), (90, 120)], []));
        Assert.Equal((Start.AddMinutes(20), Start.AddMinutes(60)), (gap.Start, gap.End));
        gap = Assert.Single(Of([(-30, -10), (-5, -1)], []));
        Assert.Equal((Start, Start.AddMinutes(60)), (gap.Start, gap.End));
        Assert.Empty(Of([(0, 60), (70, 80)], []));
    }

    private static List<SessionGap> Of((double From, double To)[] held, (double From, double? To)[] gaps) =>
        [
            .. UntoldGaps.Of(
                Camera,
                held.Select(h => new WallSpan(Start.AddMinutes(h.From), Start.AddMinutes(h.To))),
                gaps.Select(g => new SessionGap(
                    Camera,
                    Start.AddMinutes(g.From),
                    g.To is { } to ? Start.AddMinutes(to) : null,
                    GapCause.Network,
                    null
                )),
                Start,
                Start.AddMinutes(60)
            ),
        ];
}
