using System.Text.Json.Nodes;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Recording.Index;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// Lines of rules, sessions, holds, approvals and marks that somebody wrote, or took away, with the index edited to fit: only what the
/// ledger has is obeyed, and all of it.
/// </summary>
public sealed class ListedLinesTests
{
    private const string Holds = RetentionFiles.Holds;
    private static readonly DateTimeOffset Day = RetentionWorld.Start;

    public enum Edit
    {
        /// <summary>The index lists the forged lines.</summary>
        Count,

        /// <summary>The same, and the seal is gone.</summary>
        CountWithoutSeal,

        /// <summary>The index lists nothing of the file.</summary>
        RowGone,
    }

    [Theory]
    [InlineData(Edit.Count)]
    [InlineData(Edit.CountWithoutSeal)]
    [InlineData(Edit.RowGone)]
    public void HoldLiftedByHandAndListedInTheIndex_IsNotObeyed(Edit edit)
    {
        using var world = new RetentionWorld();
        var hold = world.Open().PlaceHold(Request("dispute")).Id;
        var lines = Append(world, Holds, new HoldLine(null, hold, new("Li", Day, "by hand")));
        var index = world.Archive!.Context.Index;
        index.Write(t =>
        {
            if (edit == Edit.RowGone)
                t.DropRetentionFile(Holds);
            else
                t.SetRetentionFile(Holds, lines.Count, ChainedFile.HashOf(lines[^1].Span));
            if (edit == Edit.CountWithoutSeal)
                t.Sql("DELETE FROM retention_facts WHERE name = 'files-seal'").Run();
        });
        world.Close();
        for (var i = 0; i < 2; i++)
        {
            world.Open();
            Assert.Null(world.Retention!.Facts.Holds);
            Assert.Equal(Holds, Assert.Single(world.Retention.FileFaults).Path);
            Assert.NotNull(world.Sweep(full: true).NothingIsDestroyed);
            world.Close();
        }

        world.Open();
        Assert.Equal([Holds], world.Retention!.RestoreFiles("Li", "written by hand", acceptLost: false, null).Restored);
        world.Close();
        Assert.Null(Assert.Single(world.Open().ListHolds()).Lifted);
    }

    /// <summary>A hold cut out of the file, with the row, and with row and seal, as they were before it: it stands all the same.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void HoldCutOutWithTheIndexOfBefore_Stands(bool withSeal)
    {
        using var world = new RetentionWorld();
        var retention = world.Open();
        retention.PlaceHold(Request("first"));
        retention.LookAtFiles();
        var index = world.Archive!.Context.Index;
        var (row, seal) = (index.Read(q => q.RetentionFiles()[Holds]), index.Read(q => q.RetentionFact("files-seal"))!);
        var before = world.Simulated.Bytes(Holds);
        retention.PlaceHold(Request("second"));
        for (var i = 0; i < 3; i++)
        {
            world.Ledger.Append("config", null, null, new Dictionary<string, string>(StringComparer.Ordinal));
            world.Ledger.Commit();
            retention.LookAtFiles();
        }

        index.Write(t =>
        {
            t.SetRetentionFile(Holds, row.Lines, row.Sha256);
            if (withSeal)
                t.SetRetentionFact("files-seal", seal);
        });
        world.Close();
        world.Simulated.Spoil(Holds, _ => before);
        Assert.Equal(["first", "second"], world.Open().ListHolds().Select(h => h.Reason));
    }

    [Fact]
    public void HoldCutOut_WithAnHonestIndex_IsAFault()
    {
        using var world = new RetentionWorld();
        world.Open().PlaceHold(Request("first"));
        var before = world.Simulated.Bytes(Holds);
        world.Retention!.PlaceHold(Request("second"));
        world.Close();
        world.Simulated.Spoil(Holds, _ => before);
        Assert.Null(world.Open().Facts.Holds);
        Assert.Equal(Holds, Assert.Single(world.Retention!.FileFaults).Path);
    }

    [Theory]
    [InlineData("retention/rules.jsonl")]
    [InlineData("retention/holds.jsonl")]
    [InlineData("retention/proposals.jsonl")]
    [InlineData("retention/clock.jsonl")]
    [InlineData("batches/2026/B1/sessions.jsonl")]
    [InlineData("2026/03-02/R1/C1/destroyed.jsonl")]
    [InlineData("schedule/sessions.jsonl")]
    public void LineAddedWhileTheAgentRuns_IsFoundByTheNextLook(string path)
    {
        using var world = KnownFilesTests.Filled();
        Assert.Empty(world.Retention!.LookAtFiles());
        var before = world.Simulated.Bytes(path);
        var last = JsonNode.Parse(ChainedFile.Read(world.Volume, path)[^1].Span)!.AsObject();
        last.Remove("previous");
        // Another entry's line, with right links: nothing but the ledger tells.
        if (last.ContainsKey("ledger"))
            last["path"] = "2026/03-02/R1/C1/090000Z.mp4";
        if (last.ContainsKey("entered"))
            last = new()
            {
                ["set"] = new JsonObject
                {
                    ["number"] = 3,
                    ["person"] = "Li",
                    ["items"] = new JsonArray("x"),
                },
            };
        Append(world, path, last);
        var fault = Assert.Single(world.Retention.LookAtFiles());
        Assert.Equal((path, true), (fault.Path, fault.IsForeignLines));
        Assert.NotNull(world.Sweep(full: true).NothingIsDestroyed);
        Assert.Equal(2, world.Held().Count);
        world.Simulated.Spoil(path, _ => before);
        Assert.Empty(world.Retention.LookAtFiles());
        Assert.Null(world.Retention.NothingIsDestroyed());
    }

    /// <summary>An honest crash: the entry is there and the line is not. The next start writes it, and says nothing.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HoldOfACrashBehindItsEntry_IsFinishedByTheNextStart(bool isFirst)
    {
        using var world = new RetentionWorld();
        var retention = world.Open();
        if (!isFirst)
            retention.PlaceHold(Request("first"));
        world.Simulated.Before = (_, operation, path) =>
        {
            if (path == Holds && operation != "read")
                throw new IOException("crash");
        };
        Assert.ThrowsAny<IOException>(() => retention.PlaceHold(Request("second")));
        // What the ledger signs meanwhile moves no seal over the line that is missing.
        world.Ledger.Commit();
        retention.LookAtFiles();
        world.Close();
        world.Simulated.Before = null;
        var again = world.Open();
        Assert.Equal("second", again.ListHolds()[^1].Reason);
        Assert.Empty(again.FileFaults);
        Assert.Empty(again.Problems);
        world.Close();
        Assert.Equal(isFirst ? 1 : 2, world.Open().ListHolds().Count);
    }

    /// <summary>An honest crash between a line and its row: the line is the ledger's, and is taken in, whoever reads its file.</summary>
    [Theory]
    [InlineData("retention/rules.jsonl")]
    [InlineData("retention/holds.jsonl")]
    [InlineData("retention/proposals.jsonl")]
    [InlineData("retention/clock.jsonl")]
    [InlineData("batches/2026/B1/sessions.jsonl")]
    public void LineWhoseRowACrashTook_IsTakenInByTheNextStart(string path)
    {
        using var world = KnownFilesTests.Filled();
        var (lines, seal) = (ChainedFile.Read(world.Volume, path), new FileListSeal(world.Archive!.Context, world.Ledger));
        if (lines.Count == 1)
            seal.Drop(path);
        else
            seal.Set(path, lines.Count - 1, ChainedFile.HashOf(lines[^2].Span));
        seal.Seal(0);
        world.Close();
        for (var i = 0; i < 2; i++)
        {
            world.Open();
            Assert.Empty(world.Retention!.Problems);
            Assert.Empty(world.Retention.FileFaults);
            Assert.True(world.Archive!.Context.Index.Read(q => q.RetentionFiles()[path]).Lines >= lines.Count);
            world.Close();
        }
    }

    /// <summary>A list of before there were seals is taken over without an alarm.</summary>
    [Fact]
    public void IndexOfBefore_WithoutASeal_IsTakenOver()
    {
        using var world = KnownFilesTests.Filled();
        world.Archive!.Context.Index.Write(t => t.Sql("DELETE FROM retention_facts WHERE name = 'files-seal'").Run());
        world.Close();
        Assert.Empty(world.Open().FileFaults);
        Assert.Empty(world.Retention!.Problems);
        Assert.Equal(2, world.Sweep(full: true).Destroyed);
    }

    private static HoldPlacement Request(string reason) =>
        new([new(RetentionWorld.Room, null, null, null, null, null)], reason, "Owner", null);

    /// <summary>Appends a line that follows from the last, as whoever can compute SHA-256 does.</summary>
    private static IReadOnlyList<ReadOnlyMemory<byte>> Append<T>(RetentionWorld world, string path, T content)
    {
        var lines = ChainedFile.Read(world.Volume, path);
        ChainedFile.Append(
            world.Volume,
            path,
            [ChainedFile.Format(content, lines.Count == 0 ? ChainedFile.Zeros : ChainedFile.HashOf(lines[^1].Span))]
        );
        return ChainedFile.Read(world.Volume, path);
    }
}
