namespace ExamMonitor.Media;

/// <summary>What a track carries.</summary>
public enum TrackKind
{
    /// <summary>Anything else; kept, never interpreted.</summary>
    Other,

    /// <summary>Video.</summary>
    Video,

    /// <summary>Audio.</summary>
    Audio,
}

/// <summary>A track of an initialization segment.</summary>
/// <param name="Id">Track id of the file, ≥ 1.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="SampleEntry">Four characters of its sample entry, such as <c>avc1</c>, <c>hvc1</c>, <c>mp4a</c>.</param>
/// <param name="Timescale">Ticks per second, ≥ 1.</param>
/// <param name="Width">Video width, px; 0 for others.</param>
/// <param name="Height">Video height, px; 0 for others.</param>
/// <param name="Codecs">RFC 6381 codec string for playlists, such as <c>avc1.64001f</c>; null when it cannot be told.</param>
public sealed record Track(uint Id, TrackKind Kind, string SampleEntry, uint Timescale, int Width, int Height, string? Codecs);

/// <summary><c>ftyp</c> + <c>moov</c> of one run: what a player needs before the first fragment.</summary>
/// <param name="Bytes">The boxes as they arrived.</param>
/// <param name="Tracks">Its tracks.</param>
public sealed record InitializationSegment(ReadOnlyMemory<byte> Bytes, IReadOnlyList<Track> Tracks)
{
    /// <summary>Sample defaults of each track (<c>trex</c>), needed to read its fragments.</summary>
    internal IReadOnlyDictionary<uint, SampleDefaults> Defaults { get; init; } = new Dictionary<uint, SampleDefaults>();

    /// <summary>First video track; null without one.</summary>
    public Track? Video => Tracks.FirstOrDefault(t => t.Kind == TrackKind.Video);

    /// <summary>First audio track; null without one.</summary>
    public Track? Audio => Tracks.FirstOrDefault(t => t.Kind == TrackKind.Audio);

    /// <summary>Reads <c>ftyp</c> + <c>moov</c> as they were stored.</summary>
    /// <exception cref="InvalidMediaException">The bytes are no such boxes.</exception>
    public static InitializationSegment Parse(ReadOnlyMemory<byte> bytes) =>
        MovieParser.ParseInitialization(bytes, FragmentReaderOptions.Default);
}

/// <summary>The samples of one track in a fragment.</summary>
/// <param name="TrackId">Track.</param>
/// <param name="BaseDecodeTime">First decode time, ticks of the track's timescale (<c>tfdt</c>).</param>
/// <param name="Duration">Sum of the sample durations, same ticks.</param>
/// <param name="Samples">Number of samples.</param>
/// <param name="StartsWithSync">Whether the first sample is a sync sample.</param>
/// <param name="BaseDecodeTimeOffset">Where the <c>tfdt</c> value stands in <see cref="Fragment.Bytes"/>, bytes.</param>
/// <param name="BaseDecodeTimeSize">Size of the value: 4 or 8 bytes.</param>
public sealed record TrackRun(
    uint TrackId,
    ulong BaseDecodeTime,
    ulong Duration,
    int Samples,
    bool StartsWithSync,
    int BaseDecodeTimeOffset,
    int BaseDecodeTimeSize
)
{
    /// <summary>
    /// Duration of the sample that stands longest, ticks of the track's timescale: a large value is a hole that a muxer bridged.
    /// </summary>
    public ulong LongestSample { get; init; }

    /// <summary>Decode time, relative to <see cref="BaseDecodeTime"/>, at which that longest sample begins.</summary>
    public ulong LongestSampleAt { get; init; }
}

/// <summary>
/// <c>moof</c> + <c>mdat</c> with what stands before them (<c>prft</c>, <c>styp</c>, <c>emsg</c>): about one group of pictures.
/// </summary>
/// <param name="Bytes">The boxes as they arrived; owned by the fragment and never changed, so that writer and viewers share them.</param>
/// <param name="Tracks">Samples per track.</param>
/// <param name="Start">Decode time of the first video sample (of the first track when there is no video), in the run's media time.</param>
/// <param name="Duration">Media duration of that track, 1/90,000 s.</param>
/// <param name="StartsWithSync">Whether video can be decoded from here.</param>
/// <param name="ProducerTimeUtc">Wall time of the <c>prft</c> box, when the producer wrote it; null without one.</param>
public sealed record Fragment(
    ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<TrackRun> Tracks,
    Pts90k Start,
    long Duration,
    bool StartsWithSync,
    DateTimeOffset? ProducerTimeUtc
)
{
    /// <summary>
    /// Where <c>moof</c> begins in <see cref="Bytes"/>; what stands before it may be replaced, since every offset in <c>moof</c> is
    /// relative to it.
    /// </summary>
    public int MovieFragmentOffset { get; init; }

    /// <summary>
    /// Whether it holds sound and no picture, of a run that has pictures: a muxer that waits for none hands such fragments over.
    /// </summary>
    public bool IsSoundAlone { get; init; }

    /// <summary>End of the fragment, exclusive, in the run's media time.</summary>
    public Pts90k End => new(Start.Ticks + Duration);
}
