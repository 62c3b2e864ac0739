using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ExamMonitor.Media;

/// <summary>
/// Turns a stream of fragmented MP4, such as ffmpeg's output, into one <see cref="InitializationSegment"/> and then
/// <see cref="Fragment"/>s.
/// </summary>
/// <remarks>
/// Reads forward only and holds one fragment at a time. The input is hostile until parsed: see <see cref="FragmentReaderOptions"/> for the
/// bounds. Boxes that belong to neither (<c>sidx</c>, <c>free</c>, <c>mfra</c>, unknown ones) are passed over. Not safe for use from two
/// threads at once.
/// </remarks>
/// <param name="stream">Read from its present position; not disposed.</param>
/// <param name="options">Bounds; null for the defaults.</param>
public sealed class FragmentReader(Stream stream, FragmentReaderOptions? options = null)
{
    private const int MaxPrefixBytes = 256 << 10;

    private readonly FragmentReaderOptions _options = options ?? FragmentReaderOptions.Default;
    private readonly byte[] _header = new byte[16];
    private InitializationSegment? _initialization;

    /// <summary>Bytes consumed so far: after a fragment was returned, where it ended.</summary>
    public long Position { get; private set; }

    /// <summary>Reads <c>ftyp</c> and <c>moov</c>. Call it once, first.</summary>
    /// <exception cref="InvalidMediaException">The stream ended before, or is no fragmented MP4.</exception>
    public async ValueTask<InitializationSegment> ReadInitializationAsync(CancellationToken cancellationToken)
    {
        if (_initialization is not null)
            throw new InvalidOperationException("The initialization segment was read already.");
        var bytes = new MemoryStream();
        while (true)
        {
            var box =
                await ReadHeaderAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidMediaException("The stream ended before a \"moov\" box", Position, truncated: true);
            if (bytes.Length == 0 && box.Type != FourCc.Ftyp)
                throw new InvalidMediaException(
                    $"The stream begins with \"{FourCc.Text(box.Type)}\", not with \"ftyp\": it is no MP4",
                    box.Offset
                );
            if (box.Type is FourCc.Moof or FourCc.Mdat)
                throw new InvalidMediaException($"\"{FourCc.Text(box.Type)}\" comes before \"moov\"", box.Offset);
            Require(bytes.Length + box.Size <= _options.MaxInitializationBytes, box, _options.MaxInitializationBytes);
            var whole = new byte[box.Size];
            await ReadBodyAsync(box, whole, cancellationToken).ConfigureAwait(false);
            bytes.Write(whole);
            if (box.Type == FourCc.Moov)
                break;
        }

        return _initialization = MovieParser.ParseInitialization(bytes.ToArray(), _options);
    }

    /// <summary>Reads the next fragment; null when the stream ended cleanly between two boxes.</summary>
    /// <exception cref="InvalidMediaException">The bytes are no fragment, or the stream ended inside one
    /// (<see cref="InvalidMediaException.Truncated"/>).</exception>
    /// <exception cref="InvalidOperationException"><see cref="ReadInitializationAsync"/> was not called.</exception>
    public async ValueTask<Fragment?> ReadFragmentAsync(CancellationToken cancellationToken)
    {
        var initialization = _initialization ?? throw new InvalidOperationException("Read the initialization segment first.");
        var prefix = new PrefixBuffer();
        DateTimeOffset? producerTime = null;
        while (await ReadHeaderAsync(cancellationToken).ConfigureAwait(false) is { } box)
        {
            switch (box.Type)
            {
                case FourCc.Moof:
                    return await ReadSamplesAsync(initialization, box, prefix.ToArray(), producerTime, cancellationToken)
                        .ConfigureAwait(false);
                case FourCc.Prft or FourCc.Styp or FourCc.Emsg:
                    Require(prefix.Length + box.Size <= MaxPrefixBytes, box, MaxPrefixBytes);
                    var whole = prefix.Extend((int)box.Size);
                    await ReadBodyAsync(box, whole, cancellationToken).ConfigureAwait(false);
                    if (box.Type == FourCc.Prft)
                        producerTime = ProducerReferenceTime.Read(whole.Span[box.HeaderSize..]);
                    break;
                case FourCc.Moov or FourCc.Ftyp or FourCc.Mdat:
                    throw new InvalidMediaException($"\"{FourCc.Text(box.Type)}\" where a fragment should begin", box.Offset);
                default:
                    await SkipAsync(box, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        return null;
    }

    private async ValueTask<Fragment> ReadSamplesAsync(
        InitializationSegment initialization,
        StreamBox moof,
        byte[] prefix,
        DateTimeOffset? producerTime,
        CancellationToken cancellationToken
    )
    {
        Require(moof.Size <= _options.MaxMovieFragmentBytes, moof, _options.MaxMovieFragmentBytes);
        var head = new byte[prefix.Length + (int)moof.Size];
        prefix.CopyTo(head, 0);
        await ReadBodyAsync(moof, head.AsMemory(prefix.Length), cancellationToken).ConfigureAwait(false);
        var origin = moof.Offset - prefix.Length;
        var runs = MovieFragmentParser.Parse(head, prefix.Length, origin, initialization, _options, out var reach);
        var data =
            await ReadHeaderAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidMediaException("The stream ended between \"moof\" and \"mdat\"", Position, truncated: true);
        if (data.Type != FourCc.Mdat)
            throw new InvalidMediaException($"\"{FourCc.Text(data.Type)}\" where \"mdat\" should follow \"moof\"", data.Offset);
        Require(data.Size <= _options.MaxFragmentBytes - head.Length, data, _options.MaxFragmentBytes);
        if (reach > moof.Size + data.Size)
            throw new InvalidMediaException(
                $"Samples reach {reach} bytes from the start of \"moof\"; \"mdat\" ends after {moof.Size + data.Size}",
                data.Offset
            );
        var whole = GC.AllocateUninitializedArray<byte>(head.Length + (int)data.Size);
        head.CopyTo(whole, 0);
        await ReadBodyAsync(data, whole.AsMemory(head.Length), cancellationToken).ConfigureAwait(false);
        return Describe(initialization, whole, prefix.Length, runs, producerTime);
    }

    private static Fragment Describe(
        InitializationSegment initialization,
        byte[] whole,
        int moofAt,
        List<TrackRun> runs,
        DateTimeOffset? producerTime
    )
    {
        var video = initialization.Video;
        var lead = runs.Find(r => r.TrackId == video?.Id) ?? runs[0];
        var timescale = initialization.Tracks.First(t => t.Id == lead.TrackId).Timescale;
        var start = Pts90k.FromTimescale((long)lead.BaseDecodeTime, timescale);
        var end = Pts90k.FromTimescale((long)(lead.BaseDecodeTime + lead.Duration), timescale);
        var sync = video is null ? lead.StartsWithSync : lead.TrackId == video.Id && lead.StartsWithSync;
        return new Fragment(whole, runs, start, end - start, sync, producerTime)
        {
            MovieFragmentOffset = moofAt,
            IsSoundAlone = video is not null && lead.TrackId != video.Id,
        };
    }

    private async ValueTask<StreamBox?> ReadHeaderAsync(CancellationToken cancellationToken)
    {
        var offset = Position;
        if (
            await stream.ReadAtLeastAsync(_header.AsMemory(0, 8), 8, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)
                is var read
            && read < 8
        )
        {
            Position += read;
            return read == 0 ? null : throw new InvalidMediaException("The stream ended inside a box header", Position, truncated: true);
        }

        Position += 8;
        var size = (long)BinaryPrimitives.ReadUInt32BigEndian(_header);
        var type = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        if (size != 1)
        {
            return size >= 8
                ? new StreamBox(type, offset, size, 8)
                : throw new InvalidMediaException($"Box \"{FourCc.Text(type)}\" says it has {size} bytes; a box has at least 8", offset);
        }

        await FillAsync(_header.AsMemory(8, 8), cancellationToken).ConfigureAwait(false);
        size = BinaryPrimitives.ReadInt64BigEndian(_header.AsSpan(8));
        return size >= 16
            ? new StreamBox(type, offset, size, 16)
            : throw new InvalidMediaException(
                $"Box \"{FourCc.Text(type)}\" says it has {size} bytes; a box with a long header has at least 16",
                offset
            );
    }

    /// <summary>
    /// Puts the header read last and the body after it into <paramref name="whole"/>, which is exactly as long as the box.
    /// </summary>
    private async ValueTask ReadBodyAsync(StreamBox box, Memory<byte> whole, CancellationToken cancellationToken)
    {
        _header.AsMemory(0, box.HeaderSize).CopyTo(whole);
        await FillAsync(whole[box.HeaderSize..], cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SkipAsync(StreamBox box, CancellationToken cancellationToken)
    {
        Require(box.Size <= _options.MaxFragmentBytes, box, _options.MaxFragmentBytes);
        var scratch = new byte[(int)Math.Min(box.Size, 16 << 10)];
        for (var left = box.Size - box.HeaderSize; left > 0; )
        {
            var part = scratch.AsMemory(0, (int)Math.Min(left, scratch.Length));
            await FillAsync(part, cancellationToken).ConfigureAwait(false);
            left -= part.Length;
        }
    }

    private async ValueTask FillAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        var read = await stream
            .ReadAtLeastAsync(destination, destination.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        Position += read;
        if (read < destination.Length)
            throw new InvalidMediaException("The stream ended inside a box", Position, truncated: true);
    }

    private static void Require(bool holds, StreamBox box, long limit)
    {
        if (!holds)
            throw new InvalidMediaException(
                $"Box \"{FourCc.Text(box.Type)}\" has {box.Size} bytes; the bound for its place is {limit}",
                box.Offset
            );
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct StreamBox(uint Type, long Offset, long Size, int HeaderSize);

    /// <summary>
    /// What stands before a <c>moof</c>. Doubles as it grows: an enemy's many small boxes cost what they weigh, not its square.
    /// </summary>
    private struct PrefixBuffer()
    {
        private byte[] _bytes = [];

        public int Length { get; private set; }

        public Memory<byte> Extend(int by)
        {
            var from = Length;
            Length += by;
            if (Length > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(Length, 2 * _bytes.Length));
            return _bytes.AsMemory(from, by);
        }

        public readonly byte[] ToArray() => Length == 0 ? [] : _bytes[..Length];
    }
}
