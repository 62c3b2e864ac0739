using ExamMonitor.Capture;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Coverage.Printing;
using ExamMonitor.TestKit;
using OpenCvSharp;
using Xunit;

namespace ExamMonitor.Agent.Tests.Evaluation;

/// <summary>A copy with blurred regions, made by the real ffmpeg and looked at picture by picture.</summary>
public sealed class RegionBlurTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Copy_OfTwoFiles_IsBlurredWhereAndWhenItWasDrawnAndSaysThatItIsACopy()
    {
        var ct = TestContext.Current.CancellationToken;
        foreach (var name in new[] { "a.mp4", "b.mp4" })
            await File.WriteAllBytesAsync(_folder[name], await new FragmentedClip(Seconds: 3, Size: "640x360").BytesAsync(), ct);
        await File.WriteAllBytesAsync(_folder["strip.png"], CopyStrip.Png("COPY, blurred · not evidence      副本（已遮挡）· 非证据"), ct);
        using var blur = new RegionBlur(await FfmpegTools.FindAsync(null, null, TimeProvider.System, ct), TimeProvider.System);
        // Two seconds over the seam; the region from the first second on.
        await blur.WriteAsync(
            [new(_folder["a.mp4"], TimeSpan.FromSeconds(3)), new(_folder["b.mp4"], TimeSpan.FromSeconds(3))],
            TimeSpan.FromSeconds(2),
            TimeSpan.FromSeconds(2),
            [new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), 0.7, 0.55, 0.2, 0.35)],
            _folder["strip.png"],
            ("COPY 副本", RedactedCopyMark.Word + " C1"),
            _folder["copy.mp4"],
            ct
        );
        var facts = await OtherProgram.RunAsync(
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "format=duration:format_tags=title,comment:stream=codec_type,width,height",
            "-of",
            "default=nw=1",
            _folder["copy.mp4"]
        );
        Assert.Contains("TAG:comment=exam-monitor/redacted-copy/1 C1", facts, StringComparison.Ordinal);
        Assert.Contains("TAG:title=COPY 副本", facts, StringComparison.Ordinal);
        Assert.DoesNotContain("codec_type=audio", facts, StringComparison.Ordinal);
        Assert.Contains("width=640\nheight=360", facts, StringComparison.Ordinal);
        using var original = await PictureAsync("b.mp4", 0.6);
        using var before = await PictureAsync("copy.mp4", 0.5);
        using var after = await PictureAsync("copy.mp4", 1.6);
        var (region, beside) = (new Rect(460, 206, 100, 104), new Rect(60, 206, 200, 104));
        Assert.True(Detail(original, region) > 10, $"the clip shows nothing there: {Detail(original, region)}");
        Assert.True(Detail(after, region) < Detail(original, region) / 5, $"{Detail(after, region)} of {Detail(original, region)} is left");
        Assert.True(Detail(before, region) > Detail(original, region) / 2, "what was not drawn yet is blurred");
        Assert.True(Detail(after, beside) > Detail(original, beside) / 2, "what was not drawn is blurred");
        // The strip: red over the whole width, in every picture.
        foreach (var picture in new[] { before, after })
        {
            var edge = picture.At<Vec3b>(4, 4);
            Assert.True(edge.Item2 > 120 && edge.Item1 < 70, $"{edge}");
        }

        using var copy = File.OpenRead(_folder["copy.mp4"]);
        using var recording = File.OpenRead(_folder["a.mp4"]);
        Assert.True(RedactedCopyMark.IsOn(copy));
        Assert.False(RedactedCopyMark.IsOn(recording));
        using var nothing = new MemoryStream([0, 0, 0, 1, 109, 111, 111, 118, 255, 255, 255, 255, 255, 255, 255, 255]);
        Assert.False(RedactedCopyMark.IsOn(nothing));
    }

    /// <summary>How much the picture changes from point to point.</summary>
    private static double Detail(Mat picture, Rect place)
    {
        using var part = new Mat(picture, place);
        using var grey = part.CvtColor(ColorConversionCodes.BGR2GRAY);
        using var edges = grey.Laplacian(MatType.CV_32F);
        Cv2.MeanStdDev(edges, out _, out var deviation);
        return deviation.Val0;
    }

    private async Task<Mat> PictureAsync(string file, double at)
    {
        var name = _folder[$"{Path.GetFileNameWithoutExtension(file)}-{at}.png"];
        await OtherProgram.RunAsync(
            "ffmpeg",
            "-v",
            "error",
            "-i",
            _folder[file],
            "-ss",
            at.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-frames:v",
            "1",
            name
        );
        return Cv2.ImRead(name);
    }
}
