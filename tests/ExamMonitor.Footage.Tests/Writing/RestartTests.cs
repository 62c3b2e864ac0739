using ExamMonitor.Contracts;
using ExamMonitor.Media;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Writing;

/// <summary>A camera that comes and goes costs nothing that adds up; cameras that start together do not rotate together.</summary>
public sealed class RestartTests
{
    private const int Restarts = 200;
    private const int WarmUp = 40;

    [Fact]
    public async Task Camera_RestartedTwoHundredTimes_LeaksNothing()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 60, Fps: 5, Gop: 5, Size: "64x64"));
        var handedOver = new List<WeakReference>();
        for (var i = 0; i < WarmUp; i++)
            await RestartAsync(bench, clip, handedOver);
        var (handles, leaves, files) = Now(bench);
        for (var i = 0; i < Restarts; i++)
            await RestartAsync(bench, clip, handedOver);
        await bench.SettleAsync();
        var after = Now(bench);
        var minutes = Restarts * 10 / 60.0;
        Assert.InRange(after.Files - files, minutes * 0.8, (minutes * 1.3) + 2);
        // A gap for each restart, and the segment that a minute makes: no more.
        Assert.InRange(after.Leaves - leaves, Restarts, Restarts + (minutes * 1.3) + 3);
        Assert.True(after.Handles <= handles + 3, $"{handles} handles before, {after.Handles} after {Restarts} restarts");
        // Whatever is kept of a run keeps its media or its initialization: only what live viewers may ask for is. The process's memory says
        // nothing, other tests share it.
        var alive = Alive(handedOver);
        Assert.True(alive <= 40, $"{alive} of {handedOver.Count} fragments and initializations are still kept");
        Assert.Empty(bench.Files("*.part"));
        Assert.Empty(archive.Context.Index.Read(q => q.Parts()));
        Assert.Equal(0, archive.Recorder(ArchiveBench.Room, ArchiveBench.Camera).WaitingBytes);
    }

    [Fact]
    public async Task Cameras_ThatStartTogether_RotateAtSecondsOfTheirOwn()
    {
        await using var bench = new ArchiveBench();
        var archive = await bench.OpenAsync();
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 150, Fps: 5, Gop: 5, Size: "64x64"));
        var recorders = Enumerable.Range(1, 16).Select(i => archive.Recorder(ArchiveBench.Room, CameraId.Of($"C{i}"))).ToList();
        foreach (var recorder in recorders)
            await recorder.StartRunAsync(clip.Initialization, new(null, false), bench.Time.GetUtcNow(), CancellationToken.None);
        foreach (var fragment in clip.Fragments)
        {
            bench.Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
            foreach (var recorder in recorders)
                await recorder.AppendAsync(fragment, bench.Time.GetUtcNow(), CancellationToken.None);
            await Task.WhenAll(recorders.Select(r => r.DrainAsync()));
        }

        var ends = recorders
            .SelectMany(r => archive.FindSegments(r.Room, r.Camera, ArchiveBench.Start, ArchiveBench.Start.AddSeconds(145)))
            .Where(s => s.EndUtc < ArchiveBench.Start.AddSeconds(149))
            .Select(s => (int)(s.EndUtc - ArchiveBench.Start).TotalSeconds)
            .ToList();
        Assert.InRange(ends.Count, 16, 48);
        Assert.True(ends.GroupBy(s => s).Max(g => g.Count()) <= 4, string.Join(' ', ends.Order()));
    }

    // Eight seconds of footage, two without.
    private static async Task RestartAsync(ArchiveBench bench, Clip clip, List<WeakReference> handedOver)
    {
        await bench.FeedAsync(Copy(clip, handedOver));
        bench.Time.Advance(TimeSpan.FromSeconds(2));
    }

    /// <summary>The same once more, as a camera that comes back sends it, so that it can be told what of it is still kept.</summary>
    private static Clip Copy(Clip clip, List<WeakReference> handedOver)
    {
        var copy = new Clip(clip.Initialization with { }, [.. clip.Fragments.Take(8).Select(f => f with { })]);
        handedOver.Add(new(copy.Initialization));
        handedOver.AddRange(copy.Fragments.Select(f => new WeakReference(f)));
        return copy;
    }

    private static int Alive(List<WeakReference> handedOver)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return handedOver.Count(w => w.IsAlive);
    }

    private static (int Handles, int Leaves, int Files) Now(ArchiveBench bench)
    {
        var handles = OperatingSystem.IsLinux() ? Directory.GetFiles("/proc/self/fd").Count(OfThisTest) : 0;
        return (handles, bench.Ledger.Leaves.Count, bench.Files("*.mp4").Length);

        // Other tests of this process open files of their own.
        bool OfThisTest(string handle)
        {
            try
            {
                return new FileInfo(handle).LinkTarget is { } target
                    && target.StartsWith(Path.GetDirectoryName(bench.VolumePath)!, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }
}
