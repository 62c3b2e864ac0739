using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class StandstillSearchTests
{
    private const int Begins = 60;
    private const int Length = 14;

    [Fact]
    public void Loop_ThatRepeatsTheRecordingMoreThanItsLastTurn_IsReplayedThroughTheTurns()
    {
        var search = new StandstillSearch(new(), 640, 360);
        for (var second = 0; second < Begins; second++)
            Assert.Equal(Standstill.None, Take(search, second, second, 0));
        // Seconds 8 to 21 again and again: 52, then 66 and 14, then 80, 28 and 14 pictures ago.
        for (var second = Begins; second < Begins + 60; second++)
        {
            var said = Take(search, second, 8 + ((second - Begins) % Length), 1 + ((second - Begins) / Length));
            if (second >= Begins + 4)
                Assert.True(said == Standstill.Replayed, $"second {second}: {said}");
        }
    }

    /// <summary>Nine of a hundred blocks come out of the encoder as the recording has them, a few others in each turn.</summary>
    private static Standstill Take(StandstillSearch search, int second, int shown, int turn)
    {
        var measures = new FrameMeasures(640, 360, 0);
        for (var k = 0; k < measures.Hashes.Length; k++)
        {
            var kept = turn == 0 || (k * 37 % 100 is var place && place >= turn && place < turn + 9);
            measures.Hashes[k] = (ushort)(1 + (Hash(k, kept ? shown : 1000 + second) % 65535));
        }

        return search.Take(measures.Hashes, measures.Means, DateTimeOffset.UnixEpoch.AddSeconds(second));
    }

    private static uint Hash(int block, int second)
    {
        var h = ((uint)block * 0x9E3779B1u) ^ ((uint)second * 0x85EBCA77u);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        return (h ^ (h >> 12)) * 0x297A2D39u >> 8;
    }
}
