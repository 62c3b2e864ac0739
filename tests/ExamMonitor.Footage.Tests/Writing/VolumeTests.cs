using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording.Writing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Writing;

public sealed class VolumeTests
{
    private static readonly FragmentedClip Shape = new(Seconds: 150, Fps: 5, Gop: 5, Size: "64x64");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Volume_UnmountedOrSwappedWhileRecording_GetsNoFileAndComesBackAlone(bool swapped)
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Shape);
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        var identity = Path.Combine(bench.VolumePath, VolumeIdentity.FileName);
        var right = await File.ReadAllTextAsync(identity);
        var filesBefore = 0;
        for (var i = 0; i < 150; i++)
        {
            if (i == 60)
            {
                filesBefore = bench.Files("*.mp4*").Length;
                File.Delete(identity);
                if (swapped)
                    await File.WriteAllTextAsync(
                        identity,
                        right.Replace(archive.VolumeId.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal)
                    );
            }

            if (i == 130)
            {
                Assert.Equal(filesBefore, bench.Files("*.mp4*").Length);
                Assert.Equal(GapCause.Disk, archive.GetFacts(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start).Cause);
                await File.WriteAllTextAsync(identity, right);
            }

            bench.Time.Advance(new Pts90k(clip.Fragments[i].Duration).ToTimeSpan());
            await recorder.AppendAsync(clip.Fragments[i], bench.Time.GetUtcNow(), CancellationToken.None);
            await recorder.DrainAsync();
        }

        Assert.True(archive.GetFacts(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start).Recording);
        var gap = Assert.Single(
            archive
                .GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start.AddSeconds(2), ArchiveBench.Start.AddSeconds(150))
                .Gaps
        );
        Assert.Equal((GapCause.Disk, Sentences.WrongVolume.En), (gap.Cause, gap.Detail!.En));
        Assert.Equal(ArchiveBench.Start.AddSeconds(130), gap.End!.Value, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Folder_WithOtherThingsInIt_NeverBecomesAVolume()
    {
        await using var bench = new ArchiveBench();
        await File.WriteAllTextAsync(Path.Combine(bench.VolumePath, "holiday.jpg"), "x");
        await Assert.ThrowsAsync<WrongVolumeException>(bench.OpenAsync);
        Assert.False(File.Exists(Path.Combine(bench.VolumePath, VolumeIdentity.FileName)));
    }

    [Fact]
    public async Task Audio_ThatHadToBeTranscoded_IsSaidSoInTheDayLine()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(Shape);
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(
            clip.Initialization,
            new("pcm_alaw", AudioTranscoded: true),
            bench.Time.GetUtcNow(),
            CancellationToken.None
        );
        foreach (var fragment in clip.Fragments.Take(20))
        {
            bench.Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None);
        }

        await bench.CloseAsync();
        var line = (await File.ReadAllLinesAsync(Assert.Single(bench.Files("day.jsonl"))))
            .Select(l => DayLog.TryParse(System.Text.Encoding.UTF8.GetBytes(l))!)
            .Single(l => l.Kind == DayLine.Segment);
        Assert.Equal(("pcm_alaw", true, "mp4a.40.2"), (line.AudioSent, line.AudioTranscoded, line.Audio));
    }
}
