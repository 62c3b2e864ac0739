using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>A 16-bit hash and the mean of each 8 × 8 block of luma, rests at the right and lower edge left out.</summary>
internal static class BlockHashes
{
    /// <summary>A block whose luma deviates by less has no texture; an encoder makes it bit-identical by itself.</summary>
    private const int Texture = 4;
    private const int Side = 8;
    private const ulong Seed = 0x9e3779b97f4a7c15;
    private const ulong Factor = 0xff51afd7ed558ccd;

    /// <summary>Hashes a plane; hash 0 stands for a block without texture.</summary>
    public static void Of(ReadOnlySpan<byte> luma, int width, int height, Span<ushort> hashes, Span<byte> means)
    {
        var columns = width / Side;
        for (var row = 0; row < height / Side; row++)
        for (var column = 0; column < columns; column++)
        {
            var at = (row * columns) + column;
            (hashes[at], means[at]) = Block(luma[((row * Side * width) + (column * Side))..], width);
        }
    }

    private static (ushort Hash, byte Mean) Block(ReadOnlySpan<byte> from, int stride)
    {
        var hash = Seed;
        Vector128<ushort> sums = default;
        Vector128<uint> squares = default;
        for (var line = 0; line < Side; line++)
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(from[(line * stride)..]);
            var luma = Vector128.WidenLower(Vector128.CreateScalar(eight).AsByte());
            sums += luma;
            // 255² fits 16 bits.
            var square = luma * luma;
            squares += Vector128.WidenLower(square) + Vector128.WidenUpper(square);
            hash = (hash ^ eight) * Factor;
            hash ^= hash >> 32;
        }

        int sum = Vector128.Sum(sums),
            all = (int)Vector128.Sum(squares);
        var mean = (byte)((sum + 32) / 64);
        if ((64 * all) - (sum * sum) < Texture * Texture * 64 * 64)
            return (0, mean);
        var folded = (ushort)(hash ^ (hash >> 16) ^ (hash >> 32) ^ (hash >> 48));
        return (folded == 0 ? (ushort)1 : folded, mean);
    }
}
