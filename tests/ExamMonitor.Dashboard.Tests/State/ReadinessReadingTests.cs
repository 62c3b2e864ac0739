using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Tests.Fixtures;

namespace ExamMonitor.Dashboard.Tests.State;

public sealed class ReadinessReadingTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_FreshYes_IsYesUntilItLapses()
    {
        var reading = ReadinessReading.Of(DemoFloor.Ready(At, 1, ready: true), At, Silence.None, At.AddHours(24));
        Assert.Equal((Mark.Yes, ReadinessDoubt.None, At.AddHours(25)), (reading.Ready, reading.Doubt, reading.LapsesAt));
        Assert.Equal(ReadinessDoubt.Old, ReadinessReading.Of(DemoFloor.Ready(At, 1, ready: true), At, Silence.None, At.AddHours(25)).Doubt);
    }

    [Fact]
    public void Of_YesThatItsChecksContradict_IsNo()
    {
        var words = DemoFloor.Ready(At, 1, ready: false) with { Ready = true };
        var reading = ReadinessReading.Of(words, At, Silence.None, At);
        Assert.Equal(Mark.No, reading.Ready);
        Assert.Equal(["stations-covered", "audio"], reading.Missing.Select(c => c.Id));
    }

    [Theory]
    [InlineData(Silence.AgentOffline)]
    [InlineData(Silence.BrokerGone)]
    public void Of_AgentThatCannotBeHeard_IsUnknown(Silence silence) =>
        Assert.Equal(
            (Mark.Unknown, ReadinessDoubt.AgentSilent),
            Of(ReadinessReading.Of(DemoFloor.Ready(At, 1, ready: true), At, silence, At))
        );

    [Fact]
    public void Of_SessionThatIsOver_IsUnknown() =>
        Assert.Equal(
            (Mark.Unknown, ReadinessDoubt.SessionOver),
            Of(ReadinessReading.Of(DemoFloor.Ready(At, 1, ready: true, inDays: 0), At, Silence.None, At.AddHours(2)))
        );

    [Fact]
    public void Of_YesWithoutARequiredCheck_IsUnknown()
    {
        var words = DemoFloor.Ready(At, 1, ready: true);
        Assert.Equal(
            (Mark.Unknown, ReadinessDoubt.NothingChecked),
            Of(ReadinessReading.Of(words with { Checks = [] }, At, Silence.None, At))
        );
        Assert.Equal(
            (Mark.Unknown, ReadinessDoubt.NothingChecked),
            Of(ReadinessReading.Of(words with { Checks = [.. words.Checks.Where(c => !c.Required)] }, At, Silence.None, At))
        );
    }

    private static (Mark, ReadinessDoubt) Of(ReadinessReading reading) => (reading.Ready, reading.Doubt);
}
