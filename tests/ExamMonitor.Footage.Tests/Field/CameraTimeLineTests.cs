using Xunit;

namespace ExamMonitor.Footage.Tests.Field;

public sealed class CameraTimeLineTests
{
    /// <summary>A command of the benchmarks runs 500.</summary>
    private const int Count = 40;

    [Fact]
    public async Task TimeLines_OfOddCameras_AreKeptAsTheyWere() => Assert.Empty(await FieldRun.RunAsync(FieldRun.Sample(Count)));

    [Theory]
    [InlineData(FieldKind.ReportStep, -30)]
    [InlineData(FieldKind.ReportStep, 30)]
    [InlineData(FieldKind.TimeStep, -30)]
    [InlineData(FieldKind.TimeStep, 30)]
    [InlineData(FieldKind.TimeStep, -1.5)]
    [InlineData(FieldKind.TimeStep, 1.5)]
    [InlineData(FieldKind.TimeStands, 8)]
    [InlineData(FieldKind.OtherRate, 0.8)]
    [InlineData(FieldKind.OtherRate, 0.5)]
    [InlineData(FieldKind.OtherRate, 2)]
    [InlineData(FieldKind.OtherRate, 1.25)]
    [InlineData(FieldKind.PauseTold, 7)]
    [InlineData(FieldKind.PauseUntold, 7)]
    [InlineData(FieldKind.Delay, 6)]
    [InlineData(FieldKind.Loss, 5)]
    [InlineData(FieldKind.NoKeyFrame, 8)]
    [InlineData(FieldKind.Reconnect, 7)]
    [InlineData(FieldKind.OtherSize, 2)]
    public async Task TimeLine_WithOneEvent_IsKeptAsItWas(FieldKind kind, double value) =>
        Assert.Empty(await FieldRun.RunAsync([new(25, 25, 0xFFFF_0000u, 40, 0.005, true, [new(kind, 13.3, value)])]));

    [Fact]
    public async Task TimeLine_WithRareKeyFramesAndAnotherRate_IsKeptAsItWas() =>
        Assert.Empty(
            await FieldRun.RunAsync([
                new(
                    25,
                    250,
                    0,
                    80,
                    0.005,
                    true,
                    [new(FieldKind.OtherRate, 12.96, 0.5), new(FieldKind.PauseTold, 32.1, 1.6), new(FieldKind.NoKeyFrame, 52.72, 8)]
                ),
            ])
        );
}
