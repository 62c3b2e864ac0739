using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>EVD-1: what waits for the ledger in the index is entered once, and only if it was the agent that wrote it.</summary>
public sealed class ArchiveTierNoteTests
{
    /// <summary>
    /// Rows that a database tool wrote: of another kind, of a kind of the tier's own, unreadable, and with a tag of some shape.
    /// </summary>
    [Theory]
    [InlineData("hold-lifted", "{\"id\":\"x\"}", "NULL")]
    [InlineData("local-removed", "{\"id\":\"x\",\"path\":\"2026/03-02/R7/C1/010000Z.mp4\"}", "NULL")]
    [InlineData("local-removed", "{\"id\":\"x\"}", "'0000000000000000000000000000000000000000000000000000000000000000'")]
    [InlineData("restored", "no JSON", "'not a tag'")]
    public async Task PlantedNote_IsNotEntered_AndIsToldAtEveryStart(string kind, string facts, string tag)
    {
        await using var bench = await TierBench.StartAsync();
        bench.Sql($"INSERT INTO tier_notes (id, kind, facts, tag) VALUES ('x', '{kind}', '{facts}', {tag})");
        await bench.RunAsync();
        Assert.Equal(bench.Segments.Count, bench.Ledger.Count("archived"));
        Assert.Equal(bench.Segments.Count, bench.Ledger.Entries.Count);
        Assert.Single(bench.Ledger.RefusedNotes);
        await bench.ReopenAsync();
        await bench.RunAsync();
        Assert.Equal(2, bench.Ledger.RefusedNotes.Count);
    }

    [Fact]
    public async Task WaitingNote_WhoseFactsWereChanged_IsNotEntered()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Ledger.Fail = () => new IOException("planted");
        await Assert.ThrowsAsync<IOException>(() => bench.RunAsync());
        bench.Ledger.Fail = null;
        bench.Sql("UPDATE tier_notes SET kind = 'local-removed' WHERE no = (SELECT min(no) FROM tier_notes)");
        await bench.RunAsync();
        Assert.Equal(0, bench.Ledger.Count("local-removed"));
        Assert.Equal(bench.Segments.Count - 1, bench.Ledger.Count("archived"));
        Assert.Single(bench.Ledger.RefusedNotes);
    }

    /// <summary>A genuine note, tag and all, put into the index again after it was entered, however long ago: it is entered once.</summary>
    [Fact]
    public async Task GenuineNotePutThereAgain_IsNotEnteredASecondTime()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Ledger.Fail = () => new IOException("planted");
        await Assert.ThrowsAsync<IOException>(() => bench.RunAsync());
        bench.Ledger.Fail = null;
        bench.Sql("CREATE TABLE kept AS SELECT * FROM tier_notes");
        await bench.RunAsync();
        var entries = bench.Ledger.Entries.Count;
        for (var i = 0; i < 5000; i++)
            bench.Ledger.Entries.Add(("x", new Dictionary<string, string>(StringComparer.Ordinal) { ["id"] = $"other {i}" }));
        bench.Sql("INSERT INTO tier_notes SELECT * FROM kept");
        await bench.RunAsync();
        Assert.Equal(entries + 5000, bench.Ledger.Entries.Count);
        Assert.Empty(bench.Ledger.RefusedNotes);
        Assert.Empty(bench.Index.Read(q => q.TierNotes(10)));
    }

    /// <summary>Notes of before there were tags wait at the first start of this version, and no later one takes such.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UntaggedNote_IsTakenAtTheUpgradeAlone(bool upgrade)
    {
        await using var bench = await TierBench.StartAsync();
        bench.Ledger.TakesUntagged = upgrade;
        bench.Sql("INSERT INTO tier_notes (id, kind, facts) VALUES ('x', 'restored', '{\"id\":\"x\"}')");
        await bench.RunAsync();
        Assert.Equal(upgrade ? 1 : 0, bench.Ledger.Count("restored"));
        Assert.Equal(upgrade ? 0 : 1, bench.Ledger.RefusedNotes.Count);
    }

    [Fact]
    public async Task PlantedGarbageOfTheTier_WithoutItsEntry_LeavesTheFile()
    {
        await using var bench = await TierBench.StartAsync();
        var path = bench.Segments[0].Path;
        bench.Ledger.Segments.Add(path);
        bench.Sql($"INSERT INTO garbage (path, segment, reason, at_ms) VALUES ('{path}', NULL, 'on the second tier', 0)");
        await bench.RunAsync();
        Assert.True(File.Exists(bench.LocalPath(bench.Segments[0])));
        Assert.Equal([path], bench.Ledger.RefusedFiles);
        Assert.Empty(bench.Index.Read(q => q.Garbage()));
    }
}
