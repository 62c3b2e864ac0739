using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ExamMonitor.Media;

/// <summary>Four-character codes of ISO/IEC 14496-12 as big-endian numbers.</summary>
internal static class FourCc
{
    public const uint Ftyp = 0x66747970,
        Moov = 0x6d6f6f76,
        Moof = 0x6d6f6f66,
        Mdat = 0x6d646174,
        Prft = 0x70726674,
        Styp = 0x73747970;
    public const uint Emsg = 0x656d7367,
        Trak = 0x7472616b,
        Tkhd = 0x746b6864,
        Mdia = 0x6d646961,
        Mdhd = 0x6d646864;
    public const uint Hdlr = 0x68646c72,
        Minf = 0x6d696e66,
        Stbl = 0x7374626c,
        Stsd = 0x73747364,
        Mvex = 0x6d766578,
        Trex = 0x74726578;
    public const uint Traf = 0x74726166,
        Tfhd = 0x74666864,
        Tfdt = 0x74666474,
        Trun = 0x7472756e,
        Mfhd = 0x6d666864;
    public const uint Vide = 0x76696465,
        Soun = 0x736f756e,
        AvcC = 0x61766343,
        HvcC = 0x68766343,
        Esds = 0x65736473;

    /// <summary>As text for messages; anything unprintable becomes '?'.</summary>
    public static string Text(uint code) =>
        string.Create(
            4,
            code,
            static (span, c) =>
            {
                for (var i = 0; i < 4; i++)
                {
                    var b = (char)((c >> (24 - (8 * i))) & 0xff);
                    span[i] = b is >= ' ' and <= '~' ? b : '?';
                }
            }
        );
}

/// <summary>One box inside a buffer.</summary>
/// <param name="Type">Four-character code.</param>
/// <param name="Offset">Of its header in the buffer.</param>
/// <param name="BodyOffset">Of its body in the buffer.</param>
/// <param name="End">First byte after it in the buffer.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Box(uint Type, int Offset, int BodyOffset, int End);

/// <summary>Reads boxes and numbers out of a buffer that stands at a known place of a stream. Every read is checked.</summary>
/// <param name="buffer">Bytes.</param>
/// <param name="origin">Where the buffer begins in the stream, for messages.</param>
internal readonly ref struct BoxBuffer(ReadOnlySpan<byte> buffer, long origin)
{
    private const int MaxChildren = 1024;

    private readonly ReadOnlySpan<byte> _buffer = buffer;

    public ReadOnlySpan<byte> Slice(int from, int end) => _buffer[from..end];

    public InvalidMediaException Bad(int at, string problem) => new(problem, origin + at);

    /// <summary>The box at <paramref name="at"/>, which must end by <paramref name="limit"/>.</summary>
    public Box BoxAt(int at, int limit)
    {
        if (limit - at < 8)
            throw Bad(at, "A box header does not fit into the box around it");
        var size = (long)BinaryPrimitives.ReadUInt32BigEndian(_buffer[at..]);
        var type = BinaryPrimitives.ReadUInt32BigEndian(_buffer[(at + 4)..]);
        var header = 8;
        if (size == 1)
        {
            if (limit - at < 16)
                throw Bad(at, "A long box header does not fit into the box around it");
            size = BinaryPrimitives.ReadInt64BigEndian(_buffer[(at + 8)..]);
            header = 16;
        }

        return size >= header && size <= limit - at
            ? new(type, at, at + header, at + (int)size)
            : throw Bad(at, $"Box \"{FourCc.Text(type)}\" says it has {size} bytes; {limit - at} are left in the box around it");
    }

    /// <summary>Children of a body, in order; bounded.</summary>
    public List<Box> Children(int from, int end)
    {
        var children = new List<Box>();
        for (var at = from; at < end; )
        {
            if (children.Count == MaxChildren)
                throw Bad(at, $"More than {MaxChildren} boxes inside one box");
            var box = BoxAt(at, end);
            children.Add(box);
            at = box.End;
        }

        return children;
    }

    /// <summary>The only child of a type; null when there is none.</summary>
    public Box? Child(Box parent, uint type)
    {
        foreach (var box in Children(parent.BodyOffset, parent.End))
        {
            if (box.Type == type)
                return box;
        }

        return null;
    }

    /// <summary>The child of a type that must be there.</summary>
    public Box Required(Box parent, uint type) =>
        Child(parent, type) ?? throw Bad(parent.Offset, $"Box \"{FourCc.Text(parent.Type)}\" has no \"{FourCc.Text(type)}\"");

    public uint UInt32(int at, Box within) => BinaryPrimitives.ReadUInt32BigEndian(Field(at, 4, within));

    public int Int32(int at, Box within) => BinaryPrimitives.ReadInt32BigEndian(Field(at, 4, within));

    public ulong UInt64(int at, Box within) => BinaryPrimitives.ReadUInt64BigEndian(Field(at, 8, within));

    public ushort UInt16(int at, Box within) => BinaryPrimitives.ReadUInt16BigEndian(Field(at, 2, within));

    public byte UInt8(int at, Box within) => Field(at, 1, within)[0];

    /// <summary>Version of a full box.</summary>
    public byte Version(Box box) => UInt8(box.BodyOffset, box);

    /// <summary>Flags of a full box.</summary>
    public uint Flags(Box box) => UInt32(box.BodyOffset, box) & 0xffffff;

    private ReadOnlySpan<byte> Field(int at, int size, Box within) =>
        at >= within.BodyOffset && within.End - at >= size
            ? _buffer.Slice(at, size)
            : throw Bad(at, $"Box \"{FourCc.Text(within.Type)}\" is too short for its fields");
}
