using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Playback;

public sealed class LiveWindowTests
{
    private static LiveWindow Window(TimeSpan length, long maxBytes, TimeProvider? time = null) =>
        new(length, maxBytes, time ?? new ManualTimeProvider(ArchiveBench.Start));

    private static async Task<byte[]?> ReadAsync(LiveFragment? fragment) =>
        fragment is null ? null : (await fragment.ReadAsync(CancellationToken.None))?.ToArray();

    [Fact]
    public async Task Window_OfTwoRuns_SlidesAndMarksTheDiscontinuity()
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64"));
        var window = Window(TimeSpan.FromSeconds(10), 1 << 20);
        Assert.Null(window.Playlist());
        window.StartRun(clip.Initialization);
        for (var i = 0; i < 20; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        var text = window.Playlist()!;
        Assert.Contains("#EXT-X-MEDIA-SEQUENCE:9\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("#EXT-X-DISCONTINUITY\n", text, StringComparison.Ordinal);
        window.StartRun(clip.Initialization);
        for (var i = 20; i < 24; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        text = window.Playlist()!;
        Assert.Single(text.Split('\n'), l => l == "#EXT-X-DISCONTINUITY");
        Assert.Contains("init-1.mp4", text, StringComparison.Ordinal);
        Assert.Contains("init-2.mp4", text, StringComparison.Ordinal);
        for (var i = 24; i < 30; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        for (var i = 0; i < 6; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(30 + i));
        text = window.Playlist()!;
        Assert.Contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n", text, StringComparison.Ordinal);
        Assert.Null(window.Initialization(1));
        Assert.Null(window.Fragment(0));
        Assert.NotNull(window.Newest());
    }

    [Fact]
    public async Task Follower_FromTheNewestKeyFrame_GetsEachFragmentUntilTheRunEnds()
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 5, Gop: 10, FragmentSeconds: 1, Size: "64x64"));
        Assert.Equal([true, false, true, false], clip.Fragments.Take(4).Select(f => f.StartsWithSync));
        var window = Window(TimeSpan.FromSeconds(10), 1 << 20);
        Assert.Null(window.Follow());
        window.StartRun(clip.Initialization);
        for (var i = 0; i < 4; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        var follower = window.Follow()!;
        Assert.Equal(clip.Fragments[2].Bytes, await follower.NextAsync(CancellationToken.None));
        Assert.Equal(clip.Fragments[3].Bytes, await follower.NextAsync(CancellationToken.None));
        var next = follower.NextAsync(CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);
        window.Add(clip.Fragments[4], ArchiveBench.Start.AddSeconds(4));
        Assert.Equal(clip.Fragments[4].Bytes, await next);
        next = follower.NextAsync(CancellationToken.None).AsTask();
        window.StartRun(clip.Initialization);
        Assert.Null(await next);
    }

    /// <summary>Smart codecs send a key frame a minute: the picture can be asked for at any moment of it.</summary>
    [Fact]
    public async Task KeyFrame_OlderThanTheWindow_StaysUntilTheNextOne_WithinTheBytes()
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 5, Gop: 100, FragmentSeconds: 1, Size: "64x64"));
        Assert.Equal([0, 20], clip.Fragments.Select((f, i) => (f, i)).Where(x => x.f.StartsWithSync).Select(x => x.i));
        var window = Window(TimeSpan.FromSeconds(4), 1 << 20);
        window.StartRun(clip.Initialization);
        for (var i = 0; i < 20; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        Assert.Equal(clip.Fragments[0].Bytes.ToArray(), await ReadAsync(window.Newest()!.Value.Fragment));
        Assert.NotNull(window.Follow());
        window.Add(clip.Fragments[20], ArchiveBench.Start.AddSeconds(20));
        Assert.Equal(clip.Fragments[20].Bytes.ToArray(), await ReadAsync(window.Newest()!.Value.Fragment));
        Assert.Null(window.Fragment(15));
        Assert.NotNull(window.Fragment(16));

        var small = Window(TimeSpan.FromSeconds(4), clip.Fragments.Take(5).Sum(f => f.Bytes.Length));
        small.StartRun(clip.Initialization);
        for (var i = 0; i < 20; i++)
            small.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        Assert.Null(small.Fragment(0));
    }

    [Fact]
    public async Task Since_AnInstant_GivesWhatBeganLaterOfTheNewestRun()
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64"));
        var window = Window(TimeSpan.FromSeconds(20), 1 << 20);
        Assert.Null(window.Since(ArchiveBench.Start));
        window.StartRun(clip.Initialization);
        for (var i = 0; i < 4; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        window.StartRun(clip.Initialization);
        for (var i = 4; i < 10; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        var tail = window.Since(ArchiveBench.Start.AddSeconds(7))!;
        Assert.Equal((ArchiveBench.Start.AddSeconds(7), 3.0), (tail.StartUtc, tail.Length.TotalSeconds));
        Assert.Equal(
            [clip.Initialization.Bytes.ToArray(), .. clip.Fragments.Skip(7).Take(3).Select(f => f.Bytes.ToArray())],
            await tail.PiecesAsync(CancellationToken.None).Select(p => p.ToArray()).ToListAsync()
        );
        Assert.Equal(ArchiveBench.Start.AddSeconds(4), window.Since(DateTimeOffset.MinValue)!.StartUtc);
        Assert.Null(window.Since(ArchiveBench.Start.AddSeconds(10)));
    }

    [Fact]
    public async Task Follower_TooSlowForTheWindow_EndsInsteadOfLeavingAHole()
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64"));
        var window = Window(TimeSpan.FromSeconds(3), 1 << 20);
        window.StartRun(clip.Initialization);
        window.Add(clip.Fragments[0], ArchiveBench.Start);
        var follower = window.Follow()!;
        for (var i = 1; i < 8; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        Assert.Null(await follower.NextAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Live_AsServed_PlaysInAnHlsPlayer()
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64"));
        var window = Window(TimeSpan.FromSeconds(10), 1 << 20);
        window.StartRun(clip.Initialization);
        for (var i = 0; i < 15; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["index.m3u8"], window.Playlist() + "#EXT-X-ENDLIST\n");
        await File.WriteAllBytesAsync(folder["init-1.mp4"], window.Initialization(1)!.Value.ToArray());
        for (var i = 0; i < 15; i++)
        {
            if (await ReadAsync(window.Fragment(i)) is { } bytes)
                await File.WriteAllBytesAsync(folder[$"{i}.m4s"], bytes);
        }

        var (packets, errors) = await ArchiveBench.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-allowed_extensions",
            "ALL",
            "-count_packets",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=nb_read_packets",
            "-of",
            "csv=p=0",
            folder["index.m3u8"]
        );
        Assert.Equal("", errors);
        Assert.StartsWith("55", packets.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_BeyondTheBound_PushOldFragmentsOut()
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 30, Fps: 5, Gop: 5, Size: "64x64"));
        var window = Window(TimeSpan.FromSeconds(100), clip.Fragments.Take(10).Sum(f => f.Bytes.Length));
        window.StartRun(clip.Initialization);
        for (var i = 0; i < 30; i++)
            window.Add(clip.Fragments[i], ArchiveBench.Start.AddSeconds(i));
        Assert.Null(window.Fragment(10));
        Assert.NotNull(window.Fragment(29));
    }
}
