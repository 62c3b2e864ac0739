using System.Buffers.Binary;
using System.Text;

namespace ExamMonitor.Packs.Verification;

/// <summary>
/// A pack as an archive. The archive is hostile until shown otherwise: every number is checked against the length of the file before it is
/// used,
/// files are stored and never compressed, so that nothing grows, and stand one behind the other without a hole from the first byte to the
/// directory.
/// </summary>
internal sealed class ZipPack : IPackSource
{
    private const int Most = 200_000;
    private const long LargestDirectory = 128L << 20;
    private const int EndSize = 22;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
    private readonly long _length;
    private readonly Dictionary<string, long> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _starts = new(StringComparer.Ordinal);

    /// <exception cref="PackContainerException">It is no such archive.</exception>
    public ZipPack(string path)
    {
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        try
        {
            _length = RandomAccess.GetLength(_file);
            Read();
        }
        catch (Exception e) when (e is DecoderFallbackException or ArgumentException or OverflowException)
        {
            _file.Dispose();
            throw new PackContainerException($"The archive cannot be read: {e.Message}");
        }
        catch (PackContainerException)
        {
            _file.Dispose();
            throw;
        }
    }

    public IReadOnlyDictionary<string, long> Files => _files;

    public Stream Open(string path) => new SliceStream(_file, _starts[path], _files[path]);

    public void Dispose() => _file.Dispose();

    private static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static int Short(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static PackContainerException Bad(string what) => new($"{what}.");

    private byte[] Bytes(long at, long count)
    {
        if (at < 0 || count < 0 || at > _length - count || count > LargestDirectory)
            throw Bad("A number in the archive points outside of it");
        var bytes = new byte[count];
        for (var read = 0; read < count; )
        {
            var more = RandomAccess.Read(_file, bytes.AsSpan(read), at + read);
            if (more == 0)
                throw Bad("The archive became shorter while it was read");
            read += more;
        }

        return bytes;
    }

    private void Read()
    {
        if (_length < EndSize)
            throw Bad("It is no archive: too short");
        var end = Bytes(_length - EndSize, EndSize);
        // The directory's end is the file's end: a comment could hide a second archive.
        if (Word(end, 0) != 0x06054b50 || Short(end, 20) != 0)
            throw Bad("It is no archive, is cut short, or something stands behind its directory");
        if (Short(end, 4) != 0 || Short(end, 6) != 0)
            throw Bad("The archive is in several parts");
        var (count, size, start, tail) = ((long)Short(end, 10), (long)Word(end, 12), (long)Word(end, 16), (long)EndSize);
        if (start == uint.MaxValue || count == ushort.MaxValue || size == uint.MaxValue)
            (count, size, start, tail) = Large();
        if (count > Most)
            throw Bad($"The archive has more than {Most} files");
        if (start < 0 || size < 0 || start > _length || size > LargestDirectory || start + size + tail != _length)
            throw Bad("The directory is not where the archive says, or something stands between");
        Walk(Bytes(start, size), count, start);
    }

    private (long Count, long Size, long Start, long Tail) Large()
    {
        const int locator = 20,
            record = 56;
        if (_length < EndSize + locator + record)
            throw Bad("The archive is cut short");
        var at = Bytes(_length - EndSize - locator, locator);
        if (Word(at, 0) != 0x07064b50)
            throw Bad("The directory's end is damaged");
        var where = BinaryPrimitives.ReadInt64LittleEndian(at.AsSpan(8));
        if (where != _length - EndSize - locator - record)
            throw Bad("The directory's end is not where the archive says");
        var bytes = Bytes(where, record);
        if (Word(bytes, 0) != 0x06064b50)
            throw Bad("The directory's end is damaged");
        long Value(int offset) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(offset));
        return (Value(32), Value(40), Value(48), EndSize + locator + record);
    }

    private void Walk(byte[] directory, long count, long contentEnd)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (at, next) = (0, 0L);
        for (var i = 0L; i < count; i++)
        {
            if (at > directory.Length - 46 || Word(directory, at) != 0x02014b50)
                throw Bad("The directory is damaged");
            var entry = directory.AsSpan(at);
            var (nameLength, extra, comment) = (Short(entry, 28), Short(entry, 30), Short(entry, 32));
            if (at + 46 + nameLength + extra + comment > directory.Length)
                throw Bad("The directory is damaged");
            var name = Strict.GetString(entry.Slice(46, nameLength));
            if (PackNames.Fault(name) is { } fault)
                throw Bad($"{Shown(name)}: {fault}");
            if (!names.Add(name))
                throw Bad($"{name} stands there twice");
            next = Take(name, entry, nameLength, extra, next);
            at += 46 + nameLength + extra + comment;
        }

        if (at != directory.Length)
            throw Bad("Something stands behind the last file of the directory");
        if (next != contentEnd)
            throw Bad("Something stands between the last file and the directory");
    }

    /// <summary>Checks one file, and returns where the next must begin.</summary>
    private long Take(string name, ReadOnlySpan<byte> entry, int nameLength, int extra, long begin)
    {
        var (flags, method, crc, packed, size) = (Short(entry, 8), Short(entry, 10), Word(entry, 16), Word(entry, 20), Word(entry, 24));
        if ((flags & ~0x0808) != 0)
            throw Bad($"{name} is encrypted or of an unknown kind");
        if (method != 0 || packed != size)
            throw Bad($"{name} is compressed; the files of a pack are stored as they are. Unpack it into a folder, and verify the folder");
        // The mode of Unix stands in the upper half: anything but a plain file is a link or a device.
        var mode = Word(entry, 38) >> 16 & 0xf000;
        if (mode is not (0 or 0x8000))
            throw Bad($"{name} is a link or a device, no file");
        long offset = Word(entry, 42);
        if (offset == uint.MaxValue)
        {
            if (extra < 12 || Short(entry, 46 + nameLength) != 1 || Short(entry, 48 + nameLength) < 8)
                throw Bad($"{name} has no place");
            offset = BinaryPrimitives.ReadInt64LittleEndian(entry[(50 + nameLength)..]);
        }

        if (offset != begin)
            throw Bad($"{name} does not begin where the file before ends: files overlap, or something is hidden between");
        var header = Bytes(offset, 30);
        if (
            Word(header, 0) != 0x04034b50
            || Short(header, 6) != flags
            || Short(header, 8) != method
            || Short(header, 26) != nameLength
            || Short(header, 28) != 0
            || !Bytes(offset + 30, nameLength).AsSpan().SequenceEqual(entry.Slice(46, nameLength))
        )
            throw Bad($"{name}: header and directory differ");
        var content = offset + 30 + nameLength;
        var end = content + size;
        if (end > _length)
            throw Bad($"{name} is larger than the archive");
        if ((flags & 0x0008) != 0)
        {
            var behind = Bytes(end, 16);
            if (Word(behind, 0) != 0x08074b50 || Word(behind, 4) != crc || Word(behind, 8) != size || Word(behind, 12) != size)
                throw Bad($"{name}: directory and what stands behind the file differ");
            end += 16;
        }
        else if (Word(header, 14) != crc || Word(header, 18) != size || Word(header, 22) != size)
        {
            throw Bad($"{name}: header and directory differ");
        }

        (_files[name], _starts[name]) = (size, content);
        return end;
    }

    /// <summary>A name from outside is not written to a terminal as it is.</summary>
    private static string Shown(string name) => PackNames.Shown(name.Length > 80 ? name[..80] : name);
}
