using System.Buffers.Binary;

namespace ExamMonitor.Coverage.Plates.Pdf;

/// <summary>Takes one font out of a TrueType collection (.ttc), since the PDF writer reads single fonts only.</summary>
/// <remarks>ISO/IEC 14496-22, 5 and 5.2: a collection is a header with the offsets of table directories whose tables may be shared.</remarks>
internal static class FontCollection
{
    private const uint Collection = 0x74746366, TrueType = 0x00010000, Glyphs = 0x676C7966; // "ttcf", sfnt 1.0, "glyf"
    private const int DirectoryBytes = 12, RecordBytes = 16, MostTables = 64;

    /// <summary>A single font with TrueType outlines: the file itself, or the first of a collection; null for anything else (damaged, or with PostScript outlines).</summary>
    public static byte[]? Single(byte[] file)
    {
        if (file.Length < DirectoryBytes) return null;
        var start = 0L;
        if (Word(file, 0) == Collection)
        {
            if (file.Length < 16) return null;
            start = Word(file, 12);
        }

        if (start + DirectoryBytes > file.Length || Word(file, (int)start) != TrueType) return null;
        int tables = BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan((int)start + 4)), records = (int)start + DirectoryBytes;
        if (tables is 0 or > MostTables || records + (tables * RecordBytes) > file.Length || !Sound(file, records, tables)) return null;
        return start == 0 ? file : Packed(file, (int)start, tables);
    }

    private static bool Sound(byte[] file, int records, int tables)
    {
        var glyphs = false;
        var total = 0L;
        for (var i = 0; i < tables; i++)
        {
            var record = records + (i * RecordBytes);
            long offset = Word(file, record + 8), length = Word(file, record + 12);
            if (offset + length > file.Length) return false;
            total += length;
            glyphs |= Word(file, record) == Glyphs;
        }

        return glyphs && total <= 2L * file.Length;
    }

    private static byte[] Packed(byte[] file, int start, int tables)
    {
        using var to = new MemoryStream();
        var head = file.AsSpan(start, DirectoryBytes + (tables * RecordBytes)).ToArray();
        to.Write(head);
        for (var i = 0; i < tables; i++)
        {
            var record = DirectoryBytes + (i * RecordBytes);
            int offset = (int)Word(head, record + 8), length = (int)Word(head, record + 12);
            BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(record + 8), (uint)to.Position);
            to.Write(file, offset, length);
            while (to.Position % 4 != 0) to.WriteByte(0);
        }

        to.Position = 0;
        to.Write(head);
        return to.ToArray();
    }

    private static uint Word(byte[] file, int at) => BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
}
