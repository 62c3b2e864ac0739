using ExamMonitor.Contracts.Api;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Api;

public sealed class HeldRangeTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_SegmentsThatMeet_IsWhole()
    {
        var range = Of((-20, 300), (300.05, 640));
        Assert.True(range.IsWhole);
        Assert.Equal((Nine, Nine.AddSeconds(600)), (range.Start, range.End));
    }

    [Fact]
    public void Of_HolesInAnyOrder_AreCountedOnceEach()
    {
        var range = Of((230, 580), (15, 100), (100.4, 200), (50, 90), (150, 150));
        Assert.Equal([(100, 100.4), (200, 230)], range.Holes.Select(h => ((h.Start - Nine).TotalSeconds, (h.End - Nine).TotalSeconds)));
        Assert.Equal((15, 20, false), (range.BeginsLate.TotalSeconds, range.EndsEarly.TotalSeconds, range.IsWhole));
    }

    [Fact]
    public void Of_NothingOrPiecesWithoutLength_IsNotWhole()
    {
        Assert.Null(Of((-10, 0), (600, 700)).Start);
        Assert.False(Of().IsWhole);
        Assert.Null(Of((10, 10)).End);
    }

    private static HeldRange Of(params (double From, double To)[] held) =>
        HeldRange.Of(held.Select(h => (Nine.AddSeconds(h.From), Nine.AddSeconds(h.To))), Nine, Nine.AddSeconds(600));
}
