using ExamMonitor.Coverage.Judging;
using ExamMonitor.Coverage.Vision;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Judging;

public sealed class LightMeasureTests
{
    private static readonly CoverageOptions s_options = new();

    [Fact]
    public void UsualNoise_OfAStreamThatIsCleanerThanItsReference_IsTheStreamsOwn()
    {
        // A reference that was never encoded has noise of 1.6, the encoder leaves 1.0 of it.
        var usual = new UsualNoise(s_options);
        Assert.Equal(1.6, usual.Take(Scores(1.6, 1.0, 0)), 6);
        for (var i = 1; i < UsualNoise.Known; i++)
            usual.Take(Scores(1.6, 1.0, 0));
        Assert.Equal(1.0, usual.Take(Scores(1.6, 2.1, Math.Log(0.5))), 6);
    }

    [Fact]
    public void UsualNoise_AfterTheReferenceOfTheHourChanged_BeginsAnew()
    {
        var usual = new UsualNoise(s_options);
        for (var i = 0; i < 2 * UsualNoise.Known; i++)
            usual.Take(Scores(1.6, 1.0, 0));
        Assert.Equal(2.4, usual.Take(Scores(2.4, 2.0, -1)), 6);
    }

    [Fact]
    public void UsualNoise_InALightThatIsNotTheCommissionedOne_LearnsNothing()
    {
        var usual = new UsualNoise(s_options);
        for (var i = 0; i < 100; i++)
            Assert.Equal(1.6, usual.Take(Scores(1.6, 0.5, Math.Log(0.7))), 6);
    }

    [Theory]
    [InlineData(8, 0.5)]
    [InlineData(BestLight.LeastStations - 1, 0.1)]
    public void BestLight_OfWorktopsOfWhichAFifthKeptTheirLamps_IsTheirs(int stations, double expected)
    {
        var measures = new FrameMeasures(640, 360, stations);
        for (var i = 0; i < stations; i++)
            foreach (ref var cell in measures.Cells(i))
                cell = new()
                {
                    Pixels = 100,
                    Edges = 20,
                    Agreement = 1,
                    Ratio = i < 2 ? 0.5f : -0.4f,
                };
        Assert.Equal(expected, BestLight.Of(measures, Scores(1, 1, 0) with { BestLight = 0.1 }, s_options), 3);
    }

    [Fact]
    public void BestLight_OfAWorktopThatIsHidden_IsLeftOut()
    {
        var measures = new FrameMeasures(640, 360, 8);
        for (var i = 0; i < 8; i++)
            foreach (ref var cell in measures.Cells(i))
                cell = new()
                {
                    Pixels = 100,
                    Edges = 20,
                    Agreement = i < 2 ? 0.1f : 1,
                    Ratio = i < 2 ? 0.5f : -0.4f,
                };
        Assert.Equal(-0.1, BestLight.Of(measures, Scores(1, 1, 0) with { BestLight = -0.1 }, s_options), 3);
    }

    private static ViewScores Scores(double reference, double noise, double light) =>
        new()
        {
            RefNoise = reference,
            Noise = noise,
            Light = light,
        };
}
