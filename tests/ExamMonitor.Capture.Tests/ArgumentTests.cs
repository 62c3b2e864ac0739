using ExamMonitor.Capture.Ffmpeg;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>What stands on the command lines of ffmpeg, word by word.</summary>
public sealed class ArgumentTests
{
    private const string Camera =
        "-hide_banner -nostdin -nostats -loglevel info {0}-protocol_whitelist pipe,rtsp,rtp,udp,tcp,tls,crypto -f concat -safe 0 "
        + "-analyzeduration 15M -probesize 20M -fpsprobesize 0 -i pipe:0";

    private const string KeyFrames = "-threads 1 -skip_frame nokey -filter_threads 1 ";
    private const string Fragments = "-movflags frag_keyframe+empty_moov+default_base_moof";

    private const string Scale = "scale=640:360:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=area:out_range=tv";
    private const string Nut = "-fps_mode passthrough -c:v rawvideo -threads 1 -flush_packets 1 -f nut";

    private static readonly PictureSize Size = new(640, 360);

    [Theory]
    [InlineData("h264", null, "")]
    [InlineData("hevc", "aac", " -tag:v hvc1 -map 0:a:0 -c:a copy")]
    [InlineData("h264", "pcm_alaw", " -map 0:a:0 -c:a aac -b:a 64k")]
    public void Record_EachKindOfStream_HasItsWords(string video, string? audio, string more) =>
        AssertWords(
            $"{Camera.Replace("{0}", string.Empty)} -map 0:v:0 -c:v copy{more} -max_interleave_delta 400000 {Fragments} "
                + "-frag_duration 1000000 -write_prft wallclock -flush_packets 1 -f mp4 pipe:1",
            CaptureArguments.Record(new(video, 1920, 1080, audio), new(), Size, null)
        );

    [Fact]
    public void Record_WithPictures_DecodesKeyFramesIntoASecondOutput()
    {
        var words = CaptureArguments.Record(new("h264", 1920, 1080, null), new(), Size, "/run/a \"b\"\\/pictures");
        var first = words.ToList().IndexOf("pipe:1");
        AssertWords(
            Camera.Replace("{0}", KeyFrames)
                + " -map 0:v:0 -c:v copy -max_interleave_delta 400000 "
                + Fragments
                + " -frag_duration 1000000 -write_prft wallclock -flush_packets 1 -f mp4 pipe:1",
            [.. words.Take(first + 1)]
        );
        AssertWords("-map 0:v:0 -an -vf * " + Nut + " *", [.. words.Skip(first + 1)]);
        Assert.Contains("select=isnan(prev_selected_t)+gte(t-prev_selected_t\\,0.9), " + Scale + ", format=yuv420p", words);
        Assert.Equal("/run/a \"b\"\\/pictures", words[^1]);
    }

    [Fact]
    public void Files_OfAnyName_AreOneWord()
    {
        const string Name = "/tmp/x\" -i \"http://elsewhere/\\";
        const string Read = "-hide_banner -nostdin -nostats -loglevel info -protocol_whitelist file -i * ";
        AssertWords(Read + "-map 0:v:0 -an -vf * " + Nut + " pipe:1", CaptureArguments.FilePictures(Name, Size));
        AssertWords(Read + "-frames:v 1 -map 0:v:0 -an -vf * " + Nut + " pipe:1", CaptureArguments.ImagePicture(Name, Size));
        AssertWords(
            "-hide_banner -nostdin -nostats -loglevel error -threads 1 -skip_frame:v all -vn -protocol_whitelist file -i * "
                + "-map 0:a:0? -c:a pcm_s16le -bitexact -f wav pipe:1",
            CaptureArguments.Sound(Name)
        );
        IReadOnlyList<string>[] all =
        [
            CaptureArguments.FilePictures(Name, Size),
            CaptureArguments.ImagePicture(Name, Size),
            CaptureArguments.Sound(Name),
        ];
        foreach (var words in all)
            Assert.Equal("file:" + Name, words[words.ToList().IndexOf("-i") + 1]);
    }

    [Fact]
    public void Fragments_AreReadFromStandardInputAlone()
    {
        const string From = "-hide_banner -nostdin -nostats -loglevel info -threads 1 -protocol_whitelist pipe -f mp4 -i pipe:0 ";
        AssertWords(
            From + "-map 0:v:0 -frames:v 1 -vf * -c:v mjpeg -q:v 3 -threads 1 -f image2pipe pipe:1",
            CaptureArguments.Snapshot(320)
        );
        Assert.Contains("scale=min(320\\,iw):-2:flags=area, format=yuvj420p", CaptureArguments.Snapshot(320));
        Assert.Contains("format=yuvj420p", CaptureArguments.Snapshot(null));
        AssertWords(From + "-frames:v 1 -map 0:v:0 -an -vf * " + Nut + " pipe:1", CaptureArguments.SmallPicture(Size));
        AssertWords(
            "-hide_banner -nostdin -nostats -loglevel warning -protocol_whitelist pipe,file -f concat -safe 0 -i pipe:0 "
                + "-map 0:v:0? -map 0:a:0? -map_metadata -1 -c:v copy -c:a copy -metadata creation_time=2026-03-02T01:00:00Z -metadata date=2026-03-02T09:00:00+08:00 "
                + $"-metadata * -metadata comment=c {Fragments} -f mp4 pipe:1",
            CaptureArguments.Join(
                new(new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero), new(2026, 3, 2, 9, 0, 0, TimeSpan.FromHours(8)), "R7 / C1", "c")
            )
        );
    }

    [Fact]
    public void Words_OfAnyText_ComeBackAsTheyWere()
    {
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var word = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => "\\\\\"\" a'-\t第"[random.Next(10)])]);
            Assert.Equal(["-i", word, "-f", "mp4"], CommandText.Split($"-i \"{CommandText.Escape(word)}\"  -f mp4 "));
        }
    }

    // A star stands for a word that is looked at elsewhere.
    private static void AssertWords(string expected, IReadOnlyList<string> words)
    {
        var wanted = expected.Split(' ');
        Assert.Equal(wanted.Select((w, i) => w == "*" && i < words.Count ? words[i] : w), words);
    }
}
