using System.Globalization;
using FFMpegCore;
using FFMpegCore.Arguments;
using FFMpegCore.Enums;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>Command lines of ffmpeg, written by FFMpegCore. Pure.</summary>
/// <remarks>Why each flag is there is measured in docs/decisions; the numbers come from tests/ExamMonitor.Benchmarks/capture-cost.sh.</remarks>
internal static class CaptureArguments
{
    private const string Fragmented = "-movflags +frag_keyframe+empty_moov+default_base_moof";
    private const string OneThread = "-threads 1";
    private const string KeyFramesOnly = OneThread + " -skip_frame nokey -filter_threads 1";

    /// <summary>Records to standard output and, when <paramref name="picturePipe"/> is given, writes pictures there.</summary>
    public static IReadOnlyList<string> Record(StreamFacts facts, CaptureOptions options, PictureSize size, string? picturePipe) =>
        Words(Camera(picturePipe is not null).MultiOutput(outputs =>
        {
            outputs.OutputToUrl("pipe:1", o => Fragments(o, facts, options));
            if (picturePipe is not null) outputs.OutputToUrl(CommandText.Quote(picturePipe), o => Pictures(o, PictureFilter.Sparse, PictureFilter.Within(size)));
        }));

    /// <summary>Pictures alone, from a sub-stream.</summary>
    public static IReadOnlyList<string> PicturesOnly(PictureSize size, string picturePipe) => Words(
        Camera(keyFramesOnly: true).OutputToUrl(CommandText.Quote(picturePipe), true, o => Pictures(o, PictureFilter.Sparse, PictureFilter.Within(size))));

    /// <summary>Pictures of a media file: the first frame at or after each second of media time.</summary>
    public static IReadOnlyList<string> FilePictures(string file, PictureSize size) => Words(
        File(file, VerbosityLevel.Info).OutputToUrl("pipe:1", true, o => Pictures(o, PictureFilter.EachSecond, PictureFilter.Within(size))));

    /// <summary>One picture of exactly this size from an image file.</summary>
    public static IReadOnlyList<string> ImagePicture(string file, PictureSize size) => Words(
        File(file, VerbosityLevel.Info).OutputToUrl("pipe:1", true, o => Pictures(o.WithFrameOutputCount(1), PictureFilter.Exactly(size))));

    /// <summary>The sound of a media file as 16-bit samples in WAV on standard output; pictures are never decoded.</summary>
    public static IReadOnlyList<string> Sound(string file) => Words(
        File(file, VerbosityLevel.Error, OneThread + " -skip_frame:v all -vn").OutputToUrl("pipe:1", true, o => o
            .WithCustomArgument("-map 0:a:0?").WithAudioCodec("pcm_s16le").WithCustomArgument("-bitexact").ForceFormat("wav")));

    /// <summary>Joins the pieces of a concat script on standard input by stream copy, as fragmented MP4 on standard output.</summary>
    public static IReadOnlyList<string> Join() => Words(
        Input("pipe:0", VerbosityLevel.Warning, "-protocol_whitelist pipe,file", "concat", "-safe 0").OutputToUrl("pipe:1", true, o => o
            .WithCustomArgument("-map 0:v:0? -map 0:a:0?").WithCopyCodec().WithCustomArgument(Fragmented).ForceFormat("mp4")));

    /// <summary>The first picture of an MP4 on standard input, as JPEG on standard output.</summary>
    /// <param name="width">Null keeps the size; never enlarges.</param>
    public static IReadOnlyList<string> Snapshot(int? width) => Words(Fragment().OutputToUrl("pipe:1", true, o => Filtered(
            o.SelectStream(0, 0, Channel.Video).WithFrameOutputCount(1),
            width is { } w ? [PictureFilter.AtMost(w), PictureFilter.Format("yuvj420p")] : [PictureFilter.Format("yuvj420p")])
        .WithVideoCodec("mjpeg").WithCustomArgument("-q:v 3").UsingThreads(1).ForceFormat("image2pipe")));

    /// <summary>The first picture of an MP4 on standard input, small, as NUT on standard output.</summary>
    public static IReadOnlyList<string> SmallPicture(PictureSize size) => Words(
        Fragment().OutputToUrl("pipe:1", true, o => Pictures(o.WithFrameOutputCount(1), PictureFilter.Within(size))));

    private static void Fragments(FFMpegArgumentOptions to, StreamFacts facts, CaptureOptions options)
    {
        to.SelectStream(0, 0, Channel.Video).WithVideoCodec("copy");
        if (facts.VideoCodec == "hevc") to.WithCustomArgument("-tag:v hvc1");
        if (facts.AudioCodec is not null) to.SelectStream(0, 0, Channel.Audio).WithAudioCodec(facts.AudioTranscoded ? "aac" : "copy");
        if (facts.AudioTranscoded) to.WithAudioBitrate(64);
        // max_interleave_delta: a camera may announce audio and send none; video must not wait the default of 10 s for it.
        to.WithCustomArgument("-max_interleave_delta 1000000").WithCustomArgument(Fragmented)
            .WithCustomArgument("-frag_duration " + ((long)options.MaximumFragment.TotalMicroseconds).ToString(CultureInfo.InvariantCulture))
            .WithCustomArgument("-write_prft wallclock -flush_packets 1").ForceFormat("mp4");
    }

    // One thread on the encoder, too: rawvideo uses frame threads and would hold each picture back until the next one, a whole GOP.
    private static void Pictures(FFMpegArgumentOptions to, params PictureFilter[] filters) =>
        Filtered(to.SelectStream(0, 0, Channel.Video).DisableChannel(Channel.Audio), [.. filters, PictureFilter.Planes])
            .WithCustomArgument("-fps_mode passthrough").WithVideoCodec("rawvideo").UsingThreads(1).WithCustomArgument("-flush_packets 1").ForceFormat("nut");

    private static FFMpegArgumentOptions Filtered(FFMpegArgumentOptions to, IEnumerable<PictureFilter> filters) =>
        to.WithVideoFilters(all => all.Arguments.AddRange(filters));

    private static FFMpegArguments Camera(bool keyFramesOnly) =>
        Input("pipe:0", VerbosityLevel.Info, keyFramesOnly ? KeyFramesOnly : string.Empty, format: null, string.Join(' ', ConcatScript.InputOptions));

    private static FFMpegArguments Fragment() => Input("pipe:0", VerbosityLevel.Info, OneThread + " -protocol_whitelist pipe", "mp4");

    private static FFMpegArguments File(string file, VerbosityLevel level, string options = "") =>
        Input("file:" + file, level, options + " -protocol_whitelist file", format: null);

    private static FFMpegArguments Input(string url, VerbosityLevel level, string options, string? format, string more = "") =>
        FFMpegArguments.FromFileInput(CommandText.Escape(url), verifyExists: false, o =>
        {
            o.WithCustomArgument("-hide_banner -nostdin -nostats").WithCustomArgument(options);
            if (format is not null) o.ForceFormat(format);
            o.WithCustomArgument(more);
        }).WithGlobalOptions(g => g.WithVerbosityLevel(level));

    private static IReadOnlyList<string> Words(FFMpegArgumentProcessor command) => CommandText.Split(command.Arguments);
}
