using System.Runtime.InteropServices;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>What counts of a frame on the reference: outside the masks, inside the frame; of that, the strong edges of the reference and
/// what is not one. Marks are 0 or 1.</summary>
internal sealed class CountedPixels(int width, int height) : IDisposable
{
    /// <summary>Inside the frame.</summary>
    public Plane<byte> Seen { get; } = new(width, height);

    /// <summary>Inside the frame and outside the masks.</summary>
    public Plane<byte> Counts { get; } = new(width, height);

    /// <summary>Strong edges of the reference among them.</summary>
    public Plane<byte> Edges { get; } = new(width, height);

    /// <summary>The rest of them.</summary>
    public Plane<byte> Calm { get; } = new(width, height);

    /// <summary>Of each block, how many count.</summary>
    public int[] Counted { get; } = new int[BlockGrid.Count];

    /// <summary>Of each block, how many of them are strong edges.</summary>
    public int[] EdgePixels { get; } = new int[BlockGrid.Count];

    /// <summary>Counts again after <see cref="Seen"/> was written.</summary>
    /// <param name="mask">1 where pixels count.</param>
    /// <param name="edges">1 on a strong edge outside the masks.</param>
    /// <param name="grid">Blocks.</param>
    public void Count(Plane<byte> mask, Plane<byte> edges, BlockGrid grid)
    {
        ReadOnlySpan<ulong> seen = Eights(Seen),
            masks = Eights(mask),
            strong = Eights(edges);
        Span<ulong> counts = Eights(Counts),
            kept = Eights(Edges),
            calm = Eights(Calm);
        for (var i = 0; i < seen.Length; i++)
        {
            counts[i] = masks[i] & seen[i];
            kept[i] = strong[i] & seen[i];
            calm[i] = counts[i] & ~kept[i];
        }

        for (var i = seen.Length * sizeof(ulong); i < Seen.Pixels.Length; i++)
        {
            Counts.Pixels[i] = (byte)(mask.Pixels[i] & Seen.Pixels[i]);
            Edges.Pixels[i] = (byte)(edges.Pixels[i] & Seen.Pixels[i]);
            Calm.Pixels[i] = (byte)(Counts.Pixels[i] & ~Edges.Pixels[i]);
        }

        for (var i = 0; i < Counted.Length; i++)
        {
            Counted[i] = PixelSums.Ones(Counts, grid.Full[i]);
            EdgePixels[i] = PixelSums.Ones(Edges, grid.Full[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Seen.Dispose();
        Counts.Dispose();
        Edges.Dispose();
        Calm.Dispose();
    }

    private static Span<ulong> Eights(Plane<byte> plane) => MemoryMarshal.Cast<byte, ulong>(plane.Pixels);
}
