using ExamMonitor.Capture.Ffmpeg;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>What a session description tells of a stream, in ffmpeg's names: no session has to be opened to ask. Pure.</summary>
internal static class SessionFacts
{
    /// <summary>The facts of the first video and the first sound; a sound that ffmpeg has no name for here is left out.</summary>
    /// <param name="tracks">Tracks; the first video is H.264 or H.265.</param>
    public static StreamFacts Of(IReadOnlyList<SessionTrack> tracks)
    {
        var video = tracks.First(t => t.IsVideo);
        return new(
            video.Codec == "H265" ? "hevc" : "h264",
            0,
            0,
            tracks.FirstOrDefault(t => t.IsAudio) is { } audio ? NameOf(audio.Codec) : null
        );
    }

    /// <summary>A video codec as ffmpeg calls it; the name of the description where that is not known.</summary>
    public static string VideoName(string codec) =>
        codec switch
        {
            "JPEG" => "mjpeg",
            "MP4V-ES" => "mpeg4",
            "AN UNKNOWN FORMAT" => "an unknown format",
            _ => codec,
        };

    private static string? NameOf(string codec) =>
        codec switch
        {
            "PCMU" => "pcm_mulaw",
            "PCMA" => "pcm_alaw",
            "MPEG4-GENERIC" or "MP4A-LATM" => "aac",
            "G722" => "adpcm_g722",
            "G726-16" or "G726-24" or "G726-32" or "G726-40" => "adpcm_g726le",
            "AAL2-G726-32" => "adpcm_g726",
            "L16" => "pcm_s16be",
            "OPUS" => "opus",
            _ => null,
        };
}
