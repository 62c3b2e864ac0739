using System.Globalization;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>Command lines of ffmpeg. Pure. Why each flag is there is measured in docs/decisions; the numbers come from tests/ExamMonitor.Benchmarks/capture-cost.sh.</summary>
internal static class CaptureArguments
{
    private static readonly string[] Quiet = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "info"];

    /// <summary>Records to standard output and, when <paramref name="picturePipe"/> is given, writes pictures there.</summary>
    public static IReadOnlyList<string> Record(StreamFacts facts, CaptureOptions options, PictureSize size, string? picturePipe)
    {
        var words = new List<string>(Quiet);
        if (picturePipe is not null) words.AddRange(KeyFramesOnly);
        words.AddRange(ConcatScript.InputArguments);
        words.AddRange(["-map", "0:v:0", "-c:v", "copy"]);
        if (facts.VideoCodec == "hevc") words.AddRange(["-tag:v", "hvc1"]);
        if (facts.AudioCodec is not null) words.AddRange(["-map", "0:a:0", .. Audio(facts)]);
        // max_interleave_delta: a camera may announce audio and send none; video must not wait the default of 10 s for it.
        words.AddRange(["-max_interleave_delta", "1000000", "-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-frag_duration", Micros(options.MaximumFragment),
            "-write_prft", "wallclock", "-flush_packets", "1", "-f", "mp4", "pipe:1"]);
        if (picturePipe is not null) words.AddRange(Pictures(size, "0:v:0", Sparse, picturePipe));
        return words;
    }

    /// <summary>Pictures alone, from a sub-stream.</summary>
    public static IReadOnlyList<string> PicturesOnly(PictureSize size, string picturePipe) =>
        [.. Quiet, .. KeyFramesOnly, .. ConcatScript.InputArguments, .. Pictures(size, "0:v:0", Sparse, picturePipe)];

    /// <summary>Pictures of a media file: the first frame at or after each second of media time.</summary>
    public static IReadOnlyList<string> FilePictures(string file, PictureSize size) =>
        [.. Quiet, "-protocol_whitelist", "file", "-i", "file:" + file, .. Pictures(size, "0:v:0", EachSecond, "pipe:1")];

    /// <summary>Key frames of a media file, as they are taken from a live stream.</summary>
    public static IReadOnlyList<string> FileKeyFrames(string file, PictureSize size) =>
        [.. Quiet, .. KeyFramesOnly, "-protocol_whitelist", "file", "-i", "file:" + file, .. Pictures(size, "0:v:0", Sparse, "pipe:1")];

    /// <summary>Key frames of a media file and pictures between them, about a second apart from each key frame on.</summary>
    public static IReadOnlyList<string> FileBetween(string file, PictureSize size) =>
        [.. Quiet, "-filter_threads", "1", "-protocol_whitelist", "file", "-i", "file:" + file, .. Pictures(size, "0:v:0", Between, "pipe:1")];

    /// <summary>The same of fragments on standard input, at the fragments' media time and without delay.</summary>
    public static IReadOnlyList<string> FragmentsBetween(PictureSize size) =>
        [.. Quiet, "-threads", "1", "-filter_threads", "1", "-protocol_whitelist", "pipe", "-copyts", "-analyzeduration", "0", "-fpsprobesize", "0", "-f", "mp4", "-i", "pipe:0",
            .. Pictures(size, "0:v:0", Between, "pipe:1")];

    /// <summary>A sub-stream as it is, in fragments: what <see cref="FragmentsBetween"/> decodes.</summary>
    public static IReadOnlyList<string> FragmentsOnly() =>
        [.. Quiet, .. ConcatScript.InputArguments, "-map", "0:v:0", "-an", "-c:v", "copy", "-movflags", "+frag_keyframe+empty_moov+default_base_moof",
            "-frag_duration", "1000000", "-flush_packets", "1", "-f", "mp4", "pipe:1"];

    /// <summary>One picture of exactly this size from an image file.</summary>
    public static IReadOnlyList<string> ImagePicture(string file, PictureSize size) =>
        [.. Quiet, "-protocol_whitelist", "file", "-i", "file:" + file, "-frames:v", "1", "-vf", FormattableString.Invariant($"scale={size.Width}:{size.Height}:flags=area:out_range=tv,format=yuv420p"), "-threads", "1", "-c:v", "rawvideo", "-f", "nut", "pipe:1"];

    /// <summary>The first picture of an MP4 on standard input, as JPEG on standard output.</summary>
    /// <param name="width">Null keeps the size; never enlarges.</param>
    public static IReadOnlyList<string> Snapshot(int? width) =>
        [.. Quiet, "-threads", "1", "-protocol_whitelist", "pipe", "-f", "mp4", "-i", "pipe:0", "-map", "0:v:0", "-frames:v", "1",
            "-vf", (width is { } w ? FormattableString.Invariant($"scale='min({w},iw)':-2:flags=area,") : string.Empty) + "format=yuvj420p",
            "-c:v", "mjpeg", "-q:v", "3", "-threads", "1", "-f", "image2pipe", "pipe:1"];

    /// <summary>The first picture of an MP4 on standard input, small, as NUT on standard output.</summary>
    public static IReadOnlyList<string> SmallPicture(PictureSize size) =>
        [.. Quiet, "-threads", "1", "-protocol_whitelist", "pipe", "-f", "mp4", "-i", "pipe:0", "-frames:v", "1", .. Pictures(size, "0:v:0", "null", "pipe:1")];

    private static readonly string[] KeyFramesOnly = ["-threads", "1", "-skip_frame", "nokey", "-filter_threads", "1"];

    // At most about one picture a second where key frames are closer.
    private const string Sparse = "select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.9)'";
    private const string Between = "select='isnan(prev_selected_t)+key+gte(t-prev_selected_t,0.97)'";
    private const string EachSecond = "select='isnan(prev_selected_t)+gt(floor(t),floor(prev_selected_t))'";

    // -threads 1 on the encoder, too: rawvideo uses frame threads and would hold each picture back until the next one, a whole GOP.
    private static string[] Pictures(PictureSize size, string stream, string select, string target) =>
        ["-map", stream, "-an", "-vf", FormattableString.Invariant($"{select},scale={size.Width}:{size.Height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=area:out_range=tv,format=yuv420p"),
            "-fps_mode", "passthrough", "-c:v", "rawvideo", "-threads", "1", "-flush_packets", "1", "-f", "nut", target];

    private static string[] Audio(StreamFacts facts) => facts.AudioTranscoded ? ["-c:a", "aac", "-b:a", "64k"] : ["-c:a", "copy"];

    private static string Micros(TimeSpan time) => ((long)time.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a probe told; decides how the stream is recorded.</summary>
/// <param name="VideoCodec">ffmpeg's name, such as <c>h264</c>.</param>
/// <param name="Width">Px.</param>
/// <param name="Height">Px.</param>
/// <param name="AudioCodec">ffmpeg's name; null without audio.</param>
public sealed record StreamFacts(string VideoCodec, int Width, int Height, string? AudioCodec)
{
    /// <summary>Whether audio must be turned into AAC.</summary>
    public bool AudioTranscoded => AudioCodec is not null and not "aac";
}
