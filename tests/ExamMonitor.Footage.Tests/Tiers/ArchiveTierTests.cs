using System.Security.Cryptography;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Retention;
using ExamMonitor.Retention.Scrubbing;
using ExamMonitor.Retention.Tiers;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>RET-1, RET-4: exam footage lies twice, proved, for its whole window; and comes back.</summary>
public sealed class ArchiveTierTests
{
    [Fact]
    public async Task Pass_CopiesExamFootageAlone_EntersItOnce_AndTheNextPassDoesNothing()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Exam.Items[0] = bench.Exam.Items[0] with { To = bench.Segments[0].EndUtc };
        // The file by which the volume is tried comes and goes while documents are copied.
        await File.WriteAllBytesAsync(Path.Combine(bench.Archive.VolumePath, VolumeProbe.TestFile), new byte[10]);
        await bench.RunAsync();
        Assert.True(
            File.Exists(Path.Combine(bench.TierPath, "volume.json")) && !File.Exists(Path.Combine(bench.TierPath, VolumeProbe.TestFile))
        );
        Assert.Equal(1, bench.Ledger.Count("archived"));
        Assert.NotNull(bench.Copy(bench.Segments[0]));
        Assert.Null(bench.Copy(bench.Segments[1]));
        var facts = bench.Ledger.Entries.Single(e => e.Kind == "archived").Facts;
        Assert.Equal(
            (bench.Segments[0].Path, Convert.ToHexStringLower(bench.Segments[0].Sha256.Span), "reread"),
            (facts["path"], facts["sha256"], facts["proof"])
        );
        await bench.RunAsync();
        Assert.Equal(1, bench.Ledger.Count("archived"));
        Assert.Equal(0, bench.Tier.GetStatus().WaitingSegments);
    }

    [Fact]
    public async Task Window_ThatBecameLonger_IsExtended_AShorterOne_ChangesNothing()
    {
        await using var bench = await TierBench.StartAsync();
        await bench.RunAsync();
        var before = bench.Copy(bench.Segments[0])!;
        bench.Exam.Items.Add(bench.Exam.Items[0] with { KeepUntil = bench.Exam.Items[0].KeepUntil.AddDays(400) });
        await bench.RunAsync();
        Assert.Equal(before.RetainUntilMs + (400 * 86_400_000L), bench.Copy(bench.Segments[0])!.RetainUntilMs);
        Assert.Equal(bench.Segments.Count, bench.Ledger.Count("archive-extended"));
        bench.Exam.Items.RemoveAt(1);
        bench.Exam.Items[0] = bench.Exam.Items[0] with { KeepUntil = bench.Exam.Items[0].KeepUntil.AddDays(-100) };
        await bench.RunAsync();
        Assert.Equal(before.RetainUntilMs + (400 * 86_400_000L), bench.Copy(bench.Segments[0])!.RetainUntilMs);
        Assert.Equal(bench.Segments.Count, bench.Ledger.Count("archive-extended"));
    }

    [Fact]
    public async Task LocalCopy_GoesOnlyAfterEveryByteWasReadBack_AndIsHeldAllTheSame()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Options = new()
        {
            Kind = TierKind.Folder,
            Path = bench.TierPath,
            Create = true,
            KeepLocal = TimeSpan.Zero,
        };
        var total = bench.Segments.Count;
        // The first copy rots after it was proved; the volume must keep its own.
        var rotten = bench.Segments[0];
        bench.CloseTier();
        await using (var patient = new NoRemoval(bench))
            await patient.RunAsync();
        var path = Path.Combine(bench.TierPath, rotten.Path);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await bench.RunAsync();
        Assert.True(File.Exists(bench.LocalPath(rotten)));
        Assert.Equal(rotten.Path, Assert.Single(bench.Tier.Mismatches).Path);
        Assert.Equal(total - 1, bench.Ledger.Count("local-removed"));
        Assert.All(bench.Segments.Skip(1), s => Assert.False(File.Exists(bench.LocalPath(s))));
        Assert.All(bench.Segments.Skip(1), s => Assert.True(s.IsRemote));
        // Held: the timeline has it, says where it is, and nothing is missing.
        var timeline = bench.Archive.Archive!.GetTimeline(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start,
            ArchiveBench.Start.AddMinutes(2)
        );
        Assert.Contains(timeline.Segments, s => s.OnArchiveTier);
        Assert.Equal(1, timeline.Completeness);
        Assert.True((await FootageCare.CheckAsync(bench.Archive.Options, FsckDepth.Hash, null, CancellationToken.None)).IsWhole);
    }

    [Fact]
    public async Task Restore_BringsEveryByteBack_AndSpoiledContentIsRefused()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Options = new()
        {
            Kind = TierKind.Folder,
            Path = bench.TierPath,
            Create = true,
            KeepLocal = TimeSpan.Zero,
        };
        await bench.RunAsync();
        var segment = bench.Segments[0];
        Assert.Null(bench.Archive.Archive!.OpenSegment(segment));
        Assert.True(await bench.Tier.FetchAsync(segment, CancellationToken.None));
        Assert.Equal(segment.Sha256.ToArray(), SHA256.HashData(await File.ReadAllBytesAsync(bench.LocalPath(segment))));
        Assert.False(bench.Segments[0].IsRemote);
        // It was brought back because somebody wants to see it: it is not taken away at once.
        await bench.RunAsync();
        Assert.True(File.Exists(bench.LocalPath(segment)));
        Assert.Equal(1, bench.Ledger.Count("restored"));
        var spoiled = bench.Segments[1];
        await File.WriteAllBytesAsync(Path.Combine(bench.TierPath, spoiled.Path), new byte[spoiled.SizeBytes]);
        var report = await bench.Tier.RestoreAsync(new(), null, CancellationToken.None);
        Assert.Equal(spoiled.Path, Assert.Single(report.Mismatches).Path);
        Assert.False(File.Exists(bench.LocalPath(spoiled)));
        Assert.Equal(bench.Segments.Count - 2, report.Done);
    }

    [Fact]
    public async Task Reindex_FromTheVolumeAlone_KnowsWhatLiesOnTheArchiveTier()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Options = new()
        {
            Kind = TierKind.Folder,
            Path = bench.TierPath,
            Create = true,
            KeepLocal = TimeSpan.Zero,
        };
        await bench.RunAsync();
        var before = bench.Segments;
        bench.CloseTier();
        await bench.Archive.CloseAsync();
        File.Delete(bench.Archive.Options.IndexPath);
        await bench.Archive.OpenAsync();
        Assert.Equal(
            before.Select(s => (s.Id, s.Path, s.IsRemote, Convert.ToHexString(s.Sha256.Span))),
            bench.Segments.Select(s => (s.Id, s.Path, s.IsRemote, Convert.ToHexString(s.Sha256.Span)))
        );
        var entries = bench.Ledger.Count("archived");
        await bench.RunAsync();
        Assert.Equal(entries, bench.Ledger.Count("archived"));
        Assert.Equal(before.Count, (await bench.Tier.RestoreAsync(new(), null, CancellationToken.None)).Done);
    }

    [Fact]
    public async Task TierAlone_IsEnough_ToMakeVolumeAndIndexAgain()
    {
        await using var bench = await TierBench.StartAsync();
        await bench.RunAsync();
        using var rescue = new TempFolder();
        var report = await ArchiveTier.RestoreToFolderAsync(
            bench.Options,
            rescue["volume"],
            new(),
            TimeProvider.System,
            NullLogger.Instance,
            null,
            CancellationToken.None
        );
        Assert.Empty(report.Mismatches);
        // Again: what is there already is left alone.
        var again = await ArchiveTier.RestoreToFolderAsync(
            bench.Options,
            rescue["volume"],
            new(),
            TimeProvider.System,
            NullLogger.Instance,
            null,
            CancellationToken.None
        );
        Assert.Equal((0, report.Done), (again.Done, again.Skipped));
        var options = new FootageOptions
        {
            VolumePath = rescue["volume"],
            IndexPath = rescue["index.db"],
            Site = bench.Archive.Options.Site,
            CreateVolume = false,
        };
        await using var archive = await FootageArchive.OpenAsync(
            options,
            null,
            bench.Archive.Time,
            NullLogger<FootageArchive>.Instance,
            CancellationToken.None
        );
        var found = archive.FindSegments(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start.AddHours(-1),
            ArchiveBench.Start.AddHours(2)
        );
        Assert.Equal(bench.Segments.Select(s => s.Path), found.Select(s => s.Path));
        Assert.True((await FootageCare.CheckAsync(options, FsckDepth.Hash, null, CancellationToken.None)).IsWhole);
    }

    [Fact]
    public async Task Destruction_TakesTheCopyToo_AfterItsLock_NeverBefore()
    {
        await using var bench = await TierBench.StartAsync();
        await bench.RunAsync();
        var segment = bench.Segments[0];
        var copy = Path.Combine(bench.TierPath, segment.Path);
        bench.Archive.Archive!.LetGo(segment, "window ended");
        bench.Time.Advance(TimeSpan.FromDays(199));
        await bench.RunAsync();
        Assert.True(File.Exists(copy));
        Assert.Equal(1, bench.Tier.GetStatus().AwaitingUnlock);
        bench.Time.Advance(TimeSpan.FromDays(2));
        await bench.RunAsync();
        Assert.False(File.Exists(copy));
        var entry = bench.Ledger.Entries.Single(e => e.Kind == "archive-destroyed").Facts;
        Assert.Equal((segment.Path, "window ended"), (entry["path"], entry["reason"]));
    }

    [Fact]
    public async Task LocalFile_ThatIsNotWhatWasCommitted_IsNeverCopied_AndLatches()
    {
        await using var bench = await TierBench.StartAsync();
        var segment = bench.Segments[0];
        var bytes = await File.ReadAllBytesAsync(bench.LocalPath(segment));
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(bench.LocalPath(segment), bytes);
        await bench.RunAsync();
        Assert.Equal(segment.Path, Assert.Single(bench.Tier.Mismatches).Path);
        Assert.False(File.Exists(Path.Combine(bench.TierPath, segment.Path)));
        Assert.Equal(bench.Segments.Count - 1, bench.Ledger.Count("archived"));
    }

    [Fact]
    public async Task LocalFile_ThatTheDiskDoesNotGiveBack_IsToldAndHoldsUpNoOther()
    {
        if (!OperatingSystem.IsLinux())
            return;
        await using var bench = await TierBench.StartAsync();
        // The oldest comes first in the queue. Reading this file of the system fails as a bad sector does.
        var segment = bench.Segments[0];
        File.Delete(bench.LocalPath(segment));
        File.CreateSymbolicLink(bench.LocalPath(segment), "/proc/self/mem");
        await bench.RunAsync();
        Assert.Equal(segment.Path, Assert.Single(bench.Tier.Mismatches).Path);
        Assert.Equal(bench.Segments.Count - 1, bench.Ledger.Count("archived"));
    }

    [Fact]
    public async Task Restore_IntoAFolderThatAnAgentHasUsed_IsRefusedAndChangesNothing()
    {
        await using var bench = await TierBench.StartAsync();
        await bench.RunAsync();
        var day = bench.Archive.Files("day.jsonl").Single();
        await File.AppendAllTextAsync(day, "what came after the copy\n");
        var before = await File.ReadAllBytesAsync(day);
        var refused = await Assert.ThrowsAsync<FootageException>(() =>
            ArchiveTier.RestoreToFolderAsync(
                bench.Options,
                bench.Archive.VolumePath,
                new(),
                TimeProvider.System,
                NullLogger.Instance,
                null,
                CancellationToken.None
            )
        );
        Assert.Contains("--to", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(day));
    }

    [Fact]
    public async Task Clock_ThatWasYearsAheadForAMoment_HoldsUpNeitherFootageNorDocuments()
    {
        await using var bench = await TierBench.StartAsync();
        var footage = bench.Exam.Items[0] with { KeepUntil = bench.Time.GetUtcNow().AddYears(10) };
        // While the clock is ahead, a session that is still to come looks long over, with nothing that waits.
        bench.Exam.Items[0] = footage;
        bench.Exam.Items.Add(footage with { Room = Contracts.RoomId.Of("R8") });
        bench.Time.StepWallClock(TimeSpan.FromDays(5 * 365));
        await bench.RunAsync();
        bench.Time.Advance(TimeSpan.FromMinutes(16));
        await bench.RunAsync();
        bench.Time.StepWallClock(TimeSpan.FromDays(-5 * 365));
        var before = bench.Ledger.Count("archived");
        await bench.Archive.RecordOtherRoomAsync("R8");
        await bench.Archive.RecordOtherRoomAsync("R7");
        await bench.RunAsync();
        Assert.Equal(before + 2, bench.Ledger.Count("archived"));
        Assert.All(
            bench.Archive.Files("day.jsonl"),
            day =>
                Assert.Equal(
                    File.ReadAllText(day),
                    File.ReadAllText(Path.Combine(bench.TierPath, Path.GetRelativePath(bench.Archive.VolumePath, day)))
                )
        );
    }

    [Fact]
    public async Task Scrub_OfSegmentsThatLieOnTheArchiveTierAlone_FindsNothingMissing()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Options = new()
        {
            Kind = TierKind.Folder,
            Path = bench.TierPath,
            Create = true,
            KeepLocal = TimeSpan.Zero,
        };
        await bench.RunAsync();
        Assert.True(await bench.Tier.FetchAsync(bench.Segments[0], CancellationToken.None));
        Assert.All(bench.Segments.Skip(1), s => Assert.True(s.IsRemote));
        using var ledger = new TempFolder();
        using var log = LedgerLog.Open(ledger["ledger"], ledger["key.pem"], "test");
        var slice = await new Scrubber(new ArchiveScrubSource(bench.Archive.Archive!, log), bench.Time).RunAsync(
            new(),
            long.MaxValue,
            null,
            () => true,
            CancellationToken.None
        );
        Assert.Empty(slice.New);
        // What was not read is not counted as read.
        Assert.Equal((true, 1L, bench.Segments[0].SizeBytes), (slice.Finished, slice.State.Segments, slice.State.Bytes));
    }

    [Fact]
    public async Task Ledger_ThatFailsOrDiesBetweenEntryAndNote_HasEveryEntryOnce()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Ledger.Fail = () => new IOException("planted");
        await Assert.ThrowsAsync<IOException>(() => bench.RunAsync());
        bench.Ledger.Fail = null;
        bench.Ledger.After = () => throw new IOException("planted crash");
        await Assert.ThrowsAsync<IOException>(() => bench.RunAsync());
        bench.Ledger.After = null;
        await bench.ReopenAsync();
        await bench.RunAsync();
        Assert.Equal(
            bench.Segments.Select(s => s.Path).Order(),
            bench.Ledger.Entries.Where(e => e.Kind == "archived").Select(e => e.Facts["path"]).Order()
        );
    }

    [Fact]
    public async Task LocalCopy_StaysWhileTheLedgerDoesNotTakeTheEntry()
    {
        await using var bench = await RemovalCutOffAsync();
        Assert.All(bench.Segments, s => Assert.True(File.Exists(bench.LocalPath(s))));
        bench.Ledger.Fail = null;
        await bench.RunAsync();
        Assert.All(bench.Segments, s => Assert.False(File.Exists(bench.LocalPath(s))));
        Assert.Equal(bench.Segments.Count, bench.Ledger.Count("local-removed"));
    }

    /// <summary>Everything is copied; then the local copies may go, and the ledger does not take the first entry.</summary>
    private static async Task<TierBench> RemovalCutOffAsync()
    {
        var bench = await TierBench.StartAsync();
        await bench.RunAsync();
        bench.CloseTier();
        bench.Options = new()
        {
            Kind = TierKind.Folder,
            Path = bench.TierPath,
            KeepLocal = TimeSpan.Zero,
        };
        bench.Ledger.Fail = () => new IOException("planted");
        await Assert.ThrowsAsync<IOException>(() => bench.RunAsync());
        return bench;
    }

    /// <summary>
    /// A process that died between the index and the ledger: neither the next start nor a sweep takes the file before the ledger says so,
    /// also when the tier is away.
    /// </summary>
    [Fact]
    public async Task Start_WithAWaitingNote_EntersItBeforeTheFileGoes()
    {
        await using var bench = await RemovalCutOffAsync();
        var waiting = Assert.Single(bench.Segments, s => s.IsRemote);
        await bench.ReopenAsync();
        Assert.True(File.Exists(bench.LocalPath(waiting)));
        new Destroyer(bench.Archive.Archive!.Context, new Retention.SurvivingLedger()).FinishGarbage();
        Assert.True(File.Exists(bench.LocalPath(waiting)));
        // The tier is away: the entry is made all the same, and the file stays until the tier is proved anew.
        bench.Ledger.Fail = null;
        Directory.Move(bench.TierPath, bench.TierPath + "-away");
        await Assert.ThrowsAnyAsync<TierException>(() => bench.RunAsync());
        Assert.Equal(1, bench.Ledger.Count("local-removed"));
        Directory.Move(bench.TierPath + "-away", bench.TierPath);
        await bench.RunAsync();
        Assert.Equal(bench.Segments.Count, bench.Ledger.Count("local-removed"));
        Assert.All(bench.Segments, s => Assert.False(File.Exists(bench.LocalPath(s))));
        Assert.Empty(bench.Index.Read(q => q.Garbage()));
    }

    [Fact]
    public async Task TierThatWasUnmounted_StopsThePass_AndNothingLeavesTheVolume()
    {
        await using var bench = await TierBench.StartAsync();
        await bench.RunAsync();
        bench.CloseTier();
        Directory.Move(bench.TierPath, bench.TierPath + "-away");
        Directory.CreateDirectory(bench.TierPath);
        bench.Options = new()
        {
            Kind = TierKind.Folder,
            Path = bench.TierPath,
            Create = true,
            KeepLocal = TimeSpan.Zero,
        };
        var refusal = await Assert.ThrowsAsync<TierRefusedException>(() => bench.RunAsync());
        Assert.Contains("Mount the disk", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.TierPath));
        Assert.All(bench.Segments, s => Assert.True(File.Exists(bench.LocalPath(s))));
        Assert.True(bench.Tier.GetStatus().NeedsPerson);
    }

    [Fact]
    public async Task Recording_ThatNeedsTheDisk_GoesFirst()
    {
        await using var bench = await TierBench.StartAsync();
        var busy = true;
        bench.Tier.IsBusy = () => busy;
        var pass = bench.RunAsync();
        await Eventually.TrueAsync(() => bench.Time.ArmedTimers > 0);
        Assert.Equal(0, bench.Ledger.Count("archived"));
        busy = false;
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        await pass;
        Assert.Equal(bench.Segments.Count, bench.Ledger.Count("archived"));
    }

    [Fact]
    public async Task Check_FindsWhatIsMissingOrSpoiled()
    {
        await using var bench = await TierBench.StartAsync();
        await bench.RunAsync();
        Assert.Empty((await bench.Tier.CheckAsync(new(), TierProof.Reread, null, CancellationToken.None)).Mismatches);
        await File.WriteAllBytesAsync(Path.Combine(bench.TierPath, bench.Segments[0].Path), new byte[bench.Segments[0].SizeBytes]);
        File.Delete(Path.Combine(bench.TierPath, bench.Segments[1].Path));
        Assert.Single((await bench.Tier.CheckAsync(new(), TierProof.Presence, null, CancellationToken.None)).Mismatches);
        Assert.Equal(2, (await bench.Tier.CheckAsync(new(), TierProof.Reread, null, CancellationToken.None)).Mismatches.Count);
    }

    [Fact]
    public async Task TwoCopiers_OneWaitsItsTurn()
    {
        await using var bench = await TierBench.StartAsync();
        bench.Tier.IsBusy = () => true;
        using var stop = new CancellationTokenSource();
        var first = bench.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => bench.Time.ArmedTimers > 0);
        using var second = ArchiveTier.Open(bench.Archive.Options, bench.Options, TierBench.Tags, bench.Time, NullLogger.Instance);
        Assert.Contains(
            "copies at this moment",
            (await Assert.ThrowsAsync<FootageException>(() => second.RunOnceAsync(bench.Exam, null, null, CancellationToken.None))).Message,
            StringComparison.Ordinal
        );
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    /// <summary>A tier of the same place that takes nothing away.</summary>
    private sealed class NoRemoval(TierBench bench) : IAsyncDisposable
    {
        private readonly ArchiveTier _tier = ArchiveTier.Of(
            bench.Archive.Archive!,
            new()
            {
                Kind = TierKind.Folder,
                Path = bench.TierPath,
                Create = true,
            },
            TierBench.Tags,
            bench.Time,
            NullLogger<ArchiveTier>.Instance
        );

        public Task RunAsync() => _tier.RunOnceAsync(bench.Exam, bench.Ledger, null, CancellationToken.None);

        public ValueTask DisposeAsync()
        {
            _tier.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
