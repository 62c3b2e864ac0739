using System.Runtime.Intrinsics;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Sums over the counted pixels of a block of one picture.</summary>
/// <param name="Luma">Luma.</param>
/// <param name="Clipped">Burnt-out pixels.</param>
/// <param name="Noise">The noise operator's absolute values, off the edges.</param>
/// <param name="Energy">Squared slopes.</param>
/// <param name="High">Squares of the band of fine detail.</param>
internal readonly record struct BlockSums(int Luma, int Clipped, int Noise, double Energy, double High)
{
    private const int Step = 8;

    /// <summary>Sums a block.</summary>
    /// <param name="luma">Of the picture.</param>
    /// <param name="filtered">Of the picture.</param>
    /// <param name="counted">What counts.</param>
    /// <param name="box">The block.</param>
    public static BlockSums Of(Plane<byte> luma, FilteredPicture filtered, CountedPixels counted, in PixelRectangle box)
    {
        int light = 0,
            clipped = 0,
            noise = 0;
        double energy = 0,
            high = 0;
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            ReadOnlySpan<byte> counts = counted.Counts.Row(y, box.X, box.Width);
            var (sum, burnt) = Light(luma.Row(y, box.X, box.Width), counts);
            light += sum;
            clipped += burnt;
            noise += PixelSums.Noise(filtered.Noise.Row(y, box.X, box.Width), counted.Calm.Row(y, box.X, box.Width));
            energy += Energies(filtered.SlopeX.Row(y, box.X, box.Width), filtered.SlopeY.Row(y, box.X, box.Width), counts);
            high += Differences(filtered.Fine.Row(y, box.X, box.Width), filtered.Broad.Row(y, box.X, box.Width), counts);
        }

        return new(light, clipped, noise, energy, high);
    }

    private static (int Sum, int Clipped) Light(ReadOnlySpan<byte> luma, ReadOnlySpan<byte> counts)
    {
        Vector256<int> sums = default,
            burnt = default,
            most = Vector256.Create(Levels.Clipped - 1);
        var x = 0;
        for (; x <= counts.Length - Step; x += Step)
        {
            var pixels = PixelSums.Eight(luma, x);
            var marks = PixelSums.Eight(counts, x);
            sums += pixels & -marks;
            burnt += Vector256.GreaterThan(pixels, most) & marks;
        }

        int sum = Vector256.Sum(sums),
            clipped = Vector256.Sum(burnt);
        for (; x < counts.Length; x++)
        {
            sum += counts[x] * luma[x];
            clipped += luma[x] >= Levels.Clipped ? counts[x] : 0;
        }

        return (sum, clipped);
    }

    private static double Energies(ReadOnlySpan<float> right, ReadOnlySpan<float> down, ReadOnlySpan<byte> counts)
    {
        var sums = Vector256<float>.Zero;
        var x = 0;
        for (; x <= counts.Length - Step; x += Step)
        {
            Vector256<float> a = PixelSums.Eight(right, x),
                b = PixelSums.Eight(down, x);
            sums += ((a * a) + (b * b)) & (-PixelSums.Eight(counts, x)).AsSingle();
        }

        double sum = Vector256.Sum(sums);
        for (; x < counts.Length; x++)
            sum += counts[x] * ((right[x] * right[x]) + (down[x] * down[x]));
        return sum;
    }

    private static double Differences(ReadOnlySpan<float> fine, ReadOnlySpan<float> broad, ReadOnlySpan<byte> counts)
    {
        var sums = Vector256<float>.Zero;
        var x = 0;
        for (; x <= counts.Length - Step; x += Step)
        {
            var band = PixelSums.Eight(fine, x) - PixelSums.Eight(broad, x);
            sums += (band * band) & (-PixelSums.Eight(counts, x)).AsSingle();
        }

        double sum = Vector256.Sum(sums);
        for (; x < counts.Length; x++)
            sum += counts[x] * (fine[x] - broad[x]) * (fine[x] - broad[x]);
        return sum;
    }
}
