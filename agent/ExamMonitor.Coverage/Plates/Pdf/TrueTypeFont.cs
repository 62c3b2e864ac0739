using System.Buffers.Binary;

namespace ExamMonitor.Coverage.Plates.Pdf;

/// <summary>What a PDF needs of a TrueType font: the glyph of a character, its width, and a copy that holds the used glyphs alone.</summary>
/// <remarks>ISO/IEC 14496-22. Reads outside a table give 0, so that a damaged font prints wrongly instead of failing. Immutable.</remarks>
internal sealed class TrueTypeFont
{
    private const uint Cmap = 0x636D6170, Glyf = 0x676C7966, Head = 0x68656164, Hhea = 0x68686561, Hmtx = 0x686D7478, Loca = 0x6C6F6361, Maxp = 0x6D617870;
    private const int DirectoryBytes = 12, RecordBytes = 16;

    // Hinting programs (cvt, fpgm, prep) go with the glyphs that call them.
    private static readonly uint[] Kept = [0x63767420, 0x6670676D, Glyf, Head, Hhea, Hmtx, Loca, Maxp, 0x70726570];

    private readonly byte[] _file;
    private readonly Dictionary<uint, (int Offset, int Length)> _tables = [];
    private readonly int _unitsPerEm;
    private readonly int _wideMetrics;
    private readonly int _characters;
    private readonly bool _longOffsets;

    private TrueTypeFont(byte[] file)
    {
        _file = file;
        for (var i = 0; i < U16(4); i++)
        {
            var record = DirectoryBytes + (i * RecordBytes);
            _tables[U32(record)] = ((int)U32(record + 8), (int)U32(record + 12));
        }

        _unitsPerEm = Math.Max(1, U16(At(Head, 18)));
        _longOffsets = U16(At(Head, 50)) != 0;
        _wideMetrics = U16(At(Hhea, 34));
        Glyphs = U16(At(Maxp, 4));
        _characters = CharacterTable();
    }

    /// <summary>Number of glyphs.</summary>
    public int Glyphs { get; }

    /// <summary>Height above the base line, thousandths of the size.</summary>
    public int Ascent => Thousandths(I16(At(Hhea, 4)));

    /// <summary>Depth below the base line, thousandths of the size, ≤ 0.</summary>
    public int Descent => Thousandths(I16(At(Hhea, 6)));

    /// <summary>Box round all glyphs, thousandths of the size: left, bottom, right, top.</summary>
    public IReadOnlyList<int> Box => [.. Enumerable.Range(0, 4).Select(i => Thousandths(I16(At(Head, 36 + (2 * i)))))];

    /// <summary>Reads a font or a collection's first; null when it has no TrueType outlines or no table of characters.</summary>
    public static TrueTypeFont? Read(byte[] file)
    {
        if (FontCollection.Single(file) is not { } single) return null;
        var font = new TrueTypeFont(single);
        return font._characters > 0 && font.Glyphs > 0 && Kept.Where(t => t is Head or Hhea or Hmtx or Loca or Maxp).All(font._tables.ContainsKey) ? font : null;
    }

    /// <summary>Glyph of a character of the basic plane; 0 when the font has none.</summary>
    public int Glyph(char c)
    {
        var glyph = U16(_characters) == 12 ? Grouped(c) : Segmented(c);
        return glyph < Glyphs ? glyph : 0;
    }

    /// <summary>Width of a glyph, thousandths of the size.</summary>
    public int Advance(int glyph) => Thousandths(U16(At(Hmtx, 4 * Math.Min(glyph, Math.Max(0, _wideMetrics - 1)))));

    /// <summary>The font with the outlines of some glyphs alone; glyph numbers stay as they are.</summary>
    public byte[] Subset(IEnumerable<int> used)
    {
        var keep = WithParts(used);
        using var outlines = new MemoryStream();
        var offsets = new byte[(Glyphs + 1) * 4];
        for (var glyph = 0; glyph < Glyphs; glyph++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(offsets.AsSpan(glyph * 4), (uint)outlines.Position);
            if (!keep.Contains(glyph)) continue;
            var (offset, length) = Outline(glyph);
            outlines.Write(_file, offset, length);
            while (outlines.Position % 4 != 0) outlines.WriteByte(0);
        }

        BinaryPrimitives.WriteUInt32BigEndian(offsets.AsSpan(Glyphs * 4), (uint)outlines.Position);
        return Written([.. Kept.Where(_tables.ContainsKey).Select(t => (t, t switch
        {
            Glyf => outlines.ToArray(),
            Loca => offsets,
            Head => LongOffsets(Table(t)),
            _ => Table(t),
        }))]);
    }

    private HashSet<int> WithParts(IEnumerable<int> used)
    {
        var keep = new HashSet<int> { 0 };
        var open = new Stack<int>(used);
        while (open.TryPop(out var glyph))
        {
            if (glyph < 0 || glyph >= Glyphs || !keep.Add(glyph)) continue;
            foreach (var part in Parts(glyph)) open.Push(part);
        }

        return keep;
    }

    /// <summary>Glyphs that a composite glyph is made of.</summary>
    private IEnumerable<int> Parts(int glyph)
    {
        var (offset, length) = Outline(glyph);
        if (length < 10 || I16(offset) >= 0) yield break;
        int at = offset + 10, flags;
        do
        {
            flags = U16(at);
            yield return U16(at + 2);
            at += 4 + ((flags & 1) != 0 ? 4 : 2) + ((flags & 8) != 0 ? 2 : (flags & 0x40) != 0 ? 4 : (flags & 0x80) != 0 ? 8 : 0);
        }
        while ((flags & 0x20) != 0 && at < offset + length);
    }

    private (int Offset, int Length) Outline(int glyph)
    {
        var table = _tables[Glyf];
        var loca = _tables[Loca].Offset;
        long from = _longOffsets ? U32(loca + (4 * glyph)) : 2L * U16(loca + (2 * glyph)), to = _longOffsets ? U32(loca + (4 * glyph) + 4) : 2L * U16(loca + (2 * glyph) + 2);
        return from >= to || to > table.Length ? (table.Offset, 0) : (table.Offset + (int)from, (int)(to - from));
    }

    private static byte[] LongOffsets(byte[] head)
    {
        if (head.Length >= 52) BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(50), 1);
        return head;
    }

    private static byte[] Written(IReadOnlyList<(uint Tag, byte[] Content)> tables)
    {
        using var to = new MemoryStream();
        var head = new byte[DirectoryBytes + (tables.Count * RecordBytes)];
        BinaryPrimitives.WriteUInt32BigEndian(head, 0x00010000);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(4), (ushort)tables.Count);
        to.Write(head);
        for (var i = 0; i < tables.Count; i++)
        {
            var record = head.AsSpan(DirectoryBytes + (i * RecordBytes));
            BinaryPrimitives.WriteUInt32BigEndian(record, tables[i].Tag);
            BinaryPrimitives.WriteUInt32BigEndian(record[8..], (uint)to.Position);
            BinaryPrimitives.WriteUInt32BigEndian(record[12..], (uint)tables[i].Content.Length);
            to.Write(tables[i].Content);
            while (to.Position % 4 != 0) to.WriteByte(0);
        }

        to.Position = 0;
        to.Write(head);
        return to.ToArray();
    }

    /// <summary>Place of the best Unicode table (format 12 before 4); 0 when there is none.</summary>
    private int CharacterTable()
    {
        if (!_tables.TryGetValue(Cmap, out var cmap)) return 0;
        var best = 0;
        for (var i = 0; i < U16(cmap.Offset + 2); i++)
        {
            var record = cmap.Offset + 4 + (8 * i);
            var (platform, encoding) = (U16(record), U16(record + 2));
            if (platform != 0 && (platform != 3 || encoding is not (1 or 10))) continue;
            var at = cmap.Offset + (int)U32(record + 4);
            var format = U16(at);
            if (format == 12 || (format == 4 && best == 0)) best = at;
        }

        return best;
    }

    private int Segmented(char c)
    {
        var twice = U16(_characters + 6);
        int ends = _characters + 14, starts = ends + twice + 2, deltas = starts + twice, ranges = deltas + twice;
        for (var i = 0; i < twice; i += 2)
        {
            if (c > U16(ends + i)) continue;
            var start = U16(starts + i);
            if (c < start) return 0;
            var range = U16(ranges + i);
            if (range == 0) return (c + U16(deltas + i)) & 0xFFFF;
            var glyph = U16(ranges + i + range + (2 * (c - start)));
            return glyph == 0 ? 0 : (glyph + U16(deltas + i)) & 0xFFFF;
        }

        return 0;
    }

    private int Grouped(char c)
    {
        var groups = Math.Min(U32(_characters + 12), 100_000);
        for (var i = 0; i < groups; i++)
        {
            var at = _characters + 16 + (12 * i);
            uint start = U32(at), end = U32(at + 4);
            if (c >= start && c <= end) return (int)Math.Min(U32(at + 8) + (c - start), int.MaxValue);
        }

        return 0;
    }

    private byte[] Table(uint tag) => _file.AsSpan(_tables[tag].Offset, _tables[tag].Length).ToArray();

    private int Thousandths(int units) => (int)Math.Round(1000.0 * units / _unitsPerEm);

    private int At(uint tag, int offset) => _tables.TryGetValue(tag, out var table) && offset < table.Length ? table.Offset + offset : -1;

    private int U16(int at) => at >= 0 && at + 2 <= _file.Length ? BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(at)) : 0;

    private int I16(int at) => (short)U16(at);

    private uint U32(int at) => at >= 0 && at + 4 <= _file.Length ? BinaryPrimitives.ReadUInt32BigEndian(_file.AsSpan(at)) : 0;
}
