using System.Globalization;
using System.Text;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>A track of a session description (RFC 4566).</summary>
/// <param name="Media"><c>video</c>, <c>audio</c>, <c>application</c>.</param>
/// <param name="PayloadType">Of RTP.</param>
/// <param name="Codec">Name of its rtpmap, capitals, such as <c>H264</c>; the name that RFC 3551 fixes where there is none.</param>
/// <param name="ClockRate">Ticks per second of its RTP time, ≥ 1.</param>
/// <param name="Control">Its control attribute; empty when it has none.</param>
internal sealed record SessionTrack(string Media, int PayloadType, string Codec, int ClockRate, string Control)
{
    /// <summary>Whether it carries pictures.</summary>
    public bool IsVideo => Media == "video";

    /// <summary>Whether it carries sound.</summary>
    public bool IsAudio => Media == "audio";
}

/// <summary>Reads the tracks of a session description. Pure.</summary>
internal static class SessionTracks
{
    private const int Most = 32;

    /// <summary>The tracks in their order; empty when there are none.</summary>
    public static IReadOnlyList<SessionTrack> Of(ReadOnlySpan<byte> description)
    {
        var tracks = new List<SessionTrack>();
        foreach (var line in Encoding.UTF8.GetString(description).Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("m=", StringComparison.Ordinal) && tracks.Count < Most && Begin(line[2..]) is { } begun)
                tracks.Add(begun);
            else if (tracks.Count > 0)
                tracks[^1] = With(tracks[^1], line);
        }

        return tracks;
    }

    private static SessionTrack? Begin(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 4 || !int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var type))
            return null;
        var (codec, rate) = Fixed(type);
        return new(words[0], type, codec, rate, string.Empty);
    }

    private static SessionTrack With(SessionTrack track, string line)
    {
        if (line.StartsWith("a=control:", StringComparison.OrdinalIgnoreCase))
            return track with { Control = line[10..].Trim() };
        if (
            !line.StartsWith("a=rtpmap:", StringComparison.OrdinalIgnoreCase)
            || line[9..].Split(' ', 2, StringSplitOptions.TrimEntries) is not [var type, var map]
        )
            return track;
        if (type != track.PayloadType.ToString(CultureInfo.InvariantCulture))
            return track;
        var parts = map.Split('/');
        var rate =
            parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0
                ? given
                : track.ClockRate;
        return track with { Codec = parts[0].Trim().ToUpperInvariant(), ClockRate = rate };
    }

    // RFC 3551, tables 4 and 5.
    private static (string Codec, int Rate) Fixed(int type) =>
        type switch
        {
            0 => ("PCMU", 8000),
            8 => ("PCMA", 8000),
            9 => ("G722", 8000),
            10 or 11 => ("L16", 44_100),
            14 => ("MPA", 90_000),
            26 => ("JPEG", 90_000),
            32 => ("MPV", 90_000),
            33 => ("MP2T", 90_000),
            _ => ("an unknown format", 90_000),
        };
}
