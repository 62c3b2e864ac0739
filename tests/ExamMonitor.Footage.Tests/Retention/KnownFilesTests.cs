using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Recording.Index;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// Files beside the footage that are deleted, emptied, put back from an older copy or edited: found at the start and while the agent runs,
/// nothing is destroyed, and the ledger gives back what it holds.
/// </summary>
public sealed class KnownFilesTests
{
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly DateTimeOffset Day = RetentionWorld.Start;

    private static readonly string[] Journals =
    [
        "retention/rules.jsonl",
        "retention/holds.jsonl",
        "retention/proposals.jsonl",
        "retention/clock.jsonl",
        "batches/2026/B1/sessions.jsonl",
        "2026/03-02/R1/C1/destroyed.jsonl",
        RetentionFiles.Schedule,
    ];
    private static readonly string[] Hashed =
    [
        "batches/2026/B1/R1/2026-03-02.statement",
        "batches/2026/B1/R1/2026-03-02.list.jsonl",
        "retention/proposals/*",
        "ledger/anchors/a.tsr",
    ];

    public static TheoryData<string, string, bool> Cases()
    {
        var cases = new TheoryData<string, string, bool>();
        foreach (var file in Journals.Concat(Hashed))
        {
            foreach (var how in new[] { "deleted", "emptied", "older", "edited" })
            {
                if (how == "older" && Hashed.Contains(file))
                    continue;
                cases.Add(file, how, true);
                cases.Add(file, how, false);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void File_ThatIsNotWhatWasWritten_StopsDestructionUntilItIsBack(string file, string how, bool whileRunning)
    {
        using var world = Filled();
        var path = PathOf(world, file);
        var before = world.Simulated.Bytes(path);
        if (!whileRunning)
            world.Close();
        Spoil(world, path, how);
        if (!whileRunning)
            world.Open();
        world.Retention!.LookAtFiles();
        var report = world.Sweep(full: true);
        Assert.NotNull(report.NothingIsDestroyed);
        Assert.Equal((0, 2), (report.Destroyed, world.Held().Count));
        var fault = Assert.Single(world.Retention.FileFaults);
        Assert.Equal(path, fault.Path);
        Assert.True(
            fault.Text is { En.Length: > 40, Zh.Length: > 20 } && fault.Text.En.Contains("ledger restore", StringComparison.Ordinal),
            fault.Text.En
        );

        // A person puts it back.
        world.Volume.Delete(path);
        using (var back = world.Volume.Create(path))
        {
            back.Append([before]);
            back.Flush();
        }

        world.Close();
        world.Open();
        Assert.Empty(world.Retention!.FileFaults);
        Assert.Null(world.Retention.NothingIsDestroyed());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HoldLiftedByHand_IsNotObeyed_StopsDestructionAndGoesByRestore(bool withIndex)
    {
        using var world = Filled();
        const string path = "retention/holds.jsonl";
        var hold = world
            .Retention!.PlaceHold(new([new(null, null, null, null, Day.AddDays(80), Day.AddDays(81))], "dispute", "Li", null))
            .Id;
        var before = world.Simulated.Bytes(path);
        var lines = ChainedFile.Read(world.Volume, path);
        world.Close();
        var line = ChainedFile.Format(new HoldLine(null, hold, new("Li", Day, "by hand")), ChainedFile.HashOf(lines[^1].Span));
        ChainedFile.Append(world.Volume, path, [line]);
        if (!withIndex)
        {
            foreach (var ending in new[] { "", "-wal", "-shm" })
                File.Delete(world.Options.IndexPath + ending);
        }

        world.Open();
        Assert.Null(world.Retention!.Facts.Holds);
        Assert.NotNull(world.Retention.NothingIsDestroyed());
        Assert.Equal(path, Assert.Single(world.Retention.FileFaults).Path);
        Assert.Equal([path], world.Retention.RestoreFiles("Li", "written by hand", acceptLost: false, null).Restored);
        Assert.Equal(before, world.Simulated.Bytes(path));
        world.Close();
        world.Open();
        Assert.Empty(world.Retention!.FileFaults);
        Assert.Null(world.Retention.Facts.Holds![1].Lifted);
    }

    [Fact]
    public void LineOfACrash_ThatTheLedgerHas_IsTakenIn()
    {
        using var world = Filled();
        const string path = "retention/holds.jsonl";
        var lines = ChainedFile.Read(world.Volume, path);
        world.Archive!.Context.Index.Write(t =>
            t.SetRetentionFile(path, lines.Count - 1, lines.Count == 1 ? ChainedFile.Zeros : ChainedFile.HashOf(lines[^2].Span))
        );
        world.Close();
        world.Open();
        Assert.Empty(world.Retention!.FileFaults);
        Assert.NotEmpty(world.Retention.Facts.Holds!);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void File_ThatIsNotWhatWasWritten_ComesBackFromTheLedgerOrIsGivenUpByAPerson(string file, string how, bool deletedIndex)
    {
        using var world = Filled();
        var path = PathOf(world, file);
        var before = world.Simulated.Bytes(path);
        world.Close();
        Spoil(world, path, how);
        world.Open();
        var report = world.Retention!.RestoreFiles("Li", "deleted by mistake", acceptLost: false, () => WriteSchedule(world));
        var has = Journals.Contains(file);
        Assert.Equal(has ? [path] : [], report.Restored);
        Assert.Equal(has ? 0 : 1, report.Left.Count);
        if (!has)
            Assert.Equal([path], world.Retention.RestoreFiles("Li", "no copy is left", acceptLost: true, null).Lost);
        if (has && file != RetentionFiles.Schedule)
            Assert.Equal(before, world.Simulated.Bytes(path));
        Assert.Contains(
            world.Ledger.Entries.Select(e => LedgerEntry.Parse(e)!),
            e =>
                e.Kind == LedgerEntry.FilesRestored
                && e.Facts!["by"] == "Li"
                && (e.Facts["restored"] + e.Facts["lost"]).Contains(path, StringComparison.Ordinal)
        );
        world.Close();
        if (deletedIndex)
        {
            foreach (var ending in new[] { "", "-wal", "-shm" })
                File.Delete(world.Options.IndexPath + ending);
        }

        world.Open();
        Assert.Empty(world.Retention!.FileFaults);
        Assert.Empty(world.Retention.Problems);
        Assert.Null(world.Retention.NothingIsDestroyed());
    }

    [Fact]
    public void Schedule_GoneWithTheIndex_IsMissedByTheLedger()
    {
        using var world = Filled();
        world.Close();
        world.Volume.Delete(RetentionFiles.Schedule);
        foreach (var ending in new[] { "", "-wal", "-shm" })
            File.Delete(world.Options.IndexPath + ending);
        world.Open();
        Assert.Equal(RetentionFiles.Schedule, Assert.Single(world.Retention!.FileFaults).Path);
    }

    /// <summary>A new index has its list from the ledger: what is gone with the old one is missed all the same.</summary>
    [Theory]
    [InlineData("batches/2026/B1/R1/2026-03-02.statement")]
    [InlineData("2026/03-02/R1/C1/destroyed.jsonl")]
    [InlineData("ledger/anchors/a.tsr")]
    public void File_GoneWithTheIndex_IsMissedByTheLedger(string path)
    {
        using var world = Filled();
        world.Close();
        world.Volume.Delete(path);
        foreach (var ending in new[] { "", "-wal", "-shm" })
            File.Delete(world.Options.IndexPath + ending);
        world.Open();
        Assert.Equal(path, Assert.Single(world.Retention!.FileFaults).Path);
        Assert.NotNull(world.Retention.NothingIsDestroyed());
    }

    [Fact]
    public void Volume_ThatIsAnOlderCopy_IsTold_DestroysNothing_AndRecordsOn()
    {
        using var world = Filled();
        var (older, entries) = (world.Simulated.AfterKill(), world.Ledger.Entries.Count);
        world.Ledger.Commit();
        world.Retention!.LookAtFiles();
        world.Record(Camera, Day.AddHours(3), TimeSpan.FromMinutes(1));
        world.Pass(TimeSpan.FromDays(60));
        world.Sweep(full: true);
        world.Ledger.Commit();
        world.Retention.LookAtFiles();
        world.Close();

        // The disk of yesterday, ledger and all.
        world.Ledger.Rewind(entries);
        world.Volume = older;
        world.Open();
        Assert.Contains("older copy", world.Retention!.OlderCopy!.En, StringComparison.Ordinal);
        Assert.True(world.Retention.OlderCopy.Zh.Length > 20);
        var files = world.Simulated.AllFiles().Where(f => f.EndsWith(".mp4", StringComparison.Ordinal)).ToList();
        world.Pass(TimeSpan.FromDays(400));
        Assert.Equal(world.Retention.OlderCopy, world.Sweep(full: true).NothingIsDestroyed);
        Assert.Empty(files.Except(world.Simulated.AllFiles()));
        world.Record(Camera, Day.AddDays(480), TimeSpan.FromMinutes(1));
        Assert.Contains(world.Held(), s => s.StartUtc == Day.AddDays(480));

        // Nobody has the newer one any more: what lies there is the volume from now on.
        world.Close();
        foreach (var ending in new[] { "", "-wal", "-shm" })
            File.Delete(world.Options.IndexPath + ending);
        world.Open();
        Assert.Null(world.Retention!.OlderCopy);
    }

    /// <summary>An exam and an idle hour after the first destructions, with a file of every kind; two segments are held.</summary>
    internal static RetentionWorld Filled()
    {
        var world = new RetentionWorld(options: new() { ClockAllowance = TimeSpan.FromHours(1), TwoPersons = true });
        var retention = world.Open();
        retention.RememberSessions([RetentionWorld.Session("S1", Day.AddHours(9))], "import");
        retention.RememberSessions([RetentionWorld.Session("S2", Day.AddHours(13))], "import");
        WriteSchedule(world);
        foreach (var hour in new[] { 1, 2, 9, 13 })
            world.Record(Camera, Day.AddHours(hour), TimeSpan.FromMinutes(1));
        retention.PlaceHold(new([new(null, null, null, null, Day.AddDays(80), Day.AddDays(81))], "dispute", "Li", null));
        retention.LiftHold(HoldId.Of("H1"), "Wang", "settled");
        world.Pass(TimeSpan.FromDays(1));
        world.Time.StepWallClock(TimeSpan.FromMinutes(2));
        retention.WriteStatements(DateOnly.FromDateTime(Day.UtcDateTime));
        world.Pass(TimeSpan.FromDays(40));
        Assert.Equal(2, world.Sweep().Destroyed);
        world.Pass(TimeSpan.FromDays(300));
        retention.Approve(retention.Propose().Digest, "Li", "over");
        retention.Approve(retention.Propose().Digest, "Wang", "over");
        ChainedFile.Replace(world.Volume, "ledger/anchors/a.tsr", "stamp"u8.ToArray());
        world.Ledger.Append(
            LedgerEntry.Anchor,
            null,
            null,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["file"] = "a.tsr", ["sha256"] = ChainedFile.HashOf("stamp"u8) }
        );
        retention.NoteFile("ledger/anchors/a.tsr", chained: false);
        world.Ledger.Commit();
        return world;
    }

    /// <summary>As the agent's schedule does: an entry, a chained line, a line with the entry's number, its note in the list.</summary>
    private static void WriteSchedule(RetentionWorld world)
    {
        var lines = new List<byte[]>();
        for (var i = 1; i <= 2; i++)
        {
            var entry = world.Ledger.Append(
                "schedule",
                null,
                null,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["set"] = i.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    ["person"] = "Li",
                    ["sha256"] = ChainedFile.HashOf("[]"u8),
                }
            );
            lines.Add(
                ChainedFile.Format(
                    new
                    {
                        set = new
                        {
                            number = i,
                            person = "Li",
                            items = Array.Empty<string>(),
                        },
                    },
                    lines.Count == 0 ? ChainedFile.Zeros : ChainedFile.HashOf(lines[^1])
                )
            );
            lines.Add(ChainedFile.Format(new { entered = new { set = i, entry } }, ChainedFile.HashOf(lines[^1])));
        }

        ChainedFile.Append(world.Volume, RetentionFiles.Schedule, lines);
        world.Retention!.NoteFile(RetentionFiles.Schedule, chained: true);
    }

    private static string PathOf(RetentionWorld world, string file) =>
        file.EndsWith('*') ? world.Simulated.AllFiles().First(f => f.StartsWith(file[..^1], StringComparison.Ordinal)) : file;

    private static void Spoil(RetentionWorld world, string path, string how)
    {
        if (how == "deleted")
            world.Volume.Delete(path);
        else if (how == "emptied")
            world.Simulated.Spoil(path, _ => []);
        else if (how == "older")
            world.Simulated.Spoil(path, b => b[..(Array.LastIndexOf(b, (byte)'\n', b.Length - 2) + 1)]);
        else
            world.Simulated.Spoil(path, b => [.. b[..^3], (byte)(b[^3] ^ 1), .. b[^2..]]);
    }
}
