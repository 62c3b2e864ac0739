using System.Security.Cryptography;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Recording.Care;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Care;

public sealed class CareTests
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
        var clip = await Clip.OfAsync(Shape);
        await bench.FeedAsync(clip);
        bench.Time.Advance(TimeSpan.FromSeconds(40));
        await bench.FeedAsync(clip);
        await bench.CloseAsync();
        await bench.OpenAsync();
        var before = TimelineOf(bench);
        await bench.CloseAsync();
        return (bench, before);
    }

    private static Timeline TimelineOf(ArchiveBench bench) =>
        bench.Archive!.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start.AddHours(-1), ArchiveBench.Start.AddHours(1));

    private static CareSurroundings Around(ArchiveBench bench) => new(bench.Ledger, bench.Time, NullLogger.Instance);

    private static Task<FsckReport> CheckAsync(ArchiveBench bench, FsckDepth depth = FsckDepth.Hash) =>
        FootageCare.CheckAsync(bench.Options, depth, null, CancellationToken.None);

    private static string Fingerprint(ArchiveBench bench) =>
        string.Join('\n', bench.Files("*").Select(f => $"{f} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}"));

    [Fact]
    public async Task Index_DeletedAndMadeAgain_SaysTheSame()
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        var leaves = bench.Ledger.Leaves.Count;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(bench.Options.IndexPath)!))
            File.Delete(file);
        await bench.OpenAsync();
        var after = TimelineOf(bench);
        Assert.DoesNotContain(after.Segments, s => s.Entry is null);
        Assert.Equal(before.Segments, after.Segments);
        Assert.Equal(
            before.Gaps.Where(g => g.End is not null).Select(g => (g.Start, g.End, g.Cause)).Take(2),
            after.Gaps.Where(g => g.End is not null).Select(g => (g.Start, g.End, g.Cause)).Take(2)
        );
        var playlist = bench.Archive!.RangePlaylist(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start,
            ArchiveBench.Start.AddHours(1)
        );
        Assert.Contains("EXT-X-BYTERANGE", playlist, StringComparison.Ordinal);
        await bench.FeedAsync(await Clip.OfAsync(Shape));
        await bench.CloseAsync();
        Assert.True((await CheckAsync(bench)).IsWhole);
        // Numbers and ledger go on without a hole.
        Assert.True(bench.Ledger.Leaves.Count > leaves);
        Assert.Equal([.. Enumerable.Range(1, bench.Ledger.Leaves.Count).Select(n => (long)n)], bench.Ledger.Leaves.Select(l => l.Number));
        Assert.Equal(
            [.. Enumerable.Range(-1, bench.Ledger.Leaves.Count).Select(n => (long)n)],
            bench.Ledger.Leaves.Select(l => l.PreviousLeaf)
        );
    }

    /// <summary>
    /// What a new index settles again may be followed by lines of footage that was let go: nothing could make those again, and a
    /// verification would call the day's lines changed.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Index_MadeAgain_AfterNewerFootageWasLetGo_KeepsItsDayLines(bool goesOn)
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        await bench.OpenAsync();
        var held = bench.Archive!.FindSegments(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            ArchiveBench.Start.AddHours(-1),
            ArchiveBench.Start.AddHours(1)
        );
        Assert.True(held.Count >= 6 && held.Count == before.Segments.Count, $"{held.Count}");
        foreach (var segment in held.Skip(3))
            bench.Archive.LetGo(segment, "for the test");
        await bench.CloseAsync();
        var path = bench.Files("day.jsonl").Single();
        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(bench.Options.IndexPath)!))
            File.Delete(file);
        await bench.OpenAsync();
        if (goesOn)
            await bench.FeedAsync(await Clip.OfAsync(Shape));
        await bench.CloseAsync();
        var after = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(lines, after.Take(lines.Length));
        Assert.Equal([.. Enumerable.Range(1, bench.Ledger.Leaves.Count).Select(n => (long)n)], bench.Ledger.Leaves.Select(l => l.Number));
    }

    [Fact]
    public async Task Reindex_OfFilesAlone_WithoutDayLines_TakesThemInByWhatTheySay()
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        foreach (var file in bench.Files("day.jsonl"))
            File.Delete(file);
        bench.Ledger.Leaves.Clear();
        var report = await FootageCare.ReindexAsync(bench.Options, Around(bench), null, CancellationToken.None);
        Assert.Equal(before.Segments.Count, report.Adopted);
        await bench.OpenAsync();
        var after = TimelineOf(bench);
        Assert.Equal(before.Segments.Select(s => s.Sha256), after.Segments.Select(s => s.Sha256));
        foreach (var (one, other) in before.Segments.Zip(after.Segments))
        {
            Assert.Equal(one.Start, other.Start, TimeSpan.FromMilliseconds(2));
            Assert.Equal(one.End, other.End, TimeSpan.FromMilliseconds(30));
        }
    }

    [Fact]
    public async Task Fsck_OfAWholeArchive_FindsNothingAndChangesNothing()
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        var fingerprint = Fingerprint(bench);
        var report = await CheckAsync(bench);
        Assert.True(report.IsWhole, string.Join('\n', report.Findings));
        Assert.Equal((before.Segments.Count, before.Segments.Count), ((int)report.Segments, (int)report.Files));
        Assert.Equal(fingerprint, Fingerprint(bench));
    }

    [Theory]
    [InlineData("missing", FsckDepth.Presence, FsckProblem.FileMissing, FsckRepair.ForgetRow)]
    [InlineData("cut", FsckDepth.Size, FsckProblem.WrongSize, FsckRepair.None)]
    [InlineData("flipped", FsckDepth.Hash, FsckProblem.WrongHash, FsckRepair.None)]
    [InlineData("swapped", FsckDepth.Size, FsckProblem.WrongSize, FsckRepair.None)]
    [InlineData("strange", FsckDepth.Presence, FsckProblem.RowMissing, FsckRepair.Adopt)]
    [InlineData("part", FsckDepth.Presence, FsckProblem.StrayPart, FsckRepair.Adopt)]
    [InlineData("line", FsckDepth.Presence, FsckProblem.DayLineMissing, FsckRepair.WriteDayLine)]
    [InlineData("chain", FsckDepth.Presence, FsckProblem.DayLogBroken, FsckRepair.None)]
    public async Task Fsck_OfPlantedDamage_FindsItAndRepairsOnlyWhenTold(
        string damage,
        FsckDepth depth,
        FsckProblem problem,
        FsckRepair repair
    )
    {
        var (bench, _) = await RecordedAsync();
        await using var __ = bench;
        Plant(bench, damage);
        var fingerprint = Fingerprint(bench);
        var report = await CheckAsync(bench, depth);
        Assert.Contains(report.Findings, f => f.Problem == problem && f.Repair == repair);
        Assert.Equal(fingerprint, Fingerprint(bench));
        var repaired = await FootageCare.RepairAsync(bench.Options, report, Around(bench), CancellationToken.None);
        Assert.Equal(repair == FsckRepair.None, repaired.Left.Any(f => f.Problem == problem));
        var again = await CheckAsync(bench, depth);
        if (repair != FsckRepair.None)
            Assert.True(again.IsWhole, string.Join('\n', again.Findings));
        else
            Assert.Contains(again.Findings, f => f.Problem == problem);
    }

    [Fact]
    public async Task Segment_DestroyedWhileWatched_IsReadToItsEnd()
    {
        var (bench, before) = await RecordedAsync();
        await using var _ = bench;
        var archive = await bench.OpenAsync();
        var segment = archive.FindSegment(before.Segments[1].Id)!;
        await using var stream = archive.OpenSegment(segment)!;
        var buffer = new byte[1000];
        await stream.ReadExactlyAsync(buffer);
        archive.LetGo(segment, "test rule");
        // What is watched is gone for everybody else, and more of it is still to be read.
        Assert.Empty(bench.Files("*.mp4").Where(f => f.EndsWith(segment.Path, StringComparison.Ordinal)));
        Assert.True(stream.Length > 100_000, $"{stream.Length} B fit into the buffer of one read");
        using var rest = new MemoryStream();
        await stream.CopyToAsync(rest);
        Assert.Equal(Convert.ToHexString(segment.Sha256.Span), Convert.ToHexString(SHA256.HashData([.. buffer, .. rest.ToArray()])));
        Assert.Null(archive.FindSegment(segment.Id));
        Assert.Null(archive.OpenSegment(segment));
        await bench.CloseAsync();
        Assert.True((await CheckAsync(bench)).IsWhole);
    }

    private static void Plant(ArchiveBench bench, string damage)
    {
        var files = bench.Files("*.mp4");
        var lines = bench.Files("day.jsonl")[0];
        switch (damage)
        {
            case "missing":
                File.Delete(files[1]);
                break;
            case "cut":
                File.WriteAllBytes(files[1], File.ReadAllBytes(files[1])[..^7]);
                break;
            case "flipped":
                Flip(files[1]);
                break;
            case "swapped":
                var (one, other) = (File.ReadAllBytes(files[0]), File.ReadAllBytes(files[1]));
                File.WriteAllBytes(files[0], other);
                File.WriteAllBytes(files[1], one);
                break;
            case "strange":
                File.Copy(files[1], Path.Combine(Path.GetDirectoryName(files[1])!, "235959Z.mp4"));
                break;
            case "part":
                File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(files[1])!, "235958Z.mp4.part"), File.ReadAllBytes(files[1])[..^7]);
                break;
            case "line":
                File.WriteAllLines(lines, File.ReadAllLines(lines)[..^1]);
                break;
            case "chain":
                File.WriteAllLines(lines, File.ReadAllLines(lines).Where((_, i) => i != 1));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(damage));
        }
    }

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }
}
