using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>The process dies before and after every operation on disk and index; the power goes with it, or not.</summary>
public sealed class CrashMatrixTests
{
    private static readonly TimeSpan LongestFragment = TimeSpan.FromSeconds(1.1);

    [Fact]
    public async Task Script_WithoutFaults_HoldsEverything()
    {
        using var script = await Script.NewAsync();
        script.Play();
        Invariants.Hold(script, "without faults");
        Assert.Equal(script.Handed.Sum(h => (h.End - h.Start).TotalSeconds), Invariants.Held(script).TotalSeconds, 0.05);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ProcessKilled_AtEveryStep_LosesAtMostTheFragmentInFlight(bool after)
    {
        var steps = await Script.CountStepsAsync();
        Assert.InRange(steps, 60, 1000);
        for (var step = 0; step < steps; step++)
        {
            using var script = await Script.NewAsync();
            script.DieAt(step, after);
            script.Restart(script.Volume.AfterKill());
            var handed = script.Handed.Sum(h => (h.End - h.Start).TotalSeconds);
            script.PlayAgain();
            Invariants.Hold(script, $"killed {(after ? "after" : "before")} step {step}");
            var kept = Invariants.Held(script).TotalSeconds - 2;
            Assert.True(kept >= handed - 0.3, $"killed at step {step}: {handed} s handed over, {kept} s kept");
            ClaimsNoMore(kept, handed, $"killed at step {step}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PowerCut_AtEveryStep_LosesAtMostTheFlushIntervalAndTheFragmentInFlight(bool after)
    {
        var steps = await Script.CountStepsAsync();
        for (var step = 0; step < steps; step++)
        {
            using var script = await Script.NewAsync();
            script.DieAt(step, after);
            script.Restart(script.Volume.AfterPowerCut(step));
            var handed = script.Handed.Sum(h => (h.End - h.Start).TotalSeconds);
            script.PlayAgain();
            Invariants.Hold(script, $"power cut {(after ? "after" : "before")} step {step}");
            var kept = Invariants.Held(script).TotalSeconds - 2;
            Assert.True(
                kept >= handed - (Script.FlushInterval + LongestFragment).TotalSeconds - 0.3,
                $"power cut at step {step}: {handed} s handed over, {kept} s kept"
            );
            ClaimsNoMore(kept, handed, $"power cut at step {step}");
        }
    }

    /// <summary>Pauses inside a shared file are no footage, also when the process died before it had noted their end.</summary>
    private static void ClaimsNoMore(double kept, double handed, string when) =>
        Assert.True(kept <= handed + LongestFragment.TotalSeconds + 0.3, $"{when}: {handed} s handed over, {kept} s claimed");
}
