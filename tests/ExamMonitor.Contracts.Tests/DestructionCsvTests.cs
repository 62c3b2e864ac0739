using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using Xunit;

namespace ExamMonitor.Contracts.Tests;

public sealed class DestructionCsvTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 1, 2, 3, TimeSpan.Zero);

    [Fact]
    public void Row_OfAWholeEntry_FillsEveryColumnOfTheHeader()
    {
        var row = DestructionCsv.Row(Entry("li") with { Code = "window-ended", Path = "R7/C1/a.mp4", Segment = 5, Place = 6, Leaf = 7 });
        Assert.Equal(
            "42,2026-03-02T01:02:03.000Z,R7,C1,5,6,7,R7/C1/a.mp4,2026-03-02T01:02:03.000Z,2026-03-02T01:02:03.000Z,9,cc,exam,window-ended,rule,over,届满,li\r\n",
            row
        );
        Assert.Equal(DestructionCsv.Header.Split(',').Length, row.Split(',').Length);
    }

    [Fact]
    public void Row_WithAFormulaAndQuotes_QuotesAndDisarms() =>
        Assert.EndsWith(",\"'=cmd,\"\"x\"\"\"\r\n", DestructionCsv.Row(Entry("=cmd,\"x\"")), StringComparison.Ordinal);

    /// <summary>An agent of before says less: its cells stay empty, and no column moves.</summary>
    [Fact]
    public void Row_OfAnEntryThatSaysLess_KeepsItsColumns() =>
        Assert.Equal(DestructionCsv.Header.Split(',').Length, DestructionCsv.Row(Entry("li")).Split(',').Length);

    private static DestructionEntry Entry(string by) =>
        new(42, At, RoomId.Of("R7"), CameraId.Of("C1"), At, At, 9, "cc", FootageClass.Exam, "rule", new LocalText("over", "届满"), by);
}
