namespace ExamMonitor.Capture.Ffmpeg;

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
