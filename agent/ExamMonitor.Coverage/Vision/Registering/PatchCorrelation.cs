using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ExamMonitor.Coverage.Vision.Measuring;

namespace ExamMonitor.Coverage.Vision.Registering;

/// <summary>Normalised correlation of a square of luma with every place of an area. Whole numbers throughout: the same on every
/// processor.</summary>
internal sealed class PatchCorrelation
{
    /// <summary>Of a patch, px.</summary>
    public const int Radius = 10;

    /// <summary>Of the search around where a patch is expected, px.</summary>
    public const int Reach = 10;

    /// <summary>Places that are tried in a row, at most.</summary>
    public const int Most = (2 * Reach) + 1;
    private const int Side = (2 * Radius) + 1;
    private const int Pixels = Side * Side;

    /// <summary>Numbers of a patch's row; the rest is zero, so whole vectors can be read.</summary>
    private const int PatchStride = 32;
    private const int AreaSide = Side + (2 * Reach);

    /// <summary>The last patch of a row reads <see cref="PatchStride"/> numbers from 2 · <see cref="Reach"/> on.</summary>
    private const int AreaStride = 56;
    private const int SumStride = AreaSide + 1;

    private readonly short[] _area = new short[AreaSide * AreaStride];
    private readonly int[] _sums = new int[SumStride * SumStride];
    private readonly int[] _squares = new int[SumStride * SumStride];
    private readonly float[] _values = new float[Most * Most];

    /// <summary>Places tried in a row.</summary>
    public int Columns { get; private set; }

    /// <summary>Rows of places.</summary>
    public int Rows { get; private set; }

    /// <summary>Correlation at a place, [-1, 1].</summary>
    public float this[int x, int y] => _values[(y * Most) + x];

    /// <summary>Correlates a patch with an area of at least a patch's and at most a search's side.</summary>
    public void Take(Patch patch, Plane<byte> luma, in PixelRectangle area)
    {
        Read(luma, area);
        (Columns, Rows) = (area.Width - Side + 1, area.Height - Side + 1);
        for (var y = 0; y < Rows; y++)
        {
            for (var x = 0; x < Columns; x++)
            {
                long sum = Boxed(_sums, x, y),
                    square = Boxed(_squares, x, y);
                var spread = (double)((Pixels * square) - (sum * sum)) * patch.Spread;
                var common = ((long)Pixels * Product(patch.Luma, _area.AsSpan((y * AreaStride) + x))) - (sum * patch.Sum);
                _values[(y * Most) + x] = spread > 0 ? (float)(common / Math.Sqrt(spread)) : 0;
            }
        }
    }

    private void Read(Plane<byte> luma, in PixelRectangle area)
    {
        for (var y = 0; y < area.Height; y++)
        {
            ReadOnlySpan<byte> from = luma.Row(area.Y + y, area.X, area.Width);
            int sum = 0,
                square = 0;
            for (var x = 0; x < from.Length; x++)
            {
                var pixel = from[x];
                _area[(y * AreaStride) + x] = pixel;
                sum += pixel;
                square += pixel * pixel;
                var at = ((y + 1) * SumStride) + x + 1;
                _sums[at] = _sums[at - SumStride] + sum;
                _squares[at] = _squares[at - SumStride] + square;
            }
        }
    }

    private static int Boxed(int[] sums, int x, int y)
    {
        int top = (y * SumStride) + x,
            bottom = top + (Side * SumStride);
        return sums[bottom + Side] - sums[bottom] - sums[top + Side] + sums[top];
    }

    private static int Product(ReadOnlySpan<short> patch, ReadOnlySpan<short> at)
    {
        // Checked once: this is read half a million times a picture.
        ref var own = ref MemoryMarshal.GetReference(patch[..(Side * PatchStride)]);
        ref var there = ref MemoryMarshal.GetReference(at[..(((Side - 1) * AreaStride) + PatchStride)]);
        Vector256<int> left = default,
            right = default;
        for (nuint y = 0; y < Side; y++)
        {
            var (a, b) = (y * PatchStride, y * AreaStride);
            left += Products(Vector256.LoadUnsafe(ref own, a), Vector256.LoadUnsafe(ref there, b));
            right += Products(Vector256.LoadUnsafe(ref own, a + 16), Vector256.LoadUnsafe(ref there, b + 16));
        }

        return Vector256.Sum(left + right);
    }

    private static Vector256<int> Products(Vector256<short> a, Vector256<short> b) =>
        Avx2.IsSupported
            ? Avx2.MultiplyAddAdjacent(a, b)
            : (Vector256.WidenLower(a) * Vector256.WidenLower(b)) + (Vector256.WidenUpper(a) * Vector256.WidenUpper(b));

    /// <summary>A square of luma that is looked for elsewhere.</summary>
    public sealed class Patch
    {
        /// <summary>Takes the square around a pixel; it must lie inside.</summary>
        public Patch(Plane<byte> luma, int x, int y)
        {
            long squares = 0;
            for (var row = 0; row < Side; row++)
            {
                ReadOnlySpan<byte> from = luma.Row(y - Radius + row, x - Radius, Side);
                for (var column = 0; column < Side; column++)
                {
                    var pixel = from[column];
                    Luma[(row * PatchStride) + column] = pixel;
                    Sum += pixel;
                    squares += pixel * pixel;
                }
            }

            Spread = (Pixels * squares) - ((long)Sum * Sum);
        }

        /// <summary>Standard deviation of its luma.</summary>
        public double Deviation => Math.Sqrt(Spread) / Pixels;

        /// <summary>Rows of <see cref="PatchStride"/>.</summary>
        internal short[] Luma { get; } = new short[Side * PatchStride];

        /// <summary>Of luma.</summary>
        internal int Sum { get; }

        /// <summary>n · Σ luma² − (Σ luma)².</summary>
        internal long Spread { get; }
    }
}
