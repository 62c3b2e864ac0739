using System.IO.Hashing;
using System.Text;

namespace ExamMonitor.Packs.Zip;

/// <summary>A file of an archive that is to be written.</summary>
public sealed class ZipItem
{
    private readonly Func<Stream> _open;
    private long _crc = -1;

    private ZipItem(string path, long size, Func<Stream> open, long crc) =>
        (Path, SizeBytes, _open, _crc, Known) = (path, size, open, crc, crc >= 0);

    /// <summary>Path, with <c>/</c>.</summary>
    public string Path { get; }

    /// <summary>Size, bytes, below 4 GiB.</summary>
    public long SizeBytes { get; }

    /// <summary>Whether the checksum was known from the start, and stands before the file instead of behind it.</summary>
    internal bool Known { get; }

    /// <summary>Where its header begins.</summary>
    internal long Offset { get; set; }

    internal byte[] Name => Encoding.UTF8.GetBytes(Path);

    /// <summary>A file that is held in memory.</summary>
    public static ZipItem Of(string path, byte[] content) =>
        new(path, content.Length, () => new MemoryStream(content, writable: false), Crc32.HashToUInt32(content));

    /// <summary>A file that is read when it is written.</summary>
    public static ZipItem Of(string path, long size, Func<Stream> open) =>
        size < uint.MaxValue
            ? new(path, size, open, -1)
            : throw new ArgumentException($"{path} has {size} bytes; a clip of a pack has less than 4 GiB.", nameof(size));

    /// <summary>A file that is read when it is written, and whose checksum is known.</summary>
    public static ZipItem Of(string path, long size, uint crc, Func<Stream> open) => new(path, size, open, crc);

    /// <summary>Opens it; its length must still be <see cref="SizeBytes"/>.</summary>
    /// <exception cref="IOException">It is gone, or of another length.</exception>
    public Stream Open()
    {
        var stream = _open();
        if (stream.Length == SizeBytes)
            return stream;
        stream.Dispose();
        throw new IOException($"{Path} has {stream.Length} bytes where {SizeBytes} were promised.");
    }

    /// <summary>Its CRC-32; read once, then remembered.</summary>
    internal uint Crc()
    {
        if (Volatile.Read(ref _crc) is >= 0 and var known)
            return (uint)known;
        using var stream = Open();
        var crc = new Crc32();
        crc.Append(stream);
        return Remember(crc.GetCurrentHashAsUInt32());
    }

    internal uint Remember(uint crc)
    {
        Volatile.Write(ref _crc, crc);
        return crc;
    }
}
