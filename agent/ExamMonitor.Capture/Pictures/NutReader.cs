using System.Buffers;
using System.Buffers.Binary;
using ExamMonitor.Media;

namespace ExamMonitor.Capture.Pictures;

/// <summary>
/// Reads raw pictures with their times from ffmpeg's NUT container (nut.txt of the NUT project, version 3): the one muxer that hands each
/// picture over at once and carries its time. One video stream; bounded; not thread-safe.
/// </summary>
internal sealed class NutReader(Stream stream)
{
    private const ulong Main = 0x4E4D_7A56_1F5F_04AD,
        StreamStart = 0x4E53_1140_5BF2_F9DB,
        SyncPoint = 0x4E4B_E4AD_EECA_4569;
    private const int CodedPts = 8,
        StreamId = 16,
        SizeMsb = 32,
        Checksum = 64,
        Reserved = 128,
        HeaderIndex = 1024,
        MatchTime = 2048,
        Coded = 4096,
        Invalid = 8192;
    private const int LargestHeader = 64 << 10,
        LargestSide = 4096;

    private readonly byte[] _one = new byte[8];
    private readonly byte[] _buffer = new byte[2048];
    private readonly FrameCode[] _codes = new FrameCode[256];
    private (long Numerator, long Denominator)[] _timeBases = [];
    private (long Numerator, long Denominator) _timeBase = (1, 1);
    private int _from,
        _to,
        _msbShift;
    private long _lastPts;

    /// <summary>Size of the pictures; null before the first.</summary>
    public PictureSize? Size { get; private set; }

    /// <summary>Reads the next picture.</summary>
    /// <param name="now">Asked when the last byte is in.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidMediaException">The bytes are no such stream.</exception>
    public async ValueTask<AnalysisPicture?> ReadAsync(Func<DateTimeOffset> now, CancellationToken cancellationToken)
    {
        while (await TryByteAsync(cancellationToken).ConfigureAwait(false) is { } first)
        {
            if (first == 'N')
                await PacketAsync(cancellationToken).ConfigureAwait(false);
            else if (Size is null && first == 'n')
                await SkipAsync(24, cancellationToken).ConfigureAwait(false);
            else
                return await FrameAsync(_codes[first], now, cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private async ValueTask<AnalysisPicture> FrameAsync(FrameCode code, Func<DateTimeOffset> now, CancellationToken ct)
    {
        var size = Size ?? throw Bad("a frame before its stream header");
        var flags = code.Flags;
        if ((flags & Coded) != 0)
            flags ^= (int)await NumberAsync(ct).ConfigureAwait(false);
        if ((flags & Invalid) != 0)
            throw Bad("an invalid frame code");
        if ((flags & StreamId) != 0)
            await NumberAsync(ct).ConfigureAwait(false);
        _lastPts = (flags & CodedPts) != 0 ? FullPts(await NumberAsync(ct).ConfigureAwait(false)) : _lastPts + code.PtsDelta;
        long length = code.SizeLsb;
        if ((flags & SizeMsb) != 0)
            length += code.SizeMultiplier * await NumberAsync(ct).ConfigureAwait(false);
        if ((flags & MatchTime) != 0)
            await NumberAsync(ct).ConfigureAwait(false);
        if ((flags & HeaderIndex) != 0)
            await NumberAsync(ct).ConfigureAwait(false);
        var reserved = (flags & Reserved) != 0 ? await NumberAsync(ct).ConfigureAwait(false) : code.Reserved;
        for (var i = Math.Min(reserved, 16); i > 0; i--)
            await NumberAsync(ct).ConfigureAwait(false);
        if ((flags & Checksum) != 0)
            await SkipAsync(4, ct).ConfigureAwait(false);
        var expected = AnalysisPicture.SizeOf(size.Width, size.Height);
        if (length != expected)
            throw Bad($"a picture of {length} bytes where {expected} belong");
        var rented = ArrayPool<byte>.Shared.Rent(expected);
        try
        {
            await FillAsync(rented.AsMemory(0, expected), ct).ConfigureAwait(false);
            var pts = new Pts90k((long)((Int128)_lastPts * _timeBase.Numerator * Pts90k.PerSecond / _timeBase.Denominator));
            return AnalysisPicture.Own(rented, size, pts, now());
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw;
        }
    }

    private async ValueTask PacketAsync(CancellationToken ct)
    {
        await FillAsync(_one.AsMemory(1, 7), ct).ConfigureAwait(false);
        _one[0] = (byte)'N';
        var kind = BinaryPrimitives.ReadUInt64BigEndian(_one);
        var length = await NumberAsync(ct).ConfigureAwait(false);
        if (length > LargestHeader)
            throw Bad($"a header of {length} bytes");
        if (length > LargestSide)
            await SkipAsync(4, ct).ConfigureAwait(false);
        var body = new byte[length];
        await FillAsync(body, ct).ConfigureAwait(false);
        var cursor = new NutCursor(body);
        if (kind == Main)
            ReadMain(ref cursor);
        else if (kind == StreamStart)
            ReadStream(ref cursor);
        else if (kind == SyncPoint)
            ReadSyncPoint(ref cursor);
    }

    private void ReadMain(ref NutCursor body)
    {
        if (body.Number() != 3)
            throw Bad("a version other than 3");
        if (body.Number() != 1)
            throw Bad("more than one stream");
        body.Number();
        var bases = body.Number();
        if (bases is < 1 or > 16)
            throw Bad("too many time bases");
        _timeBases = new (long, long)[bases];
        for (var i = 0; i < bases; i++)
            _timeBases[i] = (Positive(body.Number()), Positive(body.Number()));
        long pts = 0,
            multiplier = 1,
            streamId = 0;
        for (var i = 0; i < 256; )
        {
            var flags = (int)body.Number();
            var fields = body.Number();
            if (fields > 0)
                pts = body.Signed();
            if (fields > 1)
                multiplier = body.Number();
            if (fields > 2)
                streamId = body.Number();
            var size = fields > 3 ? body.Number() : 0;
            var reserved = fields > 4 ? body.Number() : 0;
            var count = fields > 5 ? body.Number() : multiplier - size;
            if (fields > 6)
                body.Signed();
            for (var more = fields; more > 7; more--)
                body.Number();
            if (count < 1 || count > 256 - i || streamId != 0)
                throw Bad("a frame code table that does not add up");
            for (var j = 0; j < count; i++)
            {
                if (i >= 256)
                    throw Bad("a frame code table that does not add up");
                if (i == 'N')
                    _codes[i] = new(Invalid, 0, 0, 0, 0);
                else
                    _codes[i] = new(flags, pts, multiplier, size + j++, reserved);
            }
        }

        // Elision headers stand for the first bytes of small frames; raw pictures are too large for them (nut.txt: at most 4,096 bytes).
    }

    private void ReadStream(ref NutCursor body)
    {
        if (body.Number() != 0 || body.Number() != 0)
            throw Bad("a stream that is no video");
        body.Skip((int)body.Number());
        var timeBase = body.Number();
        if (timeBase < 0 || timeBase >= _timeBases.Length)
            throw Bad("an unknown time base");
        _timeBase = _timeBases[timeBase];
        _msbShift = (int)body.Number();
        if (_msbShift is < 0 or > 30)
            throw Bad("an impossible time shift");
        body.Number();
        body.Number();
        body.Number();
        body.Skip((int)body.Number());
        var (width, height) = (body.Number(), body.Number());
        if (width is < 2 or > 8192 || height is < 2 or > 8192 || (width | height) % 2 != 0)
            throw Bad($"pictures of {width}×{height}");
        Size = new((int)width, (int)height);
    }

    private void ReadSyncPoint(ref NutCursor body)
    {
        if (_timeBases.Length == 0)
            throw Bad("a sync point before the header");
        var value = body.Number();
        var from = _timeBases[value % _timeBases.Length];
        _lastPts = (long)(
            (Int128)(value / _timeBases.Length) * from.Numerator * _timeBase.Denominator / ((Int128)from.Denominator * _timeBase.Numerator)
        );
    }

    private long FullPts(long coded)
    {
        var range = 1L << _msbShift;
        if (coded >= range)
            return coded - range;
        var delta = _lastPts - ((range - 1) / 2);
        return ((coded - delta) & (range - 1)) + delta;
    }

    private static long Positive(long value) => value is > 0 and <= int.MaxValue ? value : throw Bad("an impossible time base");

    private static InvalidMediaException Bad(string what) => new($"Picture stream: {what}", 0);

    private async ValueTask<long> NumberAsync(CancellationToken ct)
    {
        long value = 0;
        for (var i = 0; i < 9; i++)
        {
            var next =
                await TryByteAsync(ct).ConfigureAwait(false)
                ?? throw new InvalidMediaException("Picture stream: it ended inside a number", 0, truncated: true);
            value = (value << 7) | (long)(next & 0x7F);
            if ((next & 0x80) == 0)
                return value;
        }

        throw Bad("a number beyond 63 bits");
    }

    private async ValueTask<byte?> TryByteAsync(CancellationToken ct)
    {
        if (_from == _to)
        {
            (_from, _to) = (0, await stream.ReadAsync(_buffer, ct).ConfigureAwait(false));
            if (_to == 0)
                return null;
        }

        return _buffer[_from++];
    }

    private async ValueTask SkipAsync(int count, CancellationToken ct)
    {
        for (; count > 0; count--)
            _ =
                await TryByteAsync(ct).ConfigureAwait(false)
                ?? throw new InvalidMediaException("Picture stream: it ended inside a header", 0, truncated: true);
    }

    private async ValueTask FillAsync(Memory<byte> target, CancellationToken ct)
    {
        var ready = Math.Min(target.Length, _to - _from);
        _buffer.AsMemory(_from, ready).CopyTo(target);
        _from += ready;
        if (ready == target.Length)
            return;
        var rest = target[ready..];
        var read = await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        if (read < rest.Length)
            throw new InvalidMediaException("Picture stream: it ended inside a picture", 0, truncated: true);
    }

    private readonly record struct FrameCode(int Flags, long PtsDelta, long SizeMultiplier, long SizeLsb, long Reserved);
}
