using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class RestingCellsTests
{
    private const int Across = 24;
    private const int CellColumns = 4;

    [Fact]
    public void Cabinet_BeforeWhichSomeoneWorks_HidesTheStationAfter45Seconds()
    {
        var resting = new RestingCells(45);
        // A candidate works before the left two of six columns.
        var shares = Enumerable.Range(0, 60).Select(s => resting.Take(Patch(column => column < 2 ? s : 0), Hidden(), 1, 1)).ToArray();
        Assert.All(shares[..44], share => Assert.Equal(1, share));
        // Columns 4 to 6 remain; the third adjoins what moves.
        Assert.Equal(0.5, shares[50], 3);
    }

    [Fact]
    public void PlainCoat_OfSomeoneWhoSways_HidesNothingForGood()
    {
        var resting = new RestingCells(45);
        // Its edges move in columns 2 and 4; the middle between them does not change. Columns 1, 5 and 6 are free.
        for (var s = 0; s < 120; s++)
            Assert.True(
                resting.Take(Patch(column => column is 1 or 3 ? s / 3 : 0), Hidden(column => column is >= 1 and <= 3), 1, 1) > 0.99,
                $"second {s}"
            );
    }

    [Fact]
    public void Cabinet_ThatSomeonePasses_StillCounts()
    {
        var resting = new RestingCells(45);
        var share = 1.0;
        for (var s = 0; s < 80; s++)
            share = resting.Take(Patch(_ => s % 25 < 2 ? 100 + s : 0), Hidden(), 1, 1);
        Assert.Equal(0, share, 3);
    }

    [Fact]
    public void Station_SeenAgain_CountsAnew()
    {
        var resting = new RestingCells(45);
        for (var s = 0; s < 60; s++)
            resting.Take(Patch(_ => 0), Hidden(), 1, 1);
        resting.Forget();
        Assert.Equal(1, resting.Take(Patch(_ => 0), Hidden(), 1, 1), 3);
    }

    /// <summary>A patch that looks like another one for each state of a column.</summary>
    private static byte[] Patch(Func<int, int> state)
    {
        var patch = new byte[FrameMeasures.PatchLength];
        for (var i = 0; i < patch.Length; i++)
            patch[i] = (byte)(60 + (((i * 7919) + (state(i % Across / CellColumns) * 104729 * (i + 1))) % 120));
        return patch;
    }

    private static CellMeasure[] Hidden(Func<int, bool>? column = null) =>
        [
            .. Enumerable
                .Range(0, FrameMeasures.CellsPerStation)
                .Select(i => new CellMeasure
                {
                    Pixels = 100,
                    Edges = 20,
                    Agreement = column?.Invoke(i % 6) == false ? 1 : 0.1f,
                }),
        ];
}
