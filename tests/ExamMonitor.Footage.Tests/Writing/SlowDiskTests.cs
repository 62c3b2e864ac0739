using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Writing;

public sealed class SlowDiskTests
{
    [Fact]
    public async Task Disk_ThatStands_CostsTheSegmentsThatWaitAndBoundedMemory()
    {
        await using var bench = new ArchiveBench();
        using var gate = new ManualResetEventSlim(initialState: true);
        var volume = new SimulatedVolume
        {
            Before = (_, operation, _) =>
            {
                if (operation == "write")
                    gate.Wait(TimeSpan.FromSeconds(60));
            },
        };
        var options = new FootageOptions
        {
            VolumePath = "/simulated",
            IndexPath = bench.Options.IndexPath,
            Site = bench.Options.Site,
            QueueBytes = 1 << 20,
        };
        await using var archive = FootageArchive.Open(
            options,
            volume,
            null,
            new(bench.Ledger, bench.Time, NullLogger.Instance),
            CancellationToken.None
        );
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 90, Fps: 10, Gop: 10, Size: "320x180"));
        var recorder = archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera);
        await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        var refused = 0;
        for (var i = 0; i < 90; i++)
        {
            if (i < 30 || i > 70)
                await recorder.DrainAsync();
            if (i == 30)
                gate.Reset();

            if (i == 70)
            {
                gate.Set();
                await recorder.DrainAsync();
            }

            bench.Time.Advance(new Pts90k(clip.Fragments[i].Duration).ToTimeSpan());
            if (!await recorder.AppendAsync(clip.Fragments[i], bench.Time.GetUtcNow(), CancellationToken.None))
                refused++;
            Assert.InRange(recorder.WaitingBytes, 0, options.QueueBytes + clip.Fragments[i].Bytes.Length);
        }

        await recorder.EndRunAsync(GapCause.Network, null, bench.Time.GetUtcNow(), CancellationToken.None);
        bench.Time.Advance(TimeSpan.FromSeconds(100));
        await recorder.DrainAsync();
        Assert.InRange(refused, 5, 40);
        var timeline = archive.GetTimeline(ArchiveBench.Room, ArchiveBench.Camera, ArchiveBench.Start, ArchiveBench.Start.AddSeconds(90));
        var gap = Assert.Single(timeline.Gaps, g => g.Cause == GapCause.Disk);
        Assert.Equal(refused, (gap.End - gap.Start)!.Value.TotalSeconds, 1.5);
        Assert.Equal((90.0 - refused) / 90, timeline.Completeness!.Value, 0.03);
        Assert.NotNull(recorder.Live.Playlist());
    }
}
