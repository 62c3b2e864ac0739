using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Proofs;
using Xunit;

namespace ExamMonitor.Agent.Tests.Sessions;

public sealed class AwayFootageTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_SegmentsHereAndThere_JoinsNeighboursAndCutsToTheSession()
    {
        TimelineSegment[] segments =
        [
            Segment(-1, 1, away: true),
            Segment(1.001, 2, away: true),
            Segment(2, 3, away: false),
            Segment(3, 4, away: true),
            Segment(4.01, 5, away: true),
            Segment(9.5, 11, away: true),
        ];
        Assert.Equal(
            [new AwaySpan(At(0), At(2)), new(At(3), At(4)), new(At(4.01), At(5)), new(At(9.5), At(10))],
            AwayFootage.Of(segments, At(0), At(10))
        );
        Assert.Empty(AwayFootage.Of(segments, At(2), At(3)));
    }

    private static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);

    private static TimelineSegment Segment(double from, double to, bool away) =>
        new(1, At(from), At(to), 1000, new string('0', 64), false, away);
}
