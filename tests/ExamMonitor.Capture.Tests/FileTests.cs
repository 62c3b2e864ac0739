using ExamMonitor.Capture.Children;
using ExamMonitor.Media;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Snapshots, joined ranges and file frames, by real ffmpeg.</summary>
public sealed class FileTests(Clips clips)
{
    private static readonly MediaLabel Label = new(
        new(2026, 3, 2, 1, 0, 2, TimeSpan.Zero),
        new(2026, 3, 2, 9, 0, 2, TimeSpan.FromHours(8)),
        "demo / R7 / C1 \"quoted\" \\",
        "Ends 20 s before the asked end. 比所要求的结束时间早 20 秒。"
    );

    private static async Task<(InitializationSegment Initialization, List<Fragment> Fragments)> FragmentsAsync(
        string clip,
        TempFolder folder
    )
    {
        var file = folder["fragmented.mp4"];
        await Clips.RunAsync(
            "ffmpeg",
            "-v",
            "error",
            "-i",
            clip,
            "-t",
            "6",
            "-c",
            "copy",
            "-movflags",
            "+frag_keyframe+empty_moov+default_base_moof",
            "-y",
            file
        );
        await using var stream = File.OpenRead(file);
        var reader = new FragmentReader(stream);
        var initialization = await reader.ReadInitializationAsync(default);
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(default) is { } fragment)
            fragments.Add(fragment);
        return (initialization, fragments);
    }

    [Theory]
    [InlineData(null, 640)]
    [InlineData(320, 320)]
    [InlineData(4000, 640)]
    public async Task Snapshot_OfAFragment_IsAJpegOfTheAskedWidth(int? width, int expected)
    {
        using var folder = new TempFolder();
        var (initialization, fragments) = await FragmentsAsync(clips.Normal, folder);
        using var snapshots = new KeyFrameSnapshot(await RunningCamera.ToolsAsync(), TimeProvider.System);
        var jpeg = await snapshots.JpegAsync(initialization.Bytes, fragments[2].Bytes, width, CancellationToken.None);
        await File.WriteAllBytesAsync(folder["a.jpg"], jpeg);
        var told = await Clips.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "stream=codec_name,width",
            "-of",
            "csv=p=0",
            folder["a.jpg"]
        );
        Assert.Equal($"mjpeg,{expected}", told);
    }

    [Fact]
    public async Task Snapshot_OfGarbage_Fails()
    {
        using var folder = new TempFolder();
        var (initialization, _) = await FragmentsAsync(clips.Normal, folder);
        using var snapshots = new KeyFrameSnapshot(await RunningCamera.ToolsAsync(), TimeProvider.System);
        await Assert.ThrowsAsync<ChildProcessException>(() =>
            snapshots.JpegAsync(initialization.Bytes, new byte[5000], null, CancellationToken.None)
        );
    }

    [Fact]
    public async Task Snapshot_ManyAtOnce_AllSucceedWithBoundedChildren()
    {
        if (OperatingSystem.IsWindows())
            return; // The counting ffmpeg is a shell script.
        using var folder = new TempFolder();
        var (initialization, fragments) = await FragmentsAsync(clips.Normal, folder);
        var tools = await RunningCamera.ToolsAsync();
        // An ffmpeg that takes its time and notes how many of it run.
        await File.WriteAllTextAsync(
            folder["slow"],
            $$"""
            #!/bin/sh
            touch "$0.running.$$"; ls "$0".running.* | wc -l >>"$0.counts"; sleep 0.3
            '{{tools.FfmpegPath}}' "$@"; status=$?
            rm "$0.running.$$"; exit $status
            """
        );
        File.SetUnixFileMode(folder["slow"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var snapshots = new KeyFrameSnapshot(tools with { FfmpegPath = folder["slow"] }, TimeProvider.System, 2);
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, 5)
                .Select(i => snapshots.JpegAsync(initialization.Bytes, fragments[i % 3].Bytes, 160, CancellationToken.None))
        );
        Assert.All(all, jpeg => Assert.True(jpeg.Length > 500));
        Assert.Equal(2, (await File.ReadAllLinesAsync(folder["slow.counts"])).Max(int.Parse));
    }

    [Fact]
    public async Task Remux_ThreePiecesTrimmed_IsOneFileOfTheRightLength()
    {
        using var folder = new TempFolder();
        var pieces = new List<MediaPiece>();
        for (var i = 0; i < 3; i++)
        {
            // As an archive keeps them: fragmented, with decode times that go on from piece to piece; and a name that needs quoting.
            var path = folder[$"it's {i}.mp4"];
            await Clips.RunAsync(
                "ffmpeg",
                "-v",
                "error",
                "-ss",
                $"{i * 5}",
                "-i",
                clips.Normal,
                "-t",
                "5",
                "-c",
                "copy",
                "-output_ts_offset",
                $"{100 + (i * 5)}",
                "-movflags",
                "+frag_keyframe+empty_moov+default_base_moof",
                "-y",
                path
            );
            pieces.Add(new(path, i == 0 ? TimeSpan.FromSeconds(2) : null, i == 2 ? TimeSpan.FromSeconds(3) : null));
        }

        await using (var output = File.Create(folder["out.mp4"]))
        {
            await new RangeRemuxer(await RunningCamera.ToolsAsync(), TimeProvider.System).WriteAsync(
                pieces,
                Label,
                output,
                CancellationToken.None
            );
        }

        var frames = await Clips.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-count_frames",
            "-select_streams",
            "v",
            "-show_entries",
            "stream=nb_read_frames",
            "-of",
            "csv=p=0",
            folder["out.mp4"]
        );
        Assert.InRange(int.Parse(frames), (3 + 5 + 3) * 25 - 3, (3 + 5 + 3) * 25 + 3);
        Assert.Empty(await Clips.RunAsync("ffmpeg", "-v", "error", "-i", folder["out.mp4"], "-f", "null", "-"));
        var tags = await Clips.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "format_tags=creation_time,date,title,comment",
            "-of",
            "default=nk=0",
            folder["out.mp4"]
        );
        Assert.Contains("TAG:creation_time=2026-03-02T01:00:02.000000Z", tags, StringComparison.Ordinal);
        Assert.Contains("TAG:date=2026-03-02T09:00:02+08:00", tags, StringComparison.Ordinal);
        Assert.Contains($"TAG:title={Label.Title}", tags, StringComparison.Ordinal);
        Assert.Contains($"TAG:comment={Label.Comment}", tags, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remux_MissingPiece_NamesIt()
    {
        var remuxer = new RangeRemuxer(await RunningCamera.ToolsAsync(), TimeProvider.System);
        var error = await Assert.ThrowsAsync<FileNotFoundException>(() =>
            remuxer.WriteAsync([new("/nowhere/x.mp4")], Label, Stream.Null, CancellationToken.None)
        );
        Assert.Contains("/nowhere/x.mp4", error.Message);
    }

    [Fact]
    public async Task EachSecond_KeyFramesFarApart_StillGivesOnePerSecond()
    {
        var frames = new FileFrames(await RunningCamera.ToolsAsync(), TimeProvider.System);
        var seconds = new List<double>();
        await foreach (var picture in frames.EachSecondAsync(clips.LongGop, new(320, 180), CancellationToken.None))
        {
            using (picture)
            {
                Assert.Equal((240, 180), (picture.Width, picture.Height));
                Assert.Equal(DateTimeOffset.UnixEpoch + picture.Pts.ToTimeSpan(), picture.ArrivedAtUtc);
                seconds.Add(picture.Pts.ToTimeSpan().TotalSeconds);
            }
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(s => (double)s), seconds.Select(s => Math.Round(s, 3)));
    }

    [Fact]
    public async Task EachSecond_NoVideoFile_SaysWhich()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["x.mp4"], "not a video");
        var frames = new FileFrames(await RunningCamera.ToolsAsync(), TimeProvider.System);
        var error = await Assert.ThrowsAsync<ChildProcessException>(async () =>
        {
            await foreach (var picture in frames.EachSecondAsync(folder["x.mp4"], PictureSize.Analysis, CancellationToken.None))
                picture.Dispose();
        });
        Assert.Contains("x.mp4 cannot be decoded", error.Message);
    }

    [Fact]
    public async Task Image_Png_HasTheSizeAndTheLuma()
    {
        using var folder = new TempFolder();
        await Clips.RunAsync(
            "ffmpeg",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=white:s=100x50:d=1",
            "-frames:v",
            "1",
            folder["white.png"]
        );
        using var picture = await new FileFrames(await RunningCamera.ToolsAsync(), TimeProvider.System).ImageAsync(
            folder["white.png"],
            new(64, 48),
            CancellationToken.None
        );
        Assert.Equal(64 * 48 * 3 / 2, picture.Bytes.Length);
        Assert.All(picture.Bytes[..(64 * 48)].ToArray(), luma => Assert.InRange(luma, 233, 237));
    }
}
