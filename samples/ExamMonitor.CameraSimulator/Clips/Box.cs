using System.Buffers.Binary;
using System.Text;

namespace ExamMonitor.CameraSimulator.Clips;

/// <summary>A box of ISO/IEC 14496-12 inside a file in memory. Every read is checked against the box's own end.</summary>
internal readonly struct Box(byte[] file, string name, int type, int start, int end)
{
    public string Type => Encoding.Latin1.GetString([(byte)(type >> 24), (byte)(type >> 16), (byte)(type >> 8), (byte)type]);

    public byte[] File => file;

    /// <summary>First byte of the body.</summary>
    public int Start => start;

    public int Length => end - start;

    public ReadOnlySpan<byte> Body => file.AsSpan(start, end - start);

    public uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(Slice(at, 4));

    public ulong U64(int at) => BinaryPrimitives.ReadUInt64BigEndian(Slice(at, 8));

    public ushort U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(Slice(at, 2));

    public byte U8(int at) => Slice(at, 1)[0];

    public ReadOnlySpan<byte> Slice(int at, int count) =>
        at >= 0 && count >= 0 && at <= Length - count ? file.AsSpan(start + at, count) : throw Broken($"box '{Type}' ends too early");

    /// <summary>A table's number of entries, checked against the bytes that are there.</summary>
    public int Count(int at, int entryBytes)
    {
        var count = U32(at);
        return count <= (ulong)(Length - at - 4) / (ulong)entryBytes
            ? (int)count
            : throw Broken($"box '{Type}' announces {count} entries and does not hold them");
    }

    /// <summary>The boxes inside, from a place in the body on.</summary>
    public IEnumerable<Box> Children(int from = 0)
    {
        var at = start + from;
        while (at <= end - 8)
        {
            var size = (long)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            var header = 8;
            if (size == 1 && at <= end - 16)
            {
                size = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(file.AsSpan(at + 8)), long.MaxValue);
                header = 16;
            }

            size = size == 0 ? end - at : size;
            if (size < header || size > end - at)
            {
                throw Broken($"a box at byte {at} is {size} bytes long, which its surroundings do not hold");
            }

            yield return new Box(file, name, BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at + 4)), at + header, at + (int)size);
            at += (int)size;
        }
    }

    /// <summary>Finds a box by its path; <paramref name="from"/> skips fields before the first level's boxes.</summary>
    public bool TryFind(string path, out Box found, int from = 0)
    {
        found = this;
        foreach (var part in path.Split('/'))
        {
            var next = found.Children(from).Where(b => b.Type == part).Take(1).ToArray();
            from = 0;
            if (next.Length == 0)
            {
                return false;
            }

            found = next[0];
        }

        return true;
    }

    public Box Find(string path) => TryFind(path, out var found) ? found : throw Broken($"box '{path}' is missing");

    public InvalidClipException Broken(string what) =>
        new(name, what, "Write it again as a progressive file, for example with: ffmpeg -i IN -c copy -movflags +faststart OUT.mp4");
}
