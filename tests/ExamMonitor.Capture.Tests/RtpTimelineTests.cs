using ExamMonitor.Capture.Rtsp;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Where packets lie whose time stamps are odd: never far from their arrival.</summary>
public sealed class RtpTimelineTests
{
    private const int Rate = 8000;
    private const int Samples = 160;

    [Fact]
    public void Place_SoundWhosePacketsAreStampedTooEarlyNowAndThen_StaysWithItsArrival()
    {
        var (timeline, random, worst) = (new RtpTimeline(Rate, isPicture: false), new Random(7), 0.0);
        for (var i = 0; i < 3000; i++)
        {
            var early = random.Next(5) == 0 ? random.Next(Rate / 2) : 0;
            var placed = timeline.Place((uint)(50_000 + (i * Samples) - early), false, i * 20 * TimeSpan.TicksPerMillisecond);
            Assert.Null(placed.StepSeconds);
            worst = Math.Max(worst, Math.Abs(((double)placed.Media / Rate) - (i * 0.02)));
        }

        // As far as the very first stamp may be off.
        Assert.InRange(worst, 0, 0.3);
    }

    [Theory]
    [InlineData(-0.6)]
    [InlineData(-30)]
    [InlineData(30)]
    public void Place_SoundWhoseClockSteps_GoesOnWithItsArrival(double step)
    {
        var timeline = new RtpTimeline(Rate, isPicture: false);
        var (steps, worst) = (0, 0.0);
        for (var i = 0; i < 3000; i++)
        {
            var time = unchecked((uint)(500_000 + (i * Samples) + (i >= 1000 ? (int)(step * Rate) : 0)));
            var placed = timeline.Place(time, false, i * 20 * TimeSpan.TicksPerMillisecond);
            if (placed.StepSeconds is not null)
                steps++;
            worst = Math.Max(worst, Math.Abs(((double)placed.Media / Rate) - (i * 0.02)));
        }

        Assert.Equal(1, steps);
        Assert.InRange(worst, 0, 0.2);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(1.25)]
    [InlineData(2)]
    public void Place_PictureWhoseClockRunsAtAnotherRateForAWhile_StaysWithinASecondOfItsArrival(double rate)
    {
        var (timeline, random, time, worst) = (new RtpTimeline(90_000, isPicture: true), new Random(7), 1e6, 0.0);
        for (var i = 0; i < 25 * 40; i++)
        {
            var at = (i * 0.04) + (random.NextDouble() * 0.005);
            var placed = timeline.Place((uint)time, true, (long)(at * TimeSpan.TicksPerSecond));
            worst = Math.Max(worst, Math.Abs(((double)placed.Media / 90_000) - at));
            time += 3600 * (i is > 250 and < 450 ? rate : 1);
        }

        Assert.InRange(worst, 0, 1);
    }
}
