using System.Globalization;
using ExamMonitor.Media;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Sound of real files, and what fragments tell of sound beside picture.</summary>
public sealed class SoundTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("anullsrc=r=16000:cl=mono", "aac -b:a 48k", -120, -90)]
    [InlineData("anullsrc=r=8000:cl=mono", "pcm_mulaw", -120, -90)]
    [InlineData("aevalsrc=0.25:s=16000:d=4", "pcm_s16le", -120, -90)]
    [InlineData("anoisesrc=r=16000:a=0.003:seed=4:d=4", "aac -b:a 48k", -62, -52)]
    [InlineData("sine=f=440:r=48000", "aac -b:a 96k", -23, -19)]
    [InlineData("sine=f=440:r=8000", "pcm_alaw", -23, -19)]
    public async Task EachSecond_SilenceQuietToneAndG711_HaveTheirLevel(string source, string codec, double least, double most)
    {
        var seconds = await MeasureAsync(source, codec);
        Assert.InRange(seconds.Count, 3, 4);
        Assert.All(seconds.Skip(1), s => Assert.InRange(s.LevelDb, least, most));
        Assert.All(seconds, s => Assert.Equal(0, s.ClippedShare));
    }

    [Theory]
    [InlineData("sine=f=440:r=48000,volume=30dB,aformat=sample_fmts=s16", "aac -b:a 64k")]
    [InlineData("sine=f=440:r=8000,volume=30dB", "pcm_mulaw")]
    public async Task EachSecond_OverDriven_IsClipped(string source, string codec) =>
        Assert.All((await MeasureAsync(source, codec)).Skip(1), s => Assert.InRange(s.ClippedShare, 0.05, 1));

    [Fact]
    public async Task EachSecond_NoTrack_IsEmptyAndNoMediaIsAnError()
    {
        await Clips.RunAsync(
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=160x90:r=5:d=2",
            "-c:v",
            "mpeg4",
            _folder["mute.mp4"]
        );
        var sound = await SoundAsync();
        Assert.Empty(await sound.EachSecondAsync(_folder["mute.mp4"], CancellationToken.None));
        await File.WriteAllTextAsync(_folder["noise.mp4"], "no media");
        await Assert.ThrowsAsync<Children.ChildProcessException>(() => sound.EachSecondAsync(_folder["noise.mp4"], CancellationToken.None));
        await Assert.ThrowsAsync<FileNotFoundException>(() => sound.EachSecondAsync(_folder["gone.mp4"], CancellationToken.None));
    }

    [Fact]
    public async Task EachSecond_FragmentsFromTheMiddleOfARun_AreMeasuredAsAFileIs()
    {
        var reader = new FragmentReader(
            new MemoryStream(await new FragmentedClip(30, Gop: 50, FragmentSeconds: 1, Size: "320x180").BytesAsync())
        );
        List<ReadOnlyMemory<byte>> pieces = [(await reader.ReadInitializationAsync(CancellationToken.None)).Bytes];
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
        {
            if (fragment.Start >= Pts90k.FromTimescale(3, 1))
                pieces.Add(fragment.Bytes);
        }

        var seconds = await (await SoundAsync()).EachSecondAsync(_ => pieces.ToAsyncEnumerable(), CancellationToken.None);
        Assert.InRange(seconds.Count, 25, 27);
        Assert.All(seconds.Skip(1), s => Assert.InRange(s.LevelDb, -40, 0));
    }

    [Fact]
    public async Task EachSecond_FragmentsThatAreNone_AreAnError() =>
        await Assert.ThrowsAsync<Children.ChildProcessException>(async () =>
            await (await SoundAsync()).EachSecondAsync(
                _ => new ReadOnlyMemory<byte>[] { new byte[200_000] }.ToAsyncEnumerable(),
                CancellationToken.None
            )
        );

    [Fact]
    public async Task Meter_TracksOfRealFragments_EndTogether()
    {
        var (meter, fragments) = await FragmentsAsync();
        foreach (var fragment in fragments)
            meter.Add(Captured(fragment));
        Assert.InRange(meter.AudioOffsetMs!.Value, -100, 100);
        Assert.False(meter.AudioStopped);
    }

    [Theory]
    [InlineData(1500)]
    [InlineData(-1500)]
    public async Task Meter_AudioTimesShifted_AreTheOffset(int behindMs)
    {
        var (meter, fragments) = await FragmentsAsync();
        foreach (var fragment in fragments)
        {
            meter.Add(
                Captured(
                    fragment with
                    {
                        Tracks =
                        [
                            .. fragment.Tracks.Select(t =>
                                t.TrackId == 2
                                    ? t with
                                    {
                                        BaseDecodeTime = (ulong)Math.Max(0, (long)t.BaseDecodeTime + 480_000 - (behindMs * 48)),
                                    }
                                    : t with
                                    {
                                        BaseDecodeTime = t.BaseDecodeTime + (10 * 12_800),
                                    }
                            ),
                        ],
                    }
                )
            );
        }

        Assert.InRange(meter.AudioOffsetMs!.Value, behindMs - 100, behindMs + 100);
    }

    [Fact]
    public async Task Meter_AudioTrackDriesUp_IsStoppedAfterTenSeconds()
    {
        var (meter, fragments) = await FragmentsAsync(14);
        var stoppedAt = -1;
        for (var i = 0; i < fragments.Count; i++)
        {
            meter.Add(Captured(i < 3 ? fragments[i] : fragments[i] with { Tracks = [.. fragments[i].Tracks.Where(t => t.TrackId != 2)] }));
            if (stoppedAt < 0 && meter.AudioStopped)
                stoppedAt = i;
            // What does not come has not drifted.
            Assert.InRange(meter.AudioOffsetMs ?? 0, -100, 100);
        }

        Assert.InRange(stoppedAt, 12, 13);
    }

    private static async Task<(RunMeter Meter, List<Fragment> Fragments)> FragmentsAsync(int seconds = 6)
    {
        var reader = new FragmentReader(new MemoryStream(await new FragmentedClip(seconds, Size: "160x90").BytesAsync()));
        var initialization = await reader.ReadInitializationAsync(CancellationToken.None);
        Assert.Equal((12_800u, 48_000u), (initialization.Video!.Timescale, initialization.Audio!.Timescale));
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
            fragments.Add(fragment);
        return (new(initialization), fragments);
    }

    private static CapturedFragment Captured(Fragment fragment)
    {
        var at = DateTimeOffset.UnixEpoch + fragment.End.ToTimeSpan();
        return new(fragment, at, at - TimeSpan.FromSeconds((double)fragment.Duration / Pts90k.PerSecond));
    }

    private static async Task<FileSound> SoundAsync() =>
        new(await FfmpegTools.FindAsync(null, null, TimeProvider.System, CancellationToken.None), TimeProvider.System);

    private async Task<IReadOnlyList<SoundSecond>> MeasureAsync(string source, string codec)
    {
        var path = _folder[$"{Guid.NewGuid():N}.mov"];
        await Clips.RunAsync(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", source, "-t", 4.ToString(CultureInfo.InvariantCulture), "-c:a", .. codec.Split(' '), path]
        );
        return await (await SoundAsync()).EachSecondAsync(path, CancellationToken.None);
    }
}
