using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;
using ExamMonitor.Recording.Writing;
using Xunit;

namespace ExamMonitor.Footage.Tests.Writing;

public sealed class WallLineTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private static Placement Put(WallLine line, double mediaStart, double seconds, double arrival) =>
        line.Place(new Pts90k((long)Math.Round(mediaStart * 90_000)), (long)Math.Round(seconds * 90_000), T0.AddSeconds(arrival));

    private static double At(long ticks) => (new DateTimeOffset(ticks, TimeSpan.Zero) - T0).TotalSeconds;

    [Fact]
    public void FirstFragment_EndsWhenItArrives()
    {
        var place = Put(new(), 7, 2, 10);
        Assert.Equal((8.0, 10.0), (At(place.Start), At(place.End)));
    }

    [Fact]
    public void Jitter_OfArrivals_MovesNothing()
    {
        var line = new WallLine();
        Put(line, 0, 1, 1);
        var random = new Random(5);
        for (var i = 1; i < 600; i++)
        {
            var place = Put(line, i, 1, i + 1 + (i % 10 == 0 ? 0 : random.NextDouble() * 0.4));
            Assert.Null(place.Break);
            Assert.Equal(0, place.Hole);
            Assert.Equal(i + 1, At(place.End), 0.05);
        }
    }

    [Fact]
    public void ProbeDelay_OfTheFirstFragments_IsTakenBack()
    {
        // Three fragments of one second come in one burst, 3 s after the first picture was taken; then one each second.
        var line = new WallLine();
        Assert.Equal(2.3, At(Put(line, 0, 1, 3.3).Start), 0.001);
        var shift = 0.0;
        for (var i = 1; i < 10; i++)
            shift += Put(line, i, 1, Math.Max(3.3, i + 1.1)).Shift / (double)TimeSpan.TicksPerSecond;
        Assert.Equal(-2.2, shift, 0.001);
        Assert.Equal(10.1, At(line.End), 0.001);
    }

    [Fact]
    public void Drift_OfTheCameraClock_IsSlewedAtMost500Ppm()
    {
        var line = new WallLine();
        var before = 0.0;
        for (var i = 0; i < 3600; i++)
        {
            var place = Put(line, i, 1, (i + 1) * 1.0002);
            Assert.Null(place.Break);
            if (i > 0)
                Assert.InRange(At(place.End) - before, 1 - 0.00051, 1 + 0.00051);
            before = At(place.End);
        }

        Assert.Equal(3600 * 1.0002, before, 0.1);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.25)]
    [InlineData(4)]
    public void MediaClock_OfTheWrongRate_IsNotBelieved(double rate)
    {
        // Declared 25 frames per second, delivered 25 × rate: media time runs at `rate` seconds a second.
        var line = new WallLine();
        for (var i = 0; i < 600; i++)
        {
            var place = Put(line, i * rate, rate, i + 1);
            Assert.Null(place.Break);
            Assert.Equal(0, place.Hole);
        }

        Assert.Equal(600, At(line.End), rate < 1 ? 3 : 0.6);
    }

    [Fact]
    public void MediaAndArrival_JumpTogether_IsAHole()
    {
        var line = new WallLine();
        for (var i = 0; i < 60; i++)
            Put(line, i, 1, i + 1);
        var place = Put(line, 72, 1, 73);
        Assert.Null(place.Break);
        Assert.Equal(12 * TimeSpan.TicksPerSecond, place.Hole);
        Assert.Equal(72, At(place.Start), 0.001);
    }

    [Theory]
    [InlineData(3660.0, 61.0, GapCause.CameraClock)] // Media jumps an hour, arrival does not.
    [InlineData(10.0, 61.0, GapCause.CameraClock)] // Media jumps back.
    [InlineData(60.0, -3539.0, GapCause.Clock)] // The clock was set back an hour.
    public void Jump_ThatIsNotBoth_BreaksTheLine(double media, double arrival, GapCause cause)
    {
        var line = new WallLine();
        for (var i = 0; i < 60; i++)
            Put(line, i, 1, i + 1);
        Assert.Equal(cause, Put(line, media, 1, arrival).Break);
    }

    [Fact]
    public void Stall_ThatTheMediaDoesNotShow_BreaksTheLineOnceItIsSure()
    {
        var line = new WallLine();
        for (var i = 0; i < 60; i++)
            Put(line, i, 1, i + 1);
        var breaks = 0;
        for (var i = 60; i < 80; i++)
        {
            if (Put(line, i, 1, i + 9).Break is not { } cause)
                continue;
            Assert.Equal(GapCause.Unknown, cause);
            breaks++;
            break;
        }

        Assert.Equal(1, breaks);
    }

    [Fact]
    public void Stall_ThatTheNetworkMakesUpFor_IsNoGap()
    {
        // Nothing for 8 s, then everything at once: no picture is missing.
        var line = new WallLine();
        for (var i = 0; i < 60; i++)
            Put(line, i, 1, i + 1);
        for (var i = 60; i < 68; i++)
            Assert.Null(Put(line, i, 1, 68.5).Break);
        for (var i = 68; i < 120; i++)
        {
            var place = Put(line, i, 1, i + 1);
            Assert.Null(place.Break);
            Assert.Equal(i, At(place.Start), 0.05);
        }
    }

    [Fact]
    public void Clip_ReplayedTenTimesTooFast_ClaimsNoTimeThatNeverWas()
    {
        var line = new WallLine();
        var first = At(Put(line, 0, 1, 0.1).Start);
        var shift = 0L;
        for (var i = 1; i < 1000; i++)
            shift += Put(line, i, 1, (i + 1) * 0.1).Shift;
        Assert.Equal(100, At(line.End), 1.1);
        Assert.InRange(shift / (double)TimeSpan.TicksPerSecond, -10, 0);
        Assert.Equal(-0.9, first, 0.001);
    }
}
