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
        var steps = await CountStepsAsync();
        Assert.InRange(steps, 60, 1000);
        for (var step = 0; step < steps; step++)
        {
            using var script = await Script.NewAsync();
            DieAt(script, step, after);
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
        var steps = await CountStepsAsync();
        for (var step = 0; step < steps; step++)
        {
            using var script = await Script.NewAsync();
            DieAt(script, step, after);
            script.Restart(script.Volume.AfterPowerCut(step));
            var handed = script.Handed.Sum(h => (h.End - h.Start).TotalSeconds);
            script.PlayAgain();
            Invariants.Hold(script, $"power cut {(after ? "after" : "before")} step {step}");
            var kept = Invariants.Held(script).TotalSeconds - 2;
            Assert.True(kept >= handed - (Script.FlushInterval + LongestFragment).TotalSeconds - 0.3, $"power cut at step {step}: {handed} s handed over, {kept} s kept");
            ClaimsNoMore(kept, handed, $"power cut at step {step}");
        }
    }

    /// <summary>Pauses inside a shared file are no footage, also when the process died before it had noted their end.</summary>
    private static void ClaimsNoMore(double kept, double handed, string when) =>
        Assert.True(kept <= handed + LongestFragment.TotalSeconds + 0.3, $"{when}: {handed} s handed over, {kept} s claimed");

    private static async Task<int> CountStepsAsync()
    {
        using var script = await Script.NewAsync();
        var steps = 0;
        script.WithIndex = index => index.BeforeWrite = () => steps++;
        script.Volume.Before = (_, _, _) => steps++;
        script.Play();
        return steps;
    }

    private static void DieAt(Script script, int step, bool after)
    {
        var count = 0;
        void Tick()
        {
            if (script.Volume.Dead || count++ == step)
            {
                script.Volume.Dead = true;
                throw new ProcessDeathException();
            }
        }

        // A step of the index has no "after": the next step's "before" is the same moment.
        script.WithIndex = index => index.BeforeWrite = Tick;
        if (after) script.Volume.After = (_, _, _) => Tick();
        else script.Volume.Before = (_, _, _) => Tick();
        try
        {
            script.Play();
        }
        catch (ProcessDeathException)
        {
            // As ordered.
        }

        script.WithIndex = null;
    }
}
