using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>A sweep dies before and after each of its steps, with and without the power, and is resumed.</summary>
public sealed class SweepCrashTests
{
    private static readonly CameraId Camera = CameraId.Of("C1");

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Sweep_KilledAtEveryStepAndResumed_EndsAsIfItHadNotBeen(bool after, bool power)
    {
        var steps = CountSteps();
        Assert.InRange(steps, 20, 400);
        for (var step = 0; step < steps; step++)
            KillAndResume(step, after, power);
    }

    internal static void KillAndResume(int step, bool after, bool power)
    {
        using var world = Prepare();
        var expected = Expected(world);
        world.DieAt(step, after);
        world.Volume = power ? world.Simulated.AfterPowerCut(step) : world.Simulated.AfterKill();
        if (power)
            world.Ledger.LosePower();
        world.Time.Advance(TimeSpan.FromMinutes(1));
        world.Open();
        world.Sweep();
        Check(world, expected, $"step {step}, {(after ? "after" : "before")}, {(power ? "power cut" : "killed")}");
        // And once more: nothing is left to do.
        Assert.Equal(0, world.Sweep(full: true).Destroyed);
    }

    private static int CountSteps()
    {
        using var world = Prepare();
        return world.CountSteps(() => Assert.Equal(5, world.Sweep().Destroyed));
    }

    /// <summary>
    /// Two cameras' days: an exam whose window ended, one within it, idle footage old and new, and a hold over an expired segment.
    /// </summary>
    private static RetentionWorld Prepare()
    {
        var world = new RetentionWorld();
        world.Open();
        var day = RetentionWorld.Start;
        world.Retention!.RememberSessions([RetentionWorld.Session("S1", day.AddHours(9), 1)], "test");
        foreach (var hour in new[] { 1, 9, 10, 20 })
            world.Record(Camera, day.AddHours(hour), TimeSpan.FromMinutes(1));
        world.Record(CameraId.Of("C2"), day.AddHours(1), TimeSpan.FromMinutes(1));
        world.Record(CameraId.Of("C2"), day.AddHours(9).AddMinutes(30), TimeSpan.FromMinutes(1));
        world.Retention.PlaceHold(
            new([new(null, CameraId.Of("C2"), null, null, day.AddHours(9), day.AddHours(10))], "dispute", "Li", null)
        );
        world.Pass(TimeSpan.FromDays(200));
        world.Retention.RememberSessions([RetentionWorld.Session("S2", day.AddDays(190), 1)], "test");
        world.Record(Camera, day.AddDays(190), TimeSpan.FromMinutes(1));
        world.Record(Camera, day.AddDays(199), TimeSpan.FromMinutes(1));
        return world;
    }

    private static List<string> Expected(RetentionWorld world)
    {
        var now = world.Retention!.Now().AgesTo!.Value;
        var facts = world.Retention.Facts;
        return
        [
            .. world
                .Held()
                .Where(s => NaiveLaw.MustKeep(FootageRetention.CandidateOf(s), facts, now) || now - s.EndUtc < TimeSpan.FromDays(30))
                .Select(s => s.Path)
                .Order(StringComparer.Ordinal),
        ];
    }

    private static void Check(RetentionWorld world, List<string> expected, string when)
    {
        Assert.Equal(3, expected.Count);
        var held = world.Held();
        Assert.True(
            held.Select(s => s.Path).Order(StringComparer.Ordinal).SequenceEqual(expected),
            $"{when}: rows {string.Join(' ', held.Select(s => s.Path))}"
        );
        var files = world.Simulated.AllFiles().Where(f => f.EndsWith(".mp4", StringComparison.Ordinal)).ToList();
        Assert.True(files.SequenceEqual(expected), $"{when}: files {string.Join(' ', files)}");
        Assert.Empty(world.Archive!.Context.Index.Read(q => q.Garbage()));
        var entries = world
            .Ledger.Entries.Select((e, i) => DestructionRecord.Of(LedgerEntry.Parse(e)!, i))
            .OfType<DestructionRecord>()
            .ToList();
        Assert.True(
            entries.Count == 5 && entries.Select(e => e.Path).Distinct().Count() == 5,
            $"{when}: {entries.Count} ledger entries {string.Join(' ', entries.Select(e => e.Path))}"
        );
        var register = world
            .Retention!.Explain(RetentionWorld.Room, Camera, RetentionWorld.Start, RetentionWorld.Start.AddDays(1))
            .Concat(world.Retention.Explain(RetentionWorld.Room, CameraId.Of("C2"), RetentionWorld.Start, RetentionWorld.Start.AddDays(1)))
            .ToList();
        Assert.True(
            register
                .Select(r => (r.Path, r.Ledger, r.Sha256))
                .Order()
                .SequenceEqual(entries.Select(e => (e.Path, e.Ledger, e.Sha256)).Order()),
            $"{when}: the register has {register.Count} lines"
        );
        Assert.Equal(entries.Select(e => e.Ledger).OrderDescending(), world.Retention.ListDestructions(null, 100).Select(e => e.Ledger));
    }
}
