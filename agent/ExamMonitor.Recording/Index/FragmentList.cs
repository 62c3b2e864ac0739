using System.Buffers;
using System.Runtime.InteropServices;

namespace ExamMonitor.Recording.Index;

/// <summary>A fragment as the index keeps it.</summary>
/// <param name="SizeBytes">With the <c>prft</c> before it.</param>
/// <param name="Start90k">Media time in the file, which begins near 0.</param>
/// <param name="Duration90k">1/90,000 s; of a fragment that says it lasts longer, 6.6 hours: a media clock that jumped.</param>
/// <param name="Sync">Whether video can be decoded from here.</param>
/// <param name="LateMs">Arrival of its last byte minus the wall time given to its end, ms.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FragmentEntry(int SizeBytes, long Start90k, int Duration90k, bool Sync, int LateMs);

/// <summary>
/// The fragments of a segment in a few bytes each, so that a day's playlist needs no file to be opened. The first begins after the
/// initialization segment.
/// </summary>
/// <remarks>
/// Per fragment, as LEB128: size × 2 + sync; zigzag of start minus the end of the one before; zigzag of duration minus the duration before;
/// zigzag of lateness.
/// </remarks>
internal static class FragmentList
{
    private const int MaxFragments = 100_000;

    public static byte[] Encode(IReadOnlyList<FragmentEntry> fragments)
    {
        var writer = new ArrayBufferWriter<byte>((fragments.Count * 6) + 16);
        long end = 0,
            duration = 0;
        foreach (var fragment in fragments)
        {
            Write(writer, ((ulong)fragment.SizeBytes << 1) | (fragment.Sync ? 1UL : 0));
            Write(writer, ZigZag(fragment.Start90k - end));
            Write(writer, ZigZag(fragment.Duration90k - duration));
            Write(writer, ZigZag(fragment.LateMs));
            (end, duration) = (fragment.Start90k + fragment.Duration90k, fragment.Duration90k);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <exception cref="FormatException">The bytes are no list.</exception>
    public static List<FragmentEntry> Decode(ReadOnlySpan<byte> bytes)
    {
        var fragments = new List<FragmentEntry>();
        long end = 0,
            duration = 0;
        while (!bytes.IsEmpty)
        {
            if (fragments.Count == MaxFragments)
                throw new FormatException("A fragment list is too long.");
            var size = Read(ref bytes);
            var start = end + UnZigZag(Read(ref bytes));
            duration += UnZigZag(Read(ref bytes));
            var late = UnZigZag(Read(ref bytes));
            if (size >> 1 > int.MaxValue || duration is < 0 or > int.MaxValue || late is < int.MinValue or > int.MaxValue)
                throw new FormatException("A fragment list holds an impossible number.");
            fragments.Add(new((int)(size >> 1), start, (int)duration, (size & 1) != 0, (int)late));
            end = start + duration;
        }

        return fragments;
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static void Write(ArrayBufferWriter<byte> writer, ulong value)
    {
        var span = writer.GetSpan(10);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            span[count++] = (byte)(value | 0x80);
        span[count++] = (byte)value;
        writer.Advance(count);
    }

    private static ulong Read(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < 10 && i < bytes.Length; i++)
        {
            value |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if ((bytes[i] & 0x80) != 0)
                continue;
            bytes = bytes[(i + 1)..];
            return value;
        }

        throw new FormatException("A fragment list ends in the middle of a number.");
    }
}
