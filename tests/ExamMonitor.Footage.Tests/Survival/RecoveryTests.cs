using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Writing;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// What a start after a death says of the files that it finds: no more than they hold, and nothing is thrown away that cannot be read.
/// </summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task VolumeSwapped_InTheFirstSegmentAfterAGap_OtherDiskGetsNoDayLine()
    {
        using var script = await Script.NewAsync();
        var archive = script.Open();
        using (var journal = Script.Journal(archive))
        {
            script.StartRun(journal);
            script.Feed(journal, 0, 4);
            // Another disk lies at the path; the segment that is open ends the gap before it.
            script.Volume.Remove();
            script.Feed(journal, 4, 20);
            journal.Close(Contracts.Messages.GapCause.Agent, null, script.Time.GetUtcNow());
        }

        archive.Context.Index.Dispose();
        Assert.Empty(script.Volume.AllFiles());
        Assert.Empty(script.Volume.Folders(""));
    }

    [Fact]
    public async Task Hole_InAFileThatWasBeingWritten_IsNotClaimed()
    {
        using var script = await Script.NewAsync();
        var clip = await Clip.OfAsync(
            new FragmentedClip(Seconds: 20, Fps: 5, Gop: 5, Size: "64x64", Audio: false, HoleFrom: 4, HoleTo: 14)
        );
        Kill(
            script,
            journal =>
            {
                journal.StartRun(clip.Initialization, new RunFacts(null, false), script.Time.GetUtcNow());
                foreach (var fragment in clip.Fragments)
                {
                    script.Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
                    journal.Append(fragment, script.Time.GetUtcNow());
                }
            }
        );
        var archive = script.Open();
        using var index = archive.Context.Index;
        var (from, to) = (ArchiveBench.Start, ArchiveBench.Start.AddSeconds(19));
        Assert.Single(archive.FindSegments(ArchiveBench.Room, ArchiveBench.Camera, from, to), s => s.Recovered);
        var timeline = archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, from, to);
        var hole = Assert.Single(timeline.Gaps, g => g.Cause == GapCause.Unknown && g.End < to);
        Assert.Equal(10, (hole.End - hole.Start)!.Value.TotalSeconds, 0.3);
        Assert.Equal(9.0 / 19, timeline.Completeness!.Value, 0.02);
    }

    [Fact]
    public async Task Pause_WhoseEndWasNotNotedYet_IsClosedWhereTheFootageGoesOn()
    {
        using var script = await Script.NewAsync();
        Kill(
            script,
            journal =>
            {
                script.StartRun(journal);
                script.Feed(journal, 0, 4);
                journal.EndRun(GapCause.Network, null, script.Time.GetUtcNow());
                script.Time.Advance(TimeSpan.FromSeconds(3));
                script.StartRun(journal);
                script.Feed(journal, 4, 7);
            }
        );
        var archive = script.Open();
        using var index = archive.Context.Index;
        var camera = archive.Context.Index.Read(q => q.Cameras())[0];
        Assert.Null(archive.Context.Index.Read(q => q.OpenGap(camera.No)));
        var gap = Assert.Single(archive.Context.Index.Read(q => q.Gaps(camera, 0, long.MaxValue / 2)), g => g.Cause == GapCause.Network);
        Assert.Equal((4.0, 7.0), (Seconds(gap.StartMs), Seconds(gap.EndMs!.Value)));
        Assert.Equal(
            0.7,
            archive
                .GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddSeconds(10))
                .Completeness!.Value,
            0.02
        );
    }

    [Fact]
    public async Task Part_ThatTheDiskDoesNotGiveBack_StopsNoRecordingAndWaits()
    {
        using var script = await Script.NewAsync();
        Kill(
            script,
            journal =>
            {
                script.StartRun(journal);
                script.Feed(journal, 0, 4);
            }
        );
        var part = script.Volume.AllFiles().Single(f => f.EndsWith(".part", StringComparison.Ordinal));
        script.Volume.Unreadable.Add(part);
        script.PlayAgain();
        Assert.Contains(part, script.Volume.AllFiles());
        Assert.Equal(2, Invariants.Held(script).TotalSeconds, 0.3);
        script.Volume.Unreadable.Clear();
        script.Open().Context.Index.Dispose();
        Invariants.Hold(script, "the disk gave it back");
        Assert.Equal(6, Invariants.Held(script).TotalSeconds, 0.3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CommittedFile_WhoseHeadIsDamaged_IsNeverThrownAway(bool reindex)
    {
        await using var bench = new ArchiveBench();
        await bench.OpenAsync();
        await bench.FeedAsync(await Clip.OfAsync(new FragmentedClip(Seconds: 40, Fps: 5, Gop: 5, Size: "64x64")));
        await bench.CloseAsync();
        var file = bench.Files("*.mp4")[0];
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.AsSpan().IndexOf("moov"u8)] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        // Nobody knows of it any more: neither row nor day line.
        foreach (var line in bench.Files("day.jsonl"))
            File.Delete(line);
        foreach (var index in Directory.GetFiles(Path.GetDirectoryName(bench.Options.IndexPath)!))
            File.Delete(index);
        if (reindex)
        {
            _ = await FootageCare.ReindexAsync(
                bench.Options,
                new(bench.Ledger, bench.Time, NullLogger.Instance),
                null,
                CancellationToken.None
            );
        }

        await bench.OpenAsync();
        await bench.CloseAsync();
        var report = await FootageCare.CheckAsync(bench.Options, FsckDepth.Presence, null, CancellationToken.None);
        var finding = Assert.Single(report.Findings, f => f.Problem == FsckProblem.RowMissing);
        _ = await FootageCare.RepairAsync(
            bench.Options,
            report,
            new(bench.Ledger, bench.Time, NullLogger.Instance),
            CancellationToken.None
        );
        await bench.OpenAsync();
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file));
        Assert.EndsWith(finding.Path, file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OlderFile_TakenInLate_MakesNoGapOverWhatCameAfterIt()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 150, Fps: 5, Gop: 5, Size: "64x64"));
        await bench.FeedAsync(clip);
        await bench.CloseAsync();
        var segments = bench.Files("*.mp4");
        Assert.InRange(segments.Length, 2, 4);
        var day = bench.Files("day.jsonl").Single();
        // The line of the oldest segment is lost, and the index with it.
        await File.WriteAllLinesAsync(
            day,
            (await File.ReadAllLinesAsync(day)).Where(l => !l.Contains(Path.GetFileName(segments[0]), StringComparison.Ordinal))
        );
        foreach (var index in Directory.GetFiles(Path.GetDirectoryName(bench.Options.IndexPath)!))
            File.Delete(index);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        archive = await bench.OpenAsync();
        _ = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        var end = ArchiveBench.Start.AddSeconds(149);
        Assert.Equal(1, archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start.AddSeconds(1), end).Completeness);
        Assert.DoesNotContain(
            archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, end.AddMinutes(1)).Gaps,
            g => g.Start > ArchiveBench.Start.AddSeconds(1) && g.Start < end
        );
    }

    private static double Seconds(long ms) => Math.Round((ms - UnixMs.Of(ArchiveBench.Start)) / 1000.0, 1);

    private static void Kill(Script script, Action<CameraJournal> work)
    {
        var archive = script.Open();
        using (var journal = Script.Journal(archive))
            work(journal);
        archive.Context.Index.Dispose();
        script.Restart(script.Volume.AfterKill());
    }
}
