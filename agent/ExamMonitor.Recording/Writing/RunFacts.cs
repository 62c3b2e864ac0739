namespace ExamMonitor.Recording;

/// <summary>What is kept of a run beside its media.</summary>
/// <param name="AudioCodec">As sent by the camera, such as <c>aac</c>, <c>pcm_alaw</c>; null without audio.</param>
/// <param name="AudioTranscoded">Whether audio was turned into AAC because MP4 cannot carry it.</param>
public sealed record RunFacts(string? AudioCodec, bool AudioTranscoded)
{
    /// <summary>
    /// When the camera was asked for this session, UTC: no picture of the run is claimed for a time before it. Null when that is not known.
    /// </summary>
    public DateTimeOffset? ConnectedAtUtc { get; init; }
}
