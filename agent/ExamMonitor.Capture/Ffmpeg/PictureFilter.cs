using FFMpegCore.Arguments;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>A filter of ffmpeg that FFMpegCore has no word for, or not with these options.</summary>
/// <param name="Key">Name.</param>
/// <param name="Value">Options; FFMpegCore escapes their commas.</param>
internal sealed record PictureFilter(string Key, string Value) : IVideoFilterArgument
{
    private const string Range = "flags=area:out_range=tv";

    /// <summary>At most about one picture a second where key frames are closer.</summary>
    public static PictureFilter Sparse { get; } = new("select", "isnan(prev_selected_t)+gte(t-prev_selected_t,0.9)");

    /// <summary>Each key frame, and pictures about a second apart from it on.</summary>
    public static PictureFilter Between { get; } = new("select", "isnan(prev_selected_t)+key+gte(t-prev_selected_t,0.97)");

    /// <summary>The first picture of each second of media time.</summary>
    public static PictureFilter EachSecond { get; } = new("select", "isnan(prev_selected_t)+gt(floor(t),floor(prev_selected_t))");

    /// <summary>Luma and colour planes, the range of television.</summary>
    public static PictureFilter Planes { get; } = Format("yuv420p");

    /// <summary>A layout of pixels.</summary>
    public static PictureFilter Format(string pixels) => new("format", pixels);

    /// <summary>Into a box, the aspect kept, both sides even.</summary>
    public static PictureFilter Within(PictureSize size) =>
        new(
            "scale",
            FormattableString.Invariant($"{size.Width}:{size.Height}:force_original_aspect_ratio=decrease:force_divisible_by=2:{Range}")
        );

    /// <summary>To exactly a size.</summary>
    public static PictureFilter Exactly(PictureSize size) =>
        new("scale", FormattableString.Invariant($"{size.Width}:{size.Height}:{Range}"));

    /// <summary>To a width, the aspect kept; never enlarges.</summary>
    public static PictureFilter AtMost(int width) => new("scale", FormattableString.Invariant($"min({width},iw):-2:flags=area"));
}
