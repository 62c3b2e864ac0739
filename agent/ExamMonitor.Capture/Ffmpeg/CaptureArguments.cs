using System.Globalization;
using FFMpegCore;
using FFMpegCore.Enums;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>Command lines of ffmpeg, written by FFMpegCore. Pure.</summary>
/// <remarks>Why each flag is there is measured in docs/decisions; the numbers come from capture-cost.sh of the benchmarks.</remarks>
internal static class CaptureArguments
{
    private const string OneThread = "-threads 1";
    private const string KeyFramesOnly = OneThread + " -skip_frame nokey -filter_threads 1";

    private static MovFlags Fragmented => MovFlags.FragmentKeyframe + MovFlags.EmptyMoov + MovFlags.DefaultBaseMoof;

    /// <summary>Records to standard output and, when <paramref name="picturePipe"/> is given, writes pictures there.</summary>
    public static IReadOnlyList<string> Record(StreamFacts facts, CaptureOptions options, PictureSize size, string? picturePipe) =>
        Words(
            Camera(picturePipe is not null)
                .OutputToMany(outputs =>
                {
                    outputs.OutputToUrl("pipe:1", o => Fragments(o, facts, options));
                    if (picturePipe is null)
                        return;
                    outputs.OutputToUrl(
                        CommandText.Escape(picturePipe),
                        o => Pictures(o, PictureFilter.Sparse, PictureFilter.Within(size))
                    );
                })
        );

    /// <summary>Pictures alone, from a sub-stream.</summary>
    public static IReadOnlyList<string> PicturesOnly(PictureSize size, string picturePipe) =>
        Words(
            Camera(keyFramesOnly: true)
                .OutputToUrl(CommandText.Escape(picturePipe), o => Pictures(o, PictureFilter.Sparse, PictureFilter.Within(size)))
        );

    /// <summary>Pictures of a media file: the first frame at or after each second of media time.</summary>
    public static IReadOnlyList<string> FilePictures(string file, PictureSize size) =>
        Words(File(file, "info").OutputToUrl("pipe:1", o => Pictures(o, PictureFilter.EachSecond, PictureFilter.Within(size))));

    /// <summary>Key frames of a media file, as they are taken from a live stream.</summary>
    public static IReadOnlyList<string> FileKeyFrames(string file, PictureSize size) =>
        Words(File(file, "info", KeyFramesOnly).OutputToUrl("pipe:1", o => Pictures(o, PictureFilter.Sparse, PictureFilter.Within(size))));

    /// <summary>Key frames of a media file and pictures between them, about a second apart from each key frame on.</summary>
    public static IReadOnlyList<string> FileBetween(string file, PictureSize size) =>
        Words(
            File(file, "info", "-filter_threads 1")
                .OutputToUrl("pipe:1", o => Pictures(o, PictureFilter.Between, PictureFilter.Within(size)))
        );

    /// <summary>The same of fragments on standard input, at the fragments' media time and without delay.</summary>
    public static IReadOnlyList<string> FragmentsBetween(PictureSize size) =>
        Words(
            Input(
                    "pipe:0",
                    "info",
                    OneThread + " -filter_threads 1 -protocol_whitelist pipe -copyts -analyzeduration 0 -fpsprobesize 0 -f mp4"
                )
                .OutputToUrl("pipe:1", o => Pictures(o, PictureFilter.Between, PictureFilter.Within(size)))
        );

    /// <summary>A sub-stream as it is, in fragments: what <see cref="FragmentsBetween"/> decodes.</summary>
    public static IReadOnlyList<string> FragmentsOnly() =>
        Words(
            Camera(keyFramesOnly: false)
                .OutputToUrl(
                    "pipe:1",
                    o =>
                        o.WithMap(0, StreamType.Video, 0)
                            .DisableAudio()
                            .WithVideoCodec(VideoCodec.Copy)
                            .WithMovFlags(Fragmented)
                            .WithCustomArgument("-frag_duration 1000000 -flush_packets 1")
                            .ForceFormat(ContainerFormats.Mp4)
                )
        );

    /// <summary>One picture of exactly this size from an image file.</summary>
    public static IReadOnlyList<string> ImagePicture(string file, PictureSize size) =>
        Words(File(file, "info").OutputToUrl("pipe:1", o => Pictures(o.WithFrameCount(1), PictureFilter.Exactly(size))));

    /// <summary>The sound of a media file as 16-bit samples in WAV on standard output; pictures are never decoded.</summary>
    public static IReadOnlyList<string> Sound(string file) =>
        Words(
            File(file, "error", OneThread + " -skip_frame:v all -vn")
                .OutputToUrl(
                    "pipe:1",
                    o =>
                        o.WithCustomArgument("-map 0:a:0?")
                            .WithAudioCodec(AudioCodec.PcmS16Le)
                            .WithCustomArgument("-bitexact")
                            .ForceFormat(ContainerFormats.Wav)
                )
        );

    /// <summary>The same of fragments on standard input.</summary>
    public static IReadOnlyList<string> FragmentSound() =>
        Words(
            Input("pipe:0", "error", OneThread + " -protocol_whitelist pipe -skip_frame:v all -vn -f mp4")
                .OutputToUrl(
                    "pipe:1",
                    o =>
                        o.WithCustomArgument("-map 0:a:0?")
                            .WithAudioCodec(AudioCodec.PcmS16Le)
                            .WithCustomArgument("-bitexact")
                            .ForceFormat(ContainerFormats.Wav)
                )
        );

    /// <summary>Joins the pieces of a concat script on standard input by stream copy, as fragmented MP4 on standard output.</summary>
    /// <remarks>The offset of the place stands in a key of its own: <c>creation_time</c> knows UTC alone.</remarks>
    public static IReadOnlyList<string> Join(MediaLabel label) =>
        Words(
            Input("pipe:0", "warning", "-protocol_whitelist pipe,file -f concat -safe 0")
                .OutputToUrl(
                    "pipe:1",
                    o =>
                        o.WithCustomArgument("-map 0:v:0? -map 0:a:0? -map_metadata -1")
                            .WithVideoCodec(VideoCodec.Copy)
                            .WithAudioCodec(AudioCodec.Copy)
                            .WithCustomArgument(
                                Metadata(
                                    "creation_time",
                                    label.CreatedUtc.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                                )
                            )
                            .WithCustomArgument(
                                Metadata("date", label.CreatedLocal.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture))
                            )
                            .WithCustomArgument(Metadata("title", label.Title))
                            .WithCustomArgument(Metadata("comment", label.Comment))
                            .WithMovFlags(Fragmented)
                            .ForceFormat(ContainerFormats.Mp4)
                )
        );

    /// <summary>The first picture of an MP4 on standard input, as JPEG on standard output.</summary>
    /// <param name="width">Null keeps the size; never enlarges.</param>
    public static IReadOnlyList<string> Snapshot(int? width) =>
        Words(
            Fragment()
                .OutputToUrl(
                    "pipe:1",
                    o =>
                        Filtered(
                                o.WithMap(0, StreamType.Video, 0).WithFrameCount(1),
                                width is { } w
                                    ? [PictureFilter.AtMost(w), PictureFilter.Format("yuvj420p")]
                                    : [PictureFilter.Format("yuvj420p")]
                            )
                            .WithVideoCodec(VideoCodec.Image.Jpg)
                            .WithVideoQualityScale(3)
                            .WithThreads(1)
                            .WithCustomArgument("-f image2pipe")
                )
        );

    /// <summary>The first picture of an MP4 on standard input, small, as NUT on standard output.</summary>
    public static IReadOnlyList<string> SmallPicture(PictureSize size) =>
        Words(Fragment().OutputToUrl("pipe:1", o => Pictures(o.WithFrameCount(1), PictureFilter.Within(size))));

    private static void Fragments(FFMpegOutputOptions to, StreamFacts facts, CaptureOptions options)
    {
        to.WithMap(0, StreamType.Video, 0).WithVideoCodec(VideoCodec.Copy);
        if (facts.VideoCodec == "hevc")
            to.WithCodecTag("hvc1", StreamType.Video);
        if (facts.AudioCodec is not null)
            to.WithMap(0, StreamType.Audio, 0);
        if (facts.AudioTranscoded)
            to.WithAudioCodec(AudioCodec.Aac).WithAudioBitrate(64);
        else if (facts.AudioCodec is not null)
            to.WithAudioCodec(AudioCodec.Copy);
        // max_interleave_delta: a camera may announce audio and send none; video must not wait the default of 10 s for it. An AAC encoder
        // is 130 ms behind with 8 kHz; the relay keeps the tracks together by their arrivals.
        to.WithCustomArgument("-max_interleave_delta 400000")
            .WithMovFlags(Fragmented)
            .WithCustomArgument(
                string.Create(CultureInfo.InvariantCulture, $"-frag_duration {(long)options.MaximumFragment.TotalMicroseconds}")
            )
            .WithCustomArgument("-write_prft wallclock -flush_packets 1")
            .ForceFormat(ContainerFormats.Mp4);
    }

    // One thread on the encoder, too: rawvideo uses frame threads and would hold each picture back until the next one, a whole GOP.
    private static void Pictures(FFMpegOutputOptions to, params PictureFilter[] filters) =>
        Filtered(to.WithMap(0, StreamType.Video, 0).DisableAudio(), [.. filters, PictureFilter.Planes])
            .WithFpsMode(FpsMode.Passthrough)
            .WithCustomArgument("-c:v rawvideo")
            .WithThreads(1)
            .WithCustomArgument("-flush_packets 1 -f nut");

    private static string Metadata(string key, string value) => $"-metadata \"{CommandText.Escape($"{key}={value}")}\"";

    private static FFMpegOutputOptions Filtered(FFMpegOutputOptions to, IEnumerable<PictureFilter> filters) =>
        to.WithVideoFilters(all =>
        {
            foreach (var filter in filters)
                all.WithFilter(filter);
        });

    private static FFMpegArguments Camera(bool keyFramesOnly) =>
        Input("pipe:0", "info", $"{(keyFramesOnly ? KeyFramesOnly : string.Empty)} {string.Join(' ', ConcatScript.InputOptions)}");

    private static FFMpegArguments Fragment() => Input("pipe:0", "info", OneThread + " -protocol_whitelist pipe -f mp4");

    private static FFMpegArguments File(string file, string level, string options = "") =>
        Input("file:" + file, level, options + " -protocol_whitelist file");

    private static FFMpegArguments Input(string url, string level, string options) =>
        FFMpegArguments.FromUrlInput(
            CommandText.Escape(url),
            o => o.WithCustomArgument("-hide_banner -nostdin -nostats -loglevel " + level).WithCustomArgument(options)
        );

    private static IReadOnlyList<string> Words(FFMpegArgumentProcessor command) => CommandText.Split(command.Arguments);
}
