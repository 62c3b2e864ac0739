using ExamMonitor.Evidence.Volumes;
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
                if (number < from || number >= from + operations)
                    return;
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

        if (operations == 1)
            Assert.InRange(fatal, 1, steps);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    public async Task DiskFull_FromEveryWriteOrFlushOn_KeepsWhatWasWholeAndGoesOnWhenThereIsRoom(string full)
    {
        var steps = await CountAsync(full);
        Assert.InRange(steps, 20, 200);
        // The first one makes volume.json: when it fails, opening fails.
        for (var step = 1; step < steps; step++)
        {
            using var script = await Script.NewAsync();
            var (from, seen, whole) = (step, 0, -1);
            script.Volume.Before = (_, operation, _) =>
            {
                if (operation != full || seen++ < from)
                    return;
                if (whole < 0)
                    whole = script.Handed.Count;
                throw new IOException("No space left on device");
            };
            script.Play();
            script.Volume.Before = null;
            // What was not flushed is what a power cut shows.
            script.Restart(full == "flush" ? script.Volume.AfterPowerCut(step) : script.Volume.AfterKill());
            script.PlayAgain();
            Invariants.Hold(script, $"no {full} succeeds from number {step} on");
            // A write that fails costs what comes from there; a flush that fails costs its segment, of at most 15 s.
            var kept = Invariants.Held(script).TotalSeconds - 2;
            Assert.True(
                kept >= whole - (full == "write" ? 1 : 15) - 0.3,
                $"no {full} from number {step} on: {whole} s were whole, {kept} s kept"
            );
            Assert.True(
                whole >= 24 || Invariants.Gaps(script).Exists(g => g.Cause == Contracts.Messages.GapCause.Disk),
                $"no {full} from number {step} on: no gap says so"
            );
        }
    }

    [Fact]
    public async Task Index_FailsForAWhile_RecordingGoesOnAndTheRowsFollow()
    {
        for (var failing = 1; failing < 24; failing += 3)
        {
            using var script = await Script.NewAsync();
            var writes = 0;
            var first = failing;
            script.WithIndex = index =>
                index.BeforeWrite = () =>
                {
                    if (++writes > first && writes < first + 9)
                        throw new FootageException("write the index", "disk", "full");
                };
            script.Play();
            script.WithIndex = null;
            script.PlayAgain();
            Invariants.Hold(script, $"the index failed from write {failing}");
            Assert.Equal(26, Invariants.Held(script).TotalSeconds, 0.3);
        }
    }

    [Fact]
    public async Task IndexFile_ThatCannotGrow_RecordingGoesOnAndTheRowsFollow()
    {
        using var script = await Script.NewAsync();
        var archive = script.Open();
        try
        {
            using var journal = Script.Journal(archive);
            // SQLite's own failure, in the middle of a transaction.
            archive.Context.Index.Write(t => _ = t.Sql("PRAGMA max_page_count = 1").ExecuteScalar());
            Assert.Throws<FootageException>(() =>
                archive.Context.Index.Write(t =>
                {
                    for (var i = 0; i < 1000; i++)
                        t.AddGarbage($"filler {i} {new string('x', 200)}", null, "filler", 0);
                })
            );
            script.StartRun(journal);
            script.Feed(journal, 0, 20);
            Assert.Contains(script.Volume.AllFiles(), f => f.EndsWith(".mp4", StringComparison.Ordinal));
            archive.Context.Index.Write(t => _ = t.Sql("PRAGMA max_page_count = 100000").ExecuteScalar());
            script.Feed(journal, 20, 24);
            journal.Close(Contracts.Messages.GapCause.Agent, null, script.Time.GetUtcNow());
        }
        finally
        {
            archive.Context.Index.Dispose();
        }

        script.PlayAgain();
        Invariants.Hold(script, "the index file could not grow");
        Assert.Equal(26, Invariants.Held(script).TotalSeconds, 0.3);
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

    private static async Task<int> CountAsync(string? operation = null)
    {
        using var script = await Script.NewAsync();
        var count = 0;
        script.Volume.Before = (_, done, _) => count += operation is null || operation == done ? 1 : 0;
        script.Play();
        return count;
    }
}
