using System.Buffers.Binary;
using System.Security.Cryptography;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Writing;

/// <summary>A <c>.part</c> being written: bytes, hash and fragment list advance together, fragment by fragment.</summary>
/// <remarks>
/// The file's media time begins at zero, so that it plays alone in any player: each <c>tfdt</c> is written minus the file's first time,
/// exactly in the track's own timescale. Before each <c>moof</c> stands a <c>prft</c> that ties the media time to UTC; boxes that stood
/// there before are left out. Nothing else of the stream is touched.
/// </remarks>
internal sealed class SegmentFile : IDisposable
{
    /// <summary>
    /// Fragments that one file may have: a camera of key frames alone at 60 a second stays below it. What tells a file's fragments grows
    /// with them, and its readers have bounds.
    /// </summary>
    internal const int MostFragments = 10_000;

    private readonly IVolumeFile _file;
    private readonly InitializationSegment _initialization;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<FragmentEntry> _fragments = [];
    private readonly uint _leadTrack;
    private readonly uint _leadTimescale;
    private MediaOrigin _origin;
    private bool _cut;

    private SegmentFile(IVolumeFile file, InitializationSegment initialization)
    {
        (_file, _initialization) = (file, initialization);
        var lead = initialization.Video ?? initialization.Tracks[0];
        (_leadTrack, _leadTimescale) = (lead.Id, lead.Timescale);
    }

    /// <summary>Whole fragments in it.</summary>
    public IReadOnlyList<FragmentEntry> Fragments => _fragments;

    /// <summary>Bytes of whole fragments and what stands before them.</summary>
    public long GoodBytes { get; private set; }

    /// <summary>Bytes that no flush has covered yet.</summary>
    public long UnflushedBytes { get; private set; }

    /// <summary>End of the last fragment in the file's media time, 1/90,000 s.</summary>
    public long MediaEnd90k => _fragments.Count == 0 ? 0 : _fragments[^1].Start90k + _fragments[^1].Duration90k;

    /// <summary>Makes the file and writes the initialization segment.</summary>
    public static SegmentFile Create(IVolume volume, ArchivePath path, InitializationSegment initialization, LiveFiles live)
    {
        var segment = new SegmentFile(volume.Create(path.Part), initialization) { Live = live.Open(volume, path) };
        try
        {
            segment.Write([initialization.Bytes]);
            return segment;
        }
        catch
        {
            segment.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Says which media time of the run is <paramref name="at90k"/> in the file; before the first fragment, and again when another run goes
    /// on in the same file.
    /// </summary>
    public void Align(Fragment first, long at90k) => _origin = MediaOrigin.Of(first, _initialization, at90k);

    /// <summary>Where live viewers read it; null when that cannot be.</summary>
    public LiveFile? Live { get; private init; }

    /// <summary>Appends a fragment.</summary>
    /// <param name="fragment">Fragment of the run that <see cref="Align"/> was told of.</param>
    /// <param name="startUtcTicks">Wall time of its first picture.</param>
    /// <param name="lateMs">See <see cref="FragmentEntry.LateMs"/>.</param>
    /// <returns>Where live viewers find it; null when they cannot.</returns>
    /// <exception cref="IOException">Any beginning of it may stand in the file; <see cref="CutBack"/> takes it away.</exception>
    public LivePlace? Append(Fragment fragment, long startUtcTicks, int lateMs)
    {
        var moofSize = BinaryPrimitives.ReadInt32BigEndian(fragment.Bytes.Span[fragment.MovieFragmentOffset..]);
        var head = new byte[ProducerReferenceTime.SizeBytes + moofSize];
        fragment.Bytes.Span.Slice(fragment.MovieFragmentOffset, moofSize).CopyTo(head.AsSpan(ProducerReferenceTime.SizeBytes));
        // Sound without pictures lies where the pictures end, and lasts no time of theirs.
        var leadTime = fragment.IsSoundAlone ? (ulong)(MediaEnd90k * _leadTimescale / Pts90k.PerSecond) : 0;
        foreach (var run in fragment.Tracks)
        {
            var time = _origin.Map(run, _initialization);
            var at = ProducerReferenceTime.SizeBytes + run.BaseDecodeTimeOffset - fragment.MovieFragmentOffset;
            if (run.BaseDecodeTimeSize == 8)
                BinaryPrimitives.WriteUInt64BigEndian(head.AsSpan(at), time);
            else
                BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(at), checked((uint)time));
            if (run.TrackId == _leadTrack)
                leadTime = time;
        }

        ProducerReferenceTime.Write(head, _leadTrack, new DateTimeOffset(startUtcTicks, TimeSpan.Zero), leadTime);
        var before = GoodBytes;
        var samples = fragment.Bytes[(fragment.MovieFragmentOffset + moofSize)..];
        Write([head, samples]);
        var (start90k, duration) = fragment.IsSoundAlone
            ? (MediaEnd90k, 0)
            : (Pts90k.FromTimescale((long)leadTime, _leadTimescale).Ticks, fragment.Duration);
        _fragments.Add(new((int)(GoodBytes - before), start90k, (int)Math.Min(duration, int.MaxValue), fragment.StartsWithSync, lateMs));
        return Live is null ? null : new(Live, before + head.Length, samples.Length);
    }

    /// <summary>Whether anything waits for a flush: bytes, or a cut, which a power cut could undo.</summary>
    public bool NeedsFlush => UnflushedBytes > 0 || _cut;

    /// <summary>Takes away what a failed write may have left behind the last whole fragment.</summary>
    /// <exception cref="IOException">The tail may still stand there: the file must not be committed.</exception>
    public void CutBack()
    {
        if (_file.Length == GoodBytes)
            return;
        _cut = true;
        _file.SetLength(GoodBytes);
        if (_file.Length is var length && length != GoodBytes)
            throw new IOException($"The file has {length} bytes after it was cut to {GoodBytes}");
    }

    /// <summary>Returns when everything is on the disk.</summary>
    public void Flush()
    {
        _file.Flush();
        (UnflushedBytes, _cut) = (0, false);
    }

    /// <summary>Hash of <see cref="GoodBytes"/>.</summary>
    public byte[] Sha256() => _hash.GetCurrentHash();

    public void Dispose()
    {
        Live?.Release();
        _file.Dispose();
        _hash.Dispose();
    }

    // The hash takes only what was written whole, so that after a failed write it still speaks of GoodBytes.
    private void Write(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        _file.Append(parts);
        foreach (var part in parts)
        {
            _hash.AppendData(part.Span);
            GoodBytes += part.Length;
            UnflushedBytes += part.Length;
        }
    }
}
