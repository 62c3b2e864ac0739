using System.Buffers.Binary;

namespace ExamMonitor.Packs.Zip;

/// <summary>
/// Where everything of an archive stands before a byte of it is written: files are stored, not compressed, so that the size is known and
/// any range
/// can be made again. The same items give the same bytes. APPNOTE.TXT 6.3.10, with ZIP64 where a number needs it.
/// </summary>
/// <remarks>Safe from any thread.</remarks>
public sealed class ZipLayout
{
    internal const int DescriptorSize = 16;
    private const ushort Utf8Names = 0x0800;
    private const ushort ChecksumBehind = 0x0008;
    private readonly uint _time;
    private byte[]? _directory;

    /// <summary>Lays an archive out.</summary>
    /// <param name="items">Files in their order.</param>
    /// <param name="time">Time that every file carries, UTC.</param>
    public ZipLayout(IReadOnlyList<ZipItem> items, DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        _time = (uint)(
            ((utc.Year - 1980) << 25) | (utc.Month << 21) | (utc.Day << 16) | (utc.Hour << 11) | (utc.Minute << 5) | (utc.Second / 2)
        );
        Items = items;
        var at = 0L;
        foreach (var item in items)
        {
            item.Offset = at;
            at += HeaderSize(item) + item.SizeBytes + (item.Known ? 0 : DescriptorSize);
        }

        DirectoryStart = at;
        Length = at + DirectorySize();
    }

    /// <summary>Files in their order.</summary>
    public IReadOnlyList<ZipItem> Items { get; }

    /// <summary>Size of the whole archive, bytes.</summary>
    public long Length { get; }

    internal long DirectoryStart { get; }

    private bool IsLarge => DirectoryStart >= uint.MaxValue || Items.Count >= ushort.MaxValue;

    internal static int HeaderSize(ZipItem item) => 30 + item.Name.Length;

    /// <summary>Header before a file.</summary>
    internal byte[] Header(ZipItem item)
    {
        var name = item.Name;
        var bytes = new byte[30 + name.Length];
        Write(bytes, 0, 0x04034b50);
        Common(bytes.AsSpan(4), item, item.Known);
        Short(bytes, 26, name.Length);
        name.CopyTo(bytes, 30);
        return bytes;
    }

    /// <summary>Checksum and sizes behind a file whose checksum was not known before.</summary>
    internal static byte[] Descriptor(ZipItem item)
    {
        var bytes = new byte[DescriptorSize];
        Write(bytes, 0, 0x08074b50);
        Write(bytes, 4, item.Crc());
        Write(bytes, 8, (uint)item.SizeBytes);
        Write(bytes, 12, (uint)item.SizeBytes);
        return bytes;
    }

    /// <summary>The directory at the end. Reads every file whose checksum nobody knows yet.</summary>
    internal byte[] Directory()
    {
        if (_directory is { } made)
            return made;
        using var result = new MemoryStream();
        foreach (var item in Items)
            result.Write(Central(item));
        var size = result.Length;
        if (IsLarge)
            result.Write(End64(size));
        var end = new byte[22];
        Write(end, 0, 0x06054b50);
        Short(end, 8, IsLarge ? ushort.MaxValue : Items.Count);
        Short(end, 10, IsLarge ? ushort.MaxValue : Items.Count);
        Write(end, 12, IsLarge ? uint.MaxValue : (uint)size);
        Write(end, 16, IsLarge ? uint.MaxValue : (uint)DirectoryStart);
        result.Write(end);
        return _directory = result.ToArray();
    }

    private static bool IsFar(ZipItem item) => item.Offset >= uint.MaxValue;

    private static void Write(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);

    private static void Short(Span<byte> bytes, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], (ushort)value);

    private static void Long(Span<byte> bytes, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes[at..], value);

    private long DirectorySize() => Items.Sum(i => 46L + i.Name.Length + (IsFar(i) ? 12 : 0)) + (IsLarge ? 56 + 20 : 0) + 22;

    private byte[] Central(ZipItem item)
    {
        var name = item.Name;
        var extra = IsFar(item) ? 12 : 0;
        var bytes = new byte[46 + name.Length + extra];
        Write(bytes, 0, 0x02014b50);
        Short(bytes, 4, 45);
        Common(bytes.AsSpan(6), item, withSums: true);
        Short(bytes, 28, name.Length);
        Short(bytes, 30, extra);
        Write(bytes, 42, IsFar(item) ? uint.MaxValue : (uint)item.Offset);
        name.CopyTo(bytes, 46);
        if (extra == 0)
            return bytes;
        Short(bytes, 46 + name.Length, 1);
        Short(bytes, 48 + name.Length, 8);
        Long(bytes, 50 + name.Length, item.Offset);
        return bytes;
    }

    /// <summary>What header and directory have in common, from the version on.</summary>
    private void Common(Span<byte> bytes, ZipItem item, bool withSums)
    {
        Short(bytes, 0, 45);
        Short(bytes, 2, Utf8Names | (item.Known ? 0 : ChecksumBehind));
        Write(bytes, 6, _time);
        if (!withSums)
            return;
        Write(bytes, 10, item.Crc());
        Write(bytes, 14, (uint)item.SizeBytes);
        Write(bytes, 18, (uint)item.SizeBytes);
    }

    private byte[] End64(long size)
    {
        var bytes = new byte[56 + 20];
        Write(bytes, 0, 0x06064b50);
        Long(bytes, 4, 44);
        Short(bytes, 12, 45);
        Short(bytes, 14, 45);
        Long(bytes, 24, Items.Count);
        Long(bytes, 32, Items.Count);
        Long(bytes, 40, size);
        Long(bytes, 48, DirectoryStart);
        Write(bytes, 56, 0x07064b50);
        Long(bytes, 64, DirectoryStart + size);
        Write(bytes, 72, 1);
        return bytes;
    }
}
