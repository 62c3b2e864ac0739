using ExamMonitor.Contracts;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>An index that was made again from the volume.</summary>
public sealed class MadeAgainIndexTests
{
    private static readonly CameraId Camera = CameraId.Of("C1");

    /// <summary>What has no entry is kept for ever: a disk whose index broke once would fill up, and nothing could give way.</summary>
    [Fact]
    public void Footage_OfBefore_KeepsItsEntryAndIsLetGoWhenItsTimeHasCome()
    {
        using var world = new RetentionWorld();
        world.Open();
        world.Record(Camera, Enumerable.Range(0, 6).Select(i => (RetentionWorld.Start.AddMinutes(i), TimeSpan.FromMinutes(1))));
        var entries = world.Held().Select(s => (s.Path, s.Leaf)).ToList();
        world.Close();
        File.Delete(world.Options.IndexPath);
        world.Open();
        Assert.Equal(entries, world.Held().Select(s => (s.Path, s.Leaf)));
        world.Pass(TimeSpan.FromDays(40));
        Assert.Equal(6, world.Sweep(full: true).Destroyed);
    }

    /// <summary>
    /// Footage of a clock that was five years ahead is the newest by its date. An index that lacks what was made after the clock was set
    /// right is behind all the same; to go on with it would write the day's lines a second time, and `verify` would call them changed.
    /// </summary>
    [Fact]
    public void Index_ThatLacksWhatAClockSetBackMade_IsFoundBehindAndMadeAgain()
    {
        using var world = new RetentionWorld();
        world.Open();
        world.Record(Camera, RetentionWorld.Start.AddYears(5), TimeSpan.FromMinutes(1));
        world.Close();
        var old = File.ReadAllBytes(world.Options.IndexPath);
        world.Open();
        world.Record(Camera, Enumerable.Range(0, 3).Select(i => (RetentionWorld.Start.AddMinutes(i), TimeSpan.FromMinutes(1))));
        var held = world.Held().Select(s => (s.Path, s.Leaf)).ToList();
        world.Close();
        foreach (var part in new[] { "-wal", "-shm" })
            File.Delete(world.Options.IndexPath + part);
        File.WriteAllBytes(world.Options.IndexPath, old);
        world.Open();
        Assert.Equal(held, world.Held().Select(s => (s.Path, s.Leaf)));
    }

    /// <summary>An entry that speaks of other bytes is not taken for the row's.</summary>
    [Fact]
    public void Entry_OfAnotherHash_IsNotTheRows()
    {
        using var world = new RetentionWorld();
        world.Open();
        world.Record(Camera, Enumerable.Range(0, 4).Select(i => (RetentionWorld.Start.AddMinutes(i), TimeSpan.FromMinutes(1))));
        var first = world.Held()[0];
        world.Close();
        File.Delete(world.Options.IndexPath);
        var entry = System.Text.Encoding.UTF8.GetString(world.Ledger.Entries[(int)first.Leaf!]);
        var hash = Convert.ToHexStringLower(first.Sha256.Span);
        world.Ledger.Entries[(int)first.Leaf] = System.Text.Encoding.UTF8.GetBytes(
            entry.Replace(hash, new string('0', 64), StringComparison.Ordinal)
        );
        world.Open();
        Assert.Null(world.Held().Single(s => s.Path == first.Path).Leaf);
        Assert.All(world.Held().Where(s => s.Path != first.Path), s => Assert.NotNull(s.Leaf));
    }
}
