using System.Security.Cryptography;
using ExamMonitor.Footage.Index;
using ExamMonitor.Media;

namespace ExamMonitor.Footage.Writing;

/// <summary>The run that a camera is in.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Initialization">Its <c>ftyp</c> + <c>moov</c>.</param>
/// <param name="Facts">What is kept beside the media.</param>
internal sealed record RunState(long Id, InitializationSegment Initialization, RunFacts Facts)
{
    /// <summary>Where its media lies in wall time.</summary>
    public WallLine Wall { get; } = new(Facts.ConnectedAtUtc);

    /// <summary>Hash of the initialization segment: two runs with the same one may share a file.</summary>
    public byte[] InitializationSha256 { get; } = SHA256.HashData(Initialization.Bytes.Span);

    /// <summary>Whether the index knows it.</summary>
    public bool Noted { get; set; }

    /// <summary>The row of the index.</summary>
    public RunRow ToRow(long startMs) => new(
        startMs, Initialization.Video?.Codecs ?? Initialization.Video?.SampleEntry, Initialization.Audio?.Codecs ?? Initialization.Audio?.SampleEntry,
        Initialization.Video?.Width ?? 0, Initialization.Video?.Height ?? 0, Facts.AudioCodec, Facts.AudioTranscoded, InitializationSha256);
}
