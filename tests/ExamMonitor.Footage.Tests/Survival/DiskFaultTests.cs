using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>Every operation on the disk fails once, or from there on for a while.</summary>
public sealed class DiskFaultTests
{
    [Theory]
    [InlineData(1, 0.0, false)]
    [InlineData(1, 0.5, false)]
    [InlineData(1, 1.0, true)]
    [InlineData(7, 0.3, false)]
    public async Task OperationFails_AtEveryStep_ArchiveStaysTrue(int operations, double partialWrite, bool powerCut)
    {
        var steps = await CountAsync();
        var fatal = 0;
        for (var step = Opening; step < steps; step++)
        {
            using var script = await Script.NewAsync();
            var from = step;
            script.Volume.PartialWrite = partialWrite;
            string? failed = null;
            script.Volume.Before = (number, operation, path) =>
            {
                if (number < from || number >= from + operations) return;
                failed ??= $"{operation} {path}";
                throw new IOException("No space left on device");
            };
            try
            {
                script.Play();
            }
            catch (FootageFatalException)
            {
                fatal++;
                Assert.Contains("flush-folder", failed, StringComparison.Ordinal);
            }

            script.Volume.Before = null;
            script.Restart(powerCut ? script.Volume.AfterPowerCut(step) : script.Volume.AfterKill());
            script.PlayAgain();
            Invariants.Hold(script, $"{failed} failed at step {step}");
            // One failure costs at most a segment's time and the second before the next attempt.
            var kept = Invariants.Held(script).TotalSeconds - 2;
            Assert.True(kept >= 24 - 17.5 || script.Handed.Count < 24, $"{failed} failed at step {step}: {kept} s kept");
        }

        if (operations == 1) Assert.InRange(fatal, 1, steps);
    }

    [Fact]
    public async Task Index_FailsForAWhile_RecordingGoesOnAndTheRowsFollow()
    {
        for (var failing = 1; failing < 24; failing += 3)
        {
            using var script = await Script.NewAsync();
            var writes = 0;
            var first = failing;
            script.WithIndex = index => index.BeforeWrite = () =>
            {
                if (++writes > first && writes < first + 9) throw new FootageException("write the index", "disk", "full");
            };
            script.Play();
            script.WithIndex = null;
            script.PlayAgain();
            Invariants.Hold(script, $"the index failed from write {failing}");
            Assert.Equal(26, Invariants.Held(script).TotalSeconds, 0.3);
        }
    }

    [Fact]
    public async Task Ledger_FailsForAWhile_EntriesFollowInOrder()
    {
        using var script = await Script.NewAsync();
        var calls = 0;
        script.Ledger.Fail = _ => ++calls is > 1 and < 5 ? new IOException("ledger disk") : null;
        script.Play();
        script.PlayAgain();
        Invariants.Hold(script, "the ledger failed");
    }

    /// <summary>Operations that make <c>volume.json</c>: when they fail, opening fails, and says so.</summary>
    private const int Opening = 6;

    private static async Task<int> CountAsync()
    {
        using var script = await Script.NewAsync();
        script.Play();
        return script.Volume.Operations;
    }
}
