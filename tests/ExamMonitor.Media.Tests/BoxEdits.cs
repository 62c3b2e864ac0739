using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace ExamMonitor.Media.Tests;

/// <summary>
/// A file as its top boxes, and what an enemy does to them: cut, drop, repeat, exchange, lie about a length, put in a box of his own.
/// </summary>
internal static class BoxEdits
{
    private static readonly uint[] Lies = [0, 1, 7, 8, 9, 16, 0x01000000, 0x7fffffff, 0x80000000, 0xffffffff];
    private static readonly byte[][] Strange =
    [
        [0, 0, 0, 1, .. "mdat"u8, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        [0, 0, 0, 1, .. "moof"u8, 0, 0, 0, 0, 0, 0, 0, 8],
        [0, 0, 0, 0, .. "mdat"u8],
        [0x03, 0xff, 0xff, 0xff, .. "mdat"u8],
        [0, 0, 0, 9, .. "free"u8, 0],
        [0, 0, 0, 8, .. "emsg"u8],
        [0, 0, 0, 8, .. "prft"u8],
        [0, 0, 0, 8, .. "moof"u8],
        [0, 0, 0, 16, .. "moof"u8, 0, 0, 0, 8, .. "traf"u8],
    ];

    /// <summary>
    /// None to three edits: of more, nothing is read beyond the first box. Spread evenly over kinds, places and values, not over small
    /// numbers.
    /// </summary>
    public static Arbitrary<(int Kind, int At, int Value)[]> Any { get; } =
        Gen.Choose(0, int.MaxValue)
            .ArrayOf(3)
            .Select(n => (n[0], n[1], n[2]))
            .ArrayOf(3)
            .SelectMany(edits => Gen.Choose(0, 3).Select(count => edits[..count]))
            .ToArbitrary();

    /// <summary>Top boxes of a well-made file.</summary>
    public static List<byte[]> Split(byte[] file)
    {
        var boxes = new List<byte[]>();
        for (var at = 0; at < file.Length; )
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            boxes.Add(file[at..(at + size)]);
            at += size;
        }

        return boxes;
    }

    /// <summary>Applies edits one after another; any numbers mean something.</summary>
    public static byte[] Apply(IReadOnlyList<byte[]> file, IEnumerable<(int Kind, int At, int Value)> edits)
    {
        var boxes = file.Select(b => (byte[])b.Clone()).ToList();
        var cut = -1;
        foreach (var (kind, at, value) in edits)
        {
            if (boxes.Count == 0)
                break;
            var (box, number) = ((int)((uint)at % boxes.Count), (uint)value);
            switch ((uint)kind % 7)
            {
                case 0:
                    cut = (int)(number >> 1);
                    break;
                case 1:
                    boxes.RemoveAt(box);
                    break;
                case 2:
                    boxes.InsertRange(box, Enumerable.Repeat(boxes[box], (int)(number % 4)));
                    break;
                case 3:
                    (boxes[box], boxes[(int)(number % boxes.Count)]) = (boxes[(int)(number % boxes.Count)], boxes[box]);
                    break;
                case 4:
                    Lie(boxes[box] = (byte[])boxes[box].Clone(), number);
                    break;
                case 5:
                    boxes.Insert(box, Strange[number % Strange.Length]);
                    break;
                default:
                    boxes.InsertRange(box, Enumerable.Repeat(Strange[4 + (number % 3)], (int)(number / 3 % 30_000)));
                    break;
            }
        }

        byte[] bytes = [.. boxes.SelectMany(b => b)];
        return cut == -1 || bytes.Length == 0 ? bytes : bytes[..(cut % bytes.Length)];
    }

    /// <summary>Changes the length of the box itself, or of one that lies somewhere inside it.</summary>
    private static void Lie(byte[] box, uint number)
    {
        var headers = new List<int> { 0 };
        for (var at = 8; at + 8 <= Math.Min(box.Length, 4096); at++)
        {
            if (
                box.AsSpan(at + 4, 4).IndexOfAnyExceptInRange((byte)'a', (byte)'z') < 0
                && Encoding.ASCII.GetString(box, at + 4, 4)
                    is "traf"
                        or "tfhd"
                        or "tfdt"
                        or "trun"
                        or "trak"
                        or "mdia"
                        or "stsd"
                        or "mvex"
                        or "trex"
            )
                headers.Add(at);
        }

        var header = box.AsSpan(headers[(int)(number % headers.Count)]);
        var honest = BinaryPrimitives.ReadUInt32BigEndian(header);
        var lie = number / 64 % 2 == 0 ? Lies[number / 128 % Lies.Length] : honest + (number / 128 % 129) - 64;
        BinaryPrimitives.WriteUInt32BigEndian(header, lie);
    }
}
