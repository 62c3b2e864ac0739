namespace ExamMonitor.Footage;

/// <summary>What is kept of a run beside its media.</summary>
/// <param name="AudioCodec">As sent by the camera, such as <c>aac</c>, <c>pcm_alaw</c>; null without audio.</param>
/// <param name="AudioTranscoded">Whether audio was turned into AAC because MP4 cannot carry it.</param>
public sealed record RunFacts(string? AudioCodec, bool AudioTranscoded);
