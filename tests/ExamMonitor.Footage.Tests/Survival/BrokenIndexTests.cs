using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Index;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// The index's file broken in every way, while the agent is down and while it records: nothing committed is lost, recording goes on, and a
/// sentence says what happened.
/// </summary>
public sealed class BrokenIndexTests
{
    private static readonly FragmentedClip Shape = new(Seconds: 40, Fps: 5, Gop: 5, Size: "64x64");

    private static async Task<(ArchiveBench Bench, Timeline Before)> RecordedAsync()
    {
        var bench = new ArchiveBench();
        bench.Options = new()
        {
            VolumePath = bench.Options.VolumePath,
            IndexPath = bench.Options.IndexPath,
            Site = bench.Options.Site,
            SegmentLength = TimeSpan.FromSeconds(10),
        };
        await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Shape));
        await bench.SettleAsync();
        await bench.CloseAsync();
        await bench.OpenAsync();
        var before = TimelineOf(bench);
        await bench.CloseAsync();
        return (bench, before);
    }

    private static Timeline TimelineOf(ArchiveBench bench) =>
        bench.Archive!.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start.AddHours(-1), ArchiveBench.Start.AddHours(1));

    private static async Task StartsAndHoldsAsync(ArchiveBench bench, Timeline before, string how)
    {
        await bench.OpenAsync();
        await bench.Archive!.IndexChecked;
        await Eventually.TrueAsync(() => bench.Archive.IndexDamage is not { Rebuilding: true });
        Assert.True(before.Segments.Select(s => s.Sha256).SequenceEqual(TimelineOf(bench).Segments.Select(s => s.Sha256)), how);
        await bench.CloseAsync();
    }

    [Fact]
    public async Task IndexFile_FlippedAtEveryRegion_AgentStartsAndHoldsEverything()
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        var path = bench.Options.IndexPath;
        var whole = await File.ReadAllBytesAsync(path);
        var version = false;
        // The header byte by byte in its first hundred, then a byte of each stretch of the pages.
        foreach (var at in Enumerable.Range(0, 100).Concat(Enumerable.Range(0, whole.Length / 509).Select(i => i * 509)))
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!))
                File.Delete(file);
            var broken = (byte[])whole.Clone();
            broken[at] ^= 0xa5;
            await File.WriteAllBytesAsync(path, broken);
            try
            {
                await StartsAndHoldsAsync(bench, before, FormattableString.Invariant($"byte {at}"));
            }
            catch (FootageException e) when (at is >= 60 and < 64)
            {
                // user_version: a file of a newer program looks just so, and is not thrown away.
                version = true;
                Assert.Contains("Start the newer program", e.Message, StringComparison.Ordinal);
            }
            catch (WrongVolumeException e)
            {
                // The id of the volume in the index: it may be the disk that is wrong.
                Assert.Contains("is expected. Mount the right disk", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(version);
    }

    /// <summary>
    /// A page that nothing reads at a start: the check at the start finds it all the same, before anything is asked of it.
    /// </summary>
    [Fact]
    public async Task IndexPage_Zeroed_IsFoundAtTheStartWhicheverItIs()
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        var path = bench.Options.IndexPath;
        var whole = await File.ReadAllBytesAsync(path);
        const int page = 4096;
        for (var at = page; at < whole.Length; at += page)
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!))
                File.Delete(file);
            var broken = (byte[])whole.Clone();
            Array.Clear(broken, at, page);
            await File.WriteAllBytesAsync(path, broken);
            await bench.OpenAsync();
            Assert.True(bench.Archive!.IndexDamage is { Rebuilding: false }, FormattableString.Invariant($"page {at / page}"));
            Assert.Equal(before.Segments.Select(s => s.Sha256), TimelineOf(bench).Segments.Select(s => s.Sha256));
            await bench.CloseAsync();
        }
    }

    /// <summary>As a kill leaves them: the newest rows stand in the log alone.</summary>
    [Theory]
    [InlineData("-wal")]
    [InlineData("-shm")]
    public async Task IndexLogOfAKilledAgent_FlippedAtEveryRegion_AgentStartsAndHoldsEverything(string which)
    {
        var bench = new ArchiveBench();
        await using var _ = bench;
        bench.Options = new()
        {
            VolumePath = bench.Options.VolumePath,
            IndexPath = bench.Options.IndexPath,
            Site = bench.Options.Site,
            SegmentLength = TimeSpan.FromSeconds(10),
        };
        await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Shape));
        await bench.SettleAsync();
        var path = bench.Options.IndexPath;
        var killed = new[] { "", "-wal", "-shm" }.ToDictionary(e => e, e => Read(path + e));
        Assert.True(killed[which].Length > 1000);
        await bench.CloseAsync();
        await bench.OpenAsync();
        var before = TimelineOf(bench);
        await bench.CloseAsync();
        Assert.True(before.Segments.Count > 2);
        // The headers byte by byte (log 32, its first frame 24, of the shared memory 136 and where its hashes begin), then a byte of each
        // stretch.
        var length = killed[which].Length;
        foreach (
            var at in Enumerable.Range(0, 60).Concat(Enumerable.Range(1, 40).Select(i => i * ((length - 1) / 40))).Where(a => a < length)
        )
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!))
                File.Delete(file);
            foreach (var (ending, bytes) in killed)
                await File.WriteAllBytesAsync(path + ending, ending == which ? Flipped(bytes, at) : bytes);
            await StartsAndHoldsAsync(bench, before, FormattableString.Invariant($"byte {at} of {which}"));
        }

        static byte[] Read(string file)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }

        static byte[] Flipped(byte[] bytes, int at)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[at] ^= 0xa5;
            return flipped;
        }
    }

    [Theory]
    [InlineData("zeros")]
    [InlineData("half")]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("folder")]
    [InlineData("gone")]
    [InlineData("half-aside")]
    public async Task IndexFile_Replaced_AgentStartsHoldsEverythingAndKeepsTheBrokenFile(string how)
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        var path = bench.Options.IndexPath;
        var whole = await File.ReadAllBytesAsync(path);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!))
            File.Delete(file);
        switch (how)
        {
            case "zeros":
                await File.WriteAllBytesAsync(path, new byte[whole.Length]);
                break;
            case "half":
                await File.WriteAllBytesAsync(path, whole[..(whole.Length / 2)]);
                break;
            case "text":
                await File.WriteAllTextAsync(path, "not an index, only a text of a few lines");
                break;
            case "empty":
                await File.WriteAllBytesAsync(path, []);
                break;
            case "folder":
                Directory.CreateDirectory(Path.Combine(path, "inside"));
                break;
            case "half-aside":
                await File.WriteAllTextAsync(path + ".setting-aside", "");
                await File.WriteAllBytesAsync(path, whole);
                break;
        }

        await StartsAndHoldsAsync(bench, before, how);
        if (how is "gone" or "empty")
            return;
        Assert.Contains(
            Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!),
            e => e.Contains(".damaged-", StringComparison.Ordinal)
        );
        await bench.OpenAsync();
        Assert.Null(bench.Archive!.IndexDamage);
    }

    [Fact]
    public async Task OldCopyOfTheIndex_UnderANewerVolume_IsFoundAndMadeAgain()
    {
        var (bench, _) = await RecordedAsync();
        await using var __ = bench;
        var old = await File.ReadAllBytesAsync(bench.Options.IndexPath);
        await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(Shape));
        await bench.SettleAsync();
        var before = TimelineOf(bench);
        await bench.CloseAsync();
        await File.WriteAllBytesAsync(bench.Options.IndexPath, old);
        await bench.OpenAsync();
        Assert.Equal(before.Segments.Select(s => s.Sha256), TimelineOf(bench).Segments.Select(s => s.Sha256));
        Assert.Contains("older than the volume", bench.Archive!.IndexDamage!.Text.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IndexBreaks_WhileRecording_RecordingGoesOnAndEveryCommitIsInTheNewOneOnce()
    {
        var (bench, _) = await RecordedAsync();
        await using var __ = bench;
        await bench.OpenAsync();
        var clip = await Clip.OfAsync(Shape);
        var recorder = bench.Archive!.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new RunFacts("aac", false), bench.Time.GetUtcNow(), CancellationToken.None);
        foreach (var (fragment, number) in clip.Fragments.Select((f, i) => (f, i)))
        {
            bench.Time.Advance(new Media.Pts90k(fragment.Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None);
            await recorder.DrainAsync();
            if (number == 15)
            {
                BreakPages(bench.Options.IndexPath);
                // A question finds it; nobody gets a trace or a wrong answer.
                await Eventually.TrueAsync(() =>
                {
                    try
                    {
                        _ = TimelineOf(bench);
                        return bench.Archive.IndexDamage is not null;
                    }
                    catch (IndexRebuildingException)
                    {
                        return true;
                    }
                });
            }
        }

        Assert.True(bench.Archive.GetFacts(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start).Recording);
        await Eventually.TrueAsync(async () =>
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
            await recorder.DrainAsync();
            return bench.Archive.IndexDamage is { Rebuilding: false };
        });
        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        await bench.SettleAsync();
        var held = TimelineOf(bench);
        await bench.CloseAsync();
        var report = await FootageCare.CheckAsync(bench.Options, FsckDepth.Hash, null, CancellationToken.None);
        Assert.True(report.IsWhole, string.Join('\n', report.Findings.Select(f => f.Path + ": " + f.Text)));
        Assert.Equal(bench.Files("*.mp4").Length, held.Segments.Count);
        // Whole: two clips of forty seconds, no second of the second one missing.
        Assert.Equal(80, held.Segments.Sum(s => (s.End - s.Start).TotalSeconds), 1.0);
        Assert.Equal([.. Enumerable.Range(1, bench.Ledger.Leaves.Count).Select(n => (long)n)], bench.Ledger.Leaves.Select(l => l.Number));
        Assert.Equal(
            [.. Enumerable.Range(-1, bench.Ledger.Leaves.Count).Select(n => (long)n)],
            bench.Ledger.Leaves.Select(l => l.PreviousLeaf)
        );
        Assert.Equal(bench.Ledger.Leaves.Select(l => l.Number), Numbers(bench));
        Assert.Contains(
            Directory.GetFiles(Path.GetDirectoryName(bench.Options.IndexPath)!),
            f => f.Contains(".damaged-", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task ProcessDies_WhileTheIndexIsMadeAgain_NextStartHasEverything()
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        // As a crash in the middle leaves it: the broken file aside, the new one without the volume's name.
        var path = bench.Options.IndexPath;
        IndexFiles.SetAside(path, bench.Time.GetUtcNow());
        FootageIndex.OpenNew(path).Dispose();
        await StartsAndHoldsAsync(bench, before, "unfinished");
    }

    [Fact]
    public async Task Fsck_OfABrokenIndex_IsASentence()
    {
        var (bench, _) = await RecordedAsync();
        await using var __ = bench;
        var path = bench.Options.IndexPath;
        var whole = await File.ReadAllBytesAsync(path);
        var named = 0;
        for (var at = 0; at < whole.Length; at += 701)
        {
            var broken = (byte[])whole.Clone();
            for (var i = at; i < Math.Min(at + 64, whole.Length); i++)
                broken[i] ^= 0x5a;
            await File.WriteAllBytesAsync(path, broken);
            try
            {
                var report = await FootageCare.CheckAsync(bench.Options, FsckDepth.Size, null, CancellationToken.None);
                Assert.All(report.Findings, f => Assert.DoesNotContain("   at ", f.Text, StringComparison.Ordinal));
                if (
                    report.Findings.Any(f =>
                        f.Problem == FsckProblem.IndexDamaged && f.Text.Contains("run reindex", StringComparison.Ordinal)
                    )
                )
                    named++;
            }
            catch (FootageException e)
            {
                // That it is being made again would be a promise of the agent's; a file that cannot be opened at all says so.
                Assert.IsNotType<IndexRebuildingException>(e);
                Assert.DoesNotContain("   at ", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(named > 0);
    }

    private static IEnumerable<long> Numbers(ArchiveBench bench) =>
        bench
            .Files(DayLog.FileName)
            .SelectMany(File.ReadAllLines)
            .Select(l => JsonSerializer.Deserialize<DayLine>(l, ContractJson.Options)!.Number)
            .Order();

    /// <summary>Every page but the first is overwritten, under the open file; its log is emptied.</summary>
    private static void BreakPages(string path)
    {
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            var length = file.Length;
            file.Position = 4096;
            file.Write(Enumerable.Range(0, (int)Math.Max(0, length - 4096)).Select(i => (byte)(i * 31)).ToArray());
        }

        using var wal = new FileStream(path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[wal.Length];
        wal.Write(bytes.Select((_, i) => (byte)(i * 17)).ToArray());
    }
}
