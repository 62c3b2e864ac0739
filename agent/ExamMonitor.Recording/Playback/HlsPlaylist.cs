using System.Globalization;
using System.Text;
using ExamMonitor.Media;

namespace ExamMonitor.Recording;

/// <summary>One entry of a live playlist.</summary>
/// <param name="Sequence">Media sequence number.</param>
/// <param name="Run">Run in the window.</param>
/// <param name="Duration90k">1/90,000 s.</param>
/// <param name="StartUtc">Wall time of its first picture.</param>
internal sealed record LiveItem(long Sequence, long Run, long Duration90k, DateTimeOffset StartUtc);

/// <summary>One part of a segment file in a range playlist: some whole fragments.</summary>
/// <param name="Segment">Segment id.</param>
/// <param name="InitializationBytes">Size of the file's <c>ftyp</c> + <c>moov</c>, which begin it.</param>
/// <param name="Offset">Of the part in the file.</param>
/// <param name="SizeBytes">Of the part.</param>
/// <param name="Duration90k">1/90,000 s.</param>
/// <param name="StartUtc">Wall time of its first picture.</param>
internal sealed record RangePart(
    long Segment,
    long InitializationBytes,
    long Offset,
    long SizeBytes,
    long Duration90k,
    DateTimeOffset StartUtc
)
{
    /// <summary>Whether the file's media time pauses before it.</summary>
    public bool AfterPause { get; init; }
}

/// <summary>HLS playlists (RFC 8216, version 7) of fragmented MP4. Pure.</summary>
internal static class HlsPlaylist
{
    /// <summary>A finished playlist over parts of segment files, addresses relative to the folder of <c>playlist.m3u8</c>.</summary>
    /// <remarks>
    /// Each file's media time begins at zero, so each file is a discontinuity of its own; a player places it by its duration.
    /// </remarks>
    public static string ForRange(IReadOnlyList<RangePart> parts)
    {
        var text = Head(parts.Max(p => p.Duration90k)).Append("#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-SEQUENCE:0\n");
        RangePart? before = null;
        foreach (var part in parts)
        {
            if (before is null || part.Segment != before.Segment)
            {
                if (before is not null)
                    text.Append("#EXT-X-DISCONTINUITY\n");
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"#EXT-X-MAP:URI=\"segments/{part.Segment}.mp4\",BYTERANGE=\"{part.InitializationBytes}@0\"\n"
                );
                Time(text, part.StartUtc);
            }
            else if (part.AfterPause)
            {
                text.Append("#EXT-X-DISCONTINUITY\n");
                Time(text, part.StartUtc);
            }

            Duration(text, part.Duration90k);
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-BYTERANGE:{part.SizeBytes}@{part.Offset}\nsegments/{part.Segment}.mp4\n");
            before = part;
        }

        return text.Append("#EXT-X-ENDLIST\n").ToString();
    }

    /// <summary>A playlist that goes on, addresses relative to the folder of <c>index.m3u8</c>.</summary>
    /// <param name="items">At least one, in order.</param>
    /// <param name="discontinuities">Discontinuities that have left the window.</param>
    public static string ForLive(IReadOnlyList<LiveItem> items, long discontinuities)
    {
        var text = Head(items.Max(i => i.Duration90k))
            .Append(
                CultureInfo.InvariantCulture,
                $"#EXT-X-MEDIA-SEQUENCE:{items[0].Sequence}\n#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuities}\n"
            );
        LiveItem? before = null;
        foreach (var item in items)
        {
            if (before is null || item.Run != before.Run)
            {
                if (before is not null)
                    text.Append("#EXT-X-DISCONTINUITY\n");
                text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MAP:URI=\"init-{item.Run}.mp4\"\n");
                Time(text, item.StartUtc);
            }

            Duration(text, item.Duration90k);
            text.Append(CultureInfo.InvariantCulture, $"{item.Sequence}.m4s\n");
            before = item;
        }

        return text.ToString();
    }

    // Rounded to the nearest integer, no part may be longer than the target (RFC 8216 4.3.3.1); rounding up is always enough.
    private static StringBuilder Head(long longest90k) =>
        new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n").Append(
            CultureInfo.InvariantCulture,
            $"#EXT-X-TARGETDURATION:{Math.Max(1, (longest90k + Pts90k.PerSecond - 1) / Pts90k.PerSecond)}\n"
        );

    private static void Time(StringBuilder text, DateTimeOffset utc) =>
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-PROGRAM-DATE-TIME:{utc.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}\n");

    private static void Duration(StringBuilder text, long duration90k) =>
        text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{duration90k / (double)Pts90k.PerSecond:0.00000},\n");
}
