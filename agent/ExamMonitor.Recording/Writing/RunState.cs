using System.Security.Cryptography;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>The run that a camera is in.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Initialization">Its <c>ftyp</c> + <c>moov</c>.</param>
/// <param name="Facts">What is kept beside the media.</param>
internal sealed record RunState(long Id, InitializationSegment Initialization, RunFacts Facts)
{
    /// <summary>Where its media lies in wall time.</summary>
    public WallLine Wall { get; init; } = new(Facts.ConnectedAtUtc);

    /// <summary>What the stream itself says of its pictures; null while it has said nothing.</summary>
    public SequenceParameters? Pictures { get; set; }

    /// <summary>Whether pictures are what was said before.</summary>
    public bool Shows(SequenceParameters pictures) =>
        Pictures is { } before
            ? before == pictures
            : Initialization.Video is { } video
                && (video.Codecs, video.Width, video.Height) == (pictures.Codecs, pictures.Width, pictures.Height);

    /// <summary>Hash of the initialization segment: two runs with the same one may share a file.</summary>
    public byte[] InitializationSha256 { get; } = SHA256.HashData(Initialization.Bytes.Span);

    /// <summary>Whether the index knows it.</summary>
    public bool Noted { get; set; }

    /// <summary>The row of the index.</summary>
    public RunRow ToRow(long startMs) =>
        new(
            startMs,
            Pictures?.Codecs ?? Initialization.Video?.Codecs ?? Initialization.Video?.SampleEntry,
            Initialization.Audio?.Codecs ?? Initialization.Audio?.SampleEntry,
            Pictures?.Width ?? Initialization.Video?.Width ?? 0,
            Pictures?.Height ?? Initialization.Video?.Height ?? 0,
            Facts.AudioCodec,
            Facts.AudioTranscoded,
            InitializationSha256
        );
}
