using System.Globalization;
using ExamMonitor.CameraSimulator.Clips;
using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

public sealed class Mp4ReaderTests
{
    [Theory]
    [InlineData("C1_normal.mp4", "v:0", 500)]
    [InlineData("C1_normal.mp4", "a:0", 1876)]
    [InlineData("C1_normal_h265.mp4", "v:0", 200)]
    [InlineData("av-sync.mp4", "v:0", 400)]
    public async Task Read_SampleClip_AgreesWithFfprobe(string name, string stream, int count) =>
        Assert.Equal(count, await CompareAsync(Tools.Video(name), stream));

    [Theory]
    [InlineData("b.mp4", "v:0", "-c:v libx264 -bf 2 -g 25", "-c:a aac")]
    [InlineData("b.mp4", "a:0", "-c:v libx264 -bf 2 -g 25", "-c:a aac -ar 44100")]
    [InlineData(
        "front.mp4",
        "v:0",
        "-c:v libx265 -x265-params log-level=error:bframes=2 -g 25 -tag:v hvc1",
        "-c:a aac -movflags +faststart"
    )]
    [InlineData("alaw.mov", "v:0", "-c:v libx264 -g 25", "-c:a pcm_alaw -ar 8000")]
    public async Task Read_OtherKinds_AgreesWithFfprobe(string name, string stream, string video, string audio)
    {
        using var folder = new TempFolder();
        var clip = await Tools.MakeClipAsync(folder.Path, name, video.Split(' '), audio.Split(' '));
        Assert.True(await CompareAsync(clip, stream) > 40);
    }

    [Fact]
    public async Task Read_AlawInQuickTime_JoinsPacketsOf20Milliseconds()
    {
        using var folder = new TempFolder();
        var path = await Tools.MakeClipAsync(folder.Path, "alaw.mov", ["-c:v", "libx264"], ["-c:a", "pcm_alaw", "-ar", "8000"]);
        var audio = (await Mp4Reader.ReadFileAsync(path, default)).Audio!;
        Assert.Equal((Codec.Pcma, 8000, 100), (audio.Codec, audio.Clock, audio.Samples.Length));
        Assert.All(audio.Samples, s => Assert.Equal(160, s.Size));
    }

    [Fact]
    public async Task Read_AnyByteSpoiledOrCut_RefusesOrReadsButNeverFailsOtherwise()
    {
        var good = await File.ReadAllBytesAsync(Tools.Video("av-sync.mp4"));
        var moov = good.AsSpan().IndexOf("moov"u8);
        var random = new Random(7);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var bad = i % 3 == 0 ? good[..random.Next(good.Length)] : [.. good];
            for (var flips = random.Next(1, 4); flips > 0 && bad.Length > moov + 16; flips--)
            {
                bad[random.Next(moov, Math.Min(bad.Length, moov + 9000))] = (byte)random.Next(256);
            }

            try
            {
                Mp4Reader.Read(bad, "bad.mp4");
            }
            catch (InvalidClipException)
            {
                refused++;
            }
        }

        Assert.True(refused > 500, $"only {refused} refused");
    }

    [Fact]
    public void Read_NoVideo_SaysSo()
    {
        var error = Assert.Throws<InvalidClipException>(() => Mp4Reader.Read([0, 0, 0, 8, .. "free"u8], "x.mp4"));
        Assert.Contains("x.mp4: box 'moov' is missing", error.Message, StringComparison.Ordinal);
    }

    private static async Task<int> CompareAsync(string path, string stream)
    {
        var clip = await Mp4Reader.ReadFileAsync(path, default);
        var track = stream[0] == 'v' ? clip.Video : clip.Audio!;
        var probed = await Tools.RunAsync(
            "ffprobe",
            TimeSpan.FromSeconds(30),
            "-v",
            "error",
            "-select_streams",
            stream,
            "-show_entries",
            "packet=pts_time,dts_time,size,flags",
            "-of",
            "csv=p=0",
            path
        );
        var rows = probed.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split(',')).ToArray();
        Assert.Equal(rows.Length, track.Samples.Length);
        foreach (var (row, sample) in rows.Zip(track.Samples))
        {
            Assert.Equal(double.Parse(row[0], CultureInfo.InvariantCulture), Flicks.ToSeconds(sample.Pts), 5e-5);
            Assert.Equal(double.Parse(row[1], CultureInfo.InvariantCulture), Flicks.ToSeconds(sample.Dts), 5e-5);
            Assert.Equal(row[2], sample.Size.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(row[3].StartsWith('K'), sample.IsSync);
        }

        return rows.Length;
    }
}
