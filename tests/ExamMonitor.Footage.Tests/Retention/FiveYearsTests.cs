using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class FiveYearsTests
{
    /// <summary>Two cameras over ten months; <c>exam-monitor-benchmarks retention-years</c> runs sixteen over five years.</summary>
    [Fact]
    public void Years_OfExamsChangesAndHolds_EndWithWhatThePlainLawKeeps()
    {
        using var world = new RetentionWorld();
        world.Open();
        var outcome = FiveYears.Run(world, cameras: 2, days: 300, perDay: 6, seed: 7);
        Assert.Null(outcome.Problem);
        Assert.True(outcome is { Destroyed: > 1000, Held: > 100 }, outcome.ToString());
    }
}
