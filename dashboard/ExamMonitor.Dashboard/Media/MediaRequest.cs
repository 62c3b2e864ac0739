using System.Globalization;
using System.Text.RegularExpressions;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using Microsoft.AspNetCore.Http.Extensions;

namespace ExamMonitor.Dashboard.Media;

/// <summary>What kind of thing a browser asks for.</summary>
internal enum MediaKind
{
    Picture,
    Reference,
    ProblemPicture,
    LiveStream,
    LivePlaylist,
    LivePart,
    RangePlaylist,
    Segment,
    Download,
}

/// <summary>An allowed request, ready to be put to the agent.</summary>
/// <param name="Kind">Kind.</param>
/// <param name="AgentPath">Path and query at the agent, made here from checked parts; nothing of the browser's text is passed
/// through.</param>
/// <param name="From">Start of the range, UTC; null for kinds without one.</param>
/// <param name="To">End of the range, UTC; null for kinds without one.</param>
internal sealed partial record MediaRequest(MediaKind Kind, string AgentPath, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    /// <summary>Where a download ends that does not hold its whole range, UTC; null for one that does. For its name alone.</summary>
    public DateTimeOffset? Ends { get; private init; }

    /// <summary>Holes in a download. For its name alone.</summary>
    public int Gaps { get; private init; }

    /// <summary>Name of a downloaded file: <c>R7_C1_20260302T010000Z-011000Z.mp4</c>, and what is missing in it.</summary>
    public string FileName(RoomId room, CameraId camera)
    {
        var missing =
            (Ends is { } ends ? string.Create(CultureInfo.InvariantCulture, $"_ends-{ends:HHmmss}Z") : "")
            + (Gaps > 0 ? string.Create(CultureInfo.InvariantCulture, $"_{Gaps}-gaps") : "");
        return string.Create(CultureInfo.InvariantCulture, $"{room}_{camera}_{From:yyyyMMdd'T'HHmmss}Z-{To:HHmmss}Z{missing}.mp4");
    }

    private static readonly TimeSpan LongestRange = TimeSpan.FromHours(24);

    /// <summary>Whether it shows what was, not what is.</summary>
    public bool IsRecording => Kind is MediaKind.RangePlaylist or MediaKind.Segment or MediaKind.Download;

    /// <summary>How long the agent may take until it begins to answer: what lies on the archive tier alone it fetches first.</summary>
    public TimeSpan Patience =>
        Kind switch
        {
            MediaKind.Download => TimeSpan.FromMinutes(15),
            MediaKind.Segment => TimeSpan.FromMinutes(2),
            _ => TimeSpan.FromSeconds(20),
        };

    public bool IsPlaylist => Kind is MediaKind.RangePlaylist or MediaKind.LivePlaylist;

    /// <summary>Null for everything that is not an allowed route with valid values.</summary>
    public static MediaRequest? Parse(RoomId room, CameraId camera, string tail, IQueryCollection query) =>
        tail switch
        {
            "picture.jpg" => Picture(room, camera, query),
            "reference.png" => new(MediaKind.Reference, AgentApi.Reference(room, camera)),
            "playlist.m3u8" => Range(MediaKind.RangePlaylist, AgentApi.Playlist(room, camera), query),
            "download.mp4" => Range(MediaKind.Download, AgentApi.Download(room, camera), query),
            "live/socket" => new(MediaKind.LiveStream, AgentApi.LiveStream(room, camera)),
            "live/index.m3u8" => new(MediaKind.LivePlaylist, AgentApi.LivePlaylist(room, camera) + BlockingQuery(query)),
            _ when ProblemPictureName().Match(tail) is { Success: true } m => new(
                MediaKind.ProblemPicture,
                AgentApi.ProblemPicture(room, camera, m.Groups["id"].Value)[..^"now.jpg".Length] + m.Groups["picture"].Value + ".jpg"
            ),
            _ when SegmentName().Match(tail) is { Success: true } m
                    && long.TryParse(m.Groups["id"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) => new(
                MediaKind.Segment,
                AgentApi.Segment(room, camera, id)
            ),
            _ when LivePartName().IsMatch(tail) => new(
                MediaKind.LivePart,
                AgentApi.LivePlaylist(room, camera)[..^"live/index.m3u8".Length] + tail
            ),
            _ => null,
        };

    private static MediaRequest? Picture(RoomId room, CameraId camera, IQueryCollection query)
    {
        var path = AgentApi.Picture(room, camera);
        if (!query.TryGetValue("width", out var text))
            return new(MediaKind.Picture, path);
        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && width is >= 16 and <= 4096
            && width % 2 == 0
            ? new(MediaKind.Picture, $"{path}?width={width}")
            : null;
    }

    private static MediaRequest? Range(MediaKind kind, string path, IQueryCollection query)
    {
        if (Instant(query["from"]) is not { } from || Instant(query["to"]) is not { } to || to <= from || to - from > LongestRange)
            return null;
        var asked = new QueryBuilder { { "from", UtcJsonConverter.ToText(from) }, { "to", UtcJsonConverter.ToText(to) } };
        return new(kind, path + asked, from, to)
        {
            Ends = Instant(query["ends"]) is { } ends && ends > from && ends <= to ? ends : null,
            Gaps = int.TryParse(query["gaps"], NumberStyles.None, CultureInfo.InvariantCulture, out var gaps) && gaps < 10_000 ? gaps : 0,
        };
    }

    private static DateTimeOffset? Instant(string? text) =>
        text is { Length: <= 40 }
        && DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
        && at.Year is > 2000 and < 2200
            ? at
            : null;

    // Low-latency players ask for a playlist that holds at least this part (RFC 8216bis, 6.2.5.2).
    private static string BlockingQuery(IQueryCollection query)
    {
        var asked = new QueryBuilder();
        foreach (var name in (string[])["_HLS_msn", "_HLS_part"])
        {
            if (
                query.TryGetValue(name, out var text)
                && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
                asked.Add(name, number.ToString(CultureInfo.InvariantCulture));
        }

        return asked.ToString();
    }

    [GeneratedRegex(
        @"\Aproblems/(?<id>[a-z0-9-]{1,120})/(?<picture>now|reference)\.jpg\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        100
    )]
    private static partial Regex ProblemPictureName();

    [GeneratedRegex(@"\Asegments/(?<id>[0-9]{1,18})\.mp4\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex SegmentName();

    [GeneratedRegex(@"\Alive/[A-Za-z0-9_-]{1,80}\.(m4s|mp4)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex LivePartName();
}
