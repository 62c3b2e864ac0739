using System.Buffers.Binary;
using System.Globalization;

namespace ExamMonitor.Media;

/// <summary>What a sequence parameter set inside the stream says of the pictures behind it: ITU-T H.264 7.3.2.1.1, H.265 7.3.2.2.</summary>
/// <param name="Codecs">RFC 6381, such as <c>avc1.64001f</c>.</param>
/// <param name="Width">Px, cropped.</param>
/// <param name="Height">Px, cropped.</param>
public sealed record SequenceParameters(string Codecs, int Width, int Height)
{
    private const int MostUnits = 16;

    /// <summary>Of the first picture of a fragment; null when none stands before it, or it cannot be read.</summary>
    /// <param name="fragment">Fragment; its first track is the video, as ffmpeg writes it.</param>
    /// <param name="initialization">Its tracks.</param>
    public static SequenceParameters? Of(Fragment fragment, InitializationSegment initialization)
    {
        if (initialization.Video is not { } video || fragment.Tracks.Count == 0 || fragment.Tracks[0].TrackId != video.Id)
            return null;
        var hevc = video.SampleEntry is "hvc1" or "hev1";
        if (!hevc && video.SampleEntry is not ("avc1" or "avc3"))
            return null;
        var bytes = fragment.Bytes.Span[fragment.MovieFragmentOffset..];
        var at = BinaryPrimitives.ReadInt32BigEndian(bytes) + 8;
        for (var i = 0; i < MostUnits && at + 5 < bytes.Length; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            if (length < 2 || length > bytes.Length - at - 4)
                return null;
            var unit = bytes.Slice(at + 4, length);
            var type = hevc ? (unit[0] >> 1) & 63 : unit[0] & 31;
            if (type == (hevc ? 33 : 7))
                return Parse(video.SampleEntry, unit);
            // The picture itself: nothing stands before it any more.
            if (hevc ? type < 32 : type is >= 1 and <= 5)
                return null;
            at += 4 + length;
        }

        return null;
    }

    /// <summary>Reads a parameter set; null when it is cut or impossible.</summary>
    /// <param name="entry">Sample entry, such as <c>avc1</c>.</param>
    /// <param name="unit">NAL unit with its header.</param>
    internal static SequenceParameters? Parse(string entry, ReadOnlySpan<byte> unit)
    {
        var reader = new BitReader(unit);
        var read = entry is "hvc1" or "hev1" ? Hevc(entry, ref reader) : Avc(entry, unit, ref reader);
        return reader.Failed || read is not { Width: > 0 and <= 16_384, Height: > 0 and <= 16_384 } ? null : read;
    }

    private static SequenceParameters? Avc(string entry, ReadOnlySpan<byte> unit, ref BitReader reader)
    {
        if (unit.Length < 4)
            return null;
        reader.Skip(8);
        var profile = reader.Bits(8);
        reader.Skip(16);
        reader.Golomb();
        var chroma = 1u;
        if (profile is 100 or 110 or 122 or 244 or 44 or 83 or 86 or 118 or 128 or 138 or 139 or 134 or 135)
        {
            chroma = reader.Golomb();
            if (chroma == 3)
                reader.Skip(1);
            reader.Golomb();
            reader.Golomb();
            reader.Skip(1);
            if (reader.Bits(1) == 1)
                SkipScalingLists(ref reader, chroma == 3 ? 12 : 8);
        }

        reader.Golomb();
        SkipPictureOrder(ref reader);
        reader.Golomb();
        reader.Skip(1);
        var (width, height) = (16 * (reader.Golomb() + 1), 16 * (reader.Golomb() + 1));
        var frames = reader.Bits(1);
        if (frames == 0)
            reader.Skip(1);
        reader.Skip(1);
        var (across, down) = Cropped(ref reader);
        var codecs = string.Create(CultureInfo.InvariantCulture, $"{entry}.{unit[1]:x2}{unit[2]:x2}{unit[3]:x2}");
        return new(
            codecs,
            (int)(width - ((chroma is 1 or 2 ? 2 : 1u) * across)),
            (int)((2 - frames) * (height - ((chroma == 1 ? 2 : 1u) * down)))
        );
    }

    private static SequenceParameters? Hevc(string entry, ref BitReader reader)
    {
        reader.Skip(16 + 4);
        var layers = (int)reader.Bits(3);
        reader.Skip(1);
        // The same twelve bytes as in hvcC behind its version.
        Span<byte> configuration = stackalloc byte[13];
        for (var i = 1; i < configuration.Length; i++)
            configuration[i] = (byte)reader.Bits(8);
        var present = new (bool Profile, bool Level)[layers];
        for (var i = 0; i < layers; i++)
            present[i] = (reader.Bits(1) == 1, reader.Bits(1) == 1);
        if (layers > 0)
            reader.Skip(2 * (8 - layers));
        foreach (var (profile, level) in present)
            reader.Skip((profile ? 88 : 0) + (level ? 8 : 0));
        reader.Golomb();
        var chroma = reader.Golomb();
        if (chroma == 3)
            reader.Skip(1);
        var (width, height) = (reader.Golomb(), reader.Golomb());
        var (across, down) = Cropped(ref reader);
        var type = BinaryPrimitives.ReadUInt32BigEndian(System.Text.Encoding.ASCII.GetBytes(entry));
        return CodecString.Hevc(type, configuration) is not { } codecs
            ? null
            : new(codecs, (int)(width - ((chroma is 1 or 2 ? 2 : 1u) * across)), (int)(height - ((chroma == 1 ? 2 : 1u) * down)));
    }

    private static (uint Across, uint Down) Cropped(ref BitReader reader) =>
        reader.Bits(1) == 0 ? (0, 0) : (reader.Golomb() + reader.Golomb(), reader.Golomb() + reader.Golomb());

    private static void SkipPictureOrder(ref BitReader reader)
    {
        var type = reader.Golomb();
        if (type == 0)
            reader.Golomb();
        if (type != 1)
            return;
        reader.Skip(1);
        reader.Golomb();
        reader.Golomb();
        for (var left = reader.Golomb(); left > 0 && !reader.Failed; left--)
            reader.Golomb();
    }

    private static void SkipScalingLists(ref BitReader reader, int lists)
    {
        for (var list = 0; list < lists && !reader.Failed; list++)
        {
            if (reader.Bits(1) == 0)
                continue;
            var (last, next) = (8, 8);
            for (var i = 0; i < (list < 6 ? 16 : 64); i++)
            {
                if (next != 0)
                    next = (last + reader.SignedGolomb() + 256) % 256;
                last = next == 0 ? last : next;
            }
        }
    }

    /// <summary>
    /// Bits of a NAL unit, without the bytes that keep start codes out (H.264 7.4.1). Past the end it fails and yields zeros.
    /// </summary>
    private ref struct BitReader(ReadOnlySpan<byte> unit)
    {
        private readonly ReadOnlySpan<byte> _unit = unit;
        private int _at;
        private int _bit;
        private int _zeros;

        public bool Failed { get; private set; }

        public uint Bits(int count)
        {
            var value = 0u;
            for (var i = 0; i < count; i++)
                value = (value << 1) | Bit();
            return value;
        }

        public void Skip(int count)
        {
            for (var i = 0; i < count; i++)
                Bit();
        }

        public uint Golomb()
        {
            var zeros = 0;
            while (Bit() == 0)
            {
                if (Failed || ++zeros > 31)
                {
                    Failed = true;
                    return 0;
                }
            }

            return (1u << zeros) - 1 + Bits(zeros);
        }

        public int SignedGolomb()
        {
            var value = Golomb();
            return (value & 1) == 1 ? (int)((value + 1) / 2) : -(int)(value / 2);
        }

        private uint Bit()
        {
            if (_bit == 0 && _zeros >= 2 && _at < _unit.Length && _unit[_at] == 3)
                (_at, _zeros) = (_at + 1, 0);
            if (_at >= _unit.Length)
            {
                Failed = true;
                return 0;
            }

            var bit = (uint)(_unit[_at] >> (7 - _bit)) & 1;
            if (++_bit < 8)
                return bit;
            _zeros = _unit[_at] == 0 ? _zeros + 1 : 0;
            (_at, _bit) = (_at + 1, 0);
            return bit;
        }
    }
}
