using ExamMonitor.Coverage.Vision;
using ExamMonitor.Coverage.Vision.Measuring;
using ExamMonitor.Coverage.Vision.Registering;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Vision;

/// <summary>Vectors against the plain definition, at every rest that a row can leave.</summary>
public sealed class PixelSumsTests
{
    private readonly Random _random = new(7);

    [Fact]
    public void Sums_OfEveryWidth_AreThoseOfTheDefinition()
    {
        using Plane<byte> luma = Bytes(60, 9, 256),
            marks = Bytes(60, 9, 2);
        using var noise = new Plane<short>(60, 9);
        foreach (ref var one in noise.Pixels)
            one = (short)_random.Next(-2040, 2041);
        for (var width = 0; width <= 40; width++)
        {
            var box = new PixelRectangle(3 + (width % 5), 2, width, 5);
            var pixels = Places(box, 60);
            Assert.Equal(pixels.Sum(p => marks.Pixels[p]), PixelSums.Ones(marks, box));
            if (width > 0)
                Assert.Equal(pixels.Average(p => luma.Pixels[p]), PixelSums.Mean(luma, box), 1e-9);
            Assert.Equal(
                Enumerable.Range(box.X, width).Sum(x => marks.Row(4, x, 1)[0] * Math.Abs((int)noise.Row(4, x, 1)[0])),
                PixelSums.Noise(noise.Row(4, box.X, width), marks.Row(4, box.X, width))
            );
        }
    }

    [Fact]
    public void BlockSums_OfEveryWidth_CountMarkedPixelsAlone()
    {
        using var luma = Bytes(64, 40, 256);
        using var mask = Bytes(64, 40, 2);
        using var edges = Bytes(64, 40, 2);
        foreach (ref var one in edges.Pixels[..(64 * 20)])
            one = 0;
        for (var i = 0; i < edges.Pixels.Length; i++)
            edges.Pixels[i] &= mask.Pixels[i];
        using var filtered = new FilteredPicture(64, 40);
        filtered.Take(luma);
        using var counted = new CountedPixels(64, 40);
        counted.Seen.Pixels.Fill(1);
        counted.Count(mask, edges, new(64, 40));
        for (var width = 1; width <= 41; width++)
        {
            var box = new PixelRectangle(width % 7, 11, width, 17);
            var all = Places(box, 64).Where(p => mask.Pixels[p] == 1).ToArray();
            var sums = BlockSums.Of(luma, filtered, counted, box);
            Assert.Equal(all.Sum(p => luma.Pixels[p]), sums.Luma);
            Assert.Equal(all.Count(p => luma.Pixels[p] >= 233), sums.Clipped);
            Assert.Equal(all.Where(p => edges.Pixels[p] == 0).Sum(p => Math.Abs((int)filtered.Noise.Pixels[p])), sums.Noise);
            Close(all.Sum(p => Square(filtered.SlopeX.Pixels[p]) + Square(filtered.SlopeY.Pixels[p])), sums.Energy);
            Close(all.Sum(p => Square(filtered.Fine.Pixels[p] - filtered.Broad.Pixels[p])), sums.High);
        }
    }

    [Fact]
    public void Correlation_OfEachPlace_IsTheCoefficientOfTheDefinition()
    {
        using var luma = Bytes(80, 60, 256);
        var patch = new PatchCorrelation.Patch(luma, 30, 30);
        var correlation = new PatchCorrelation();
        var area = new PixelRectangle(12, 11, 39, 41);
        correlation.Take(patch, luma, area);
        Assert.Equal((19, 21), (correlation.Columns, correlation.Rows));
        Assert.Equal(1, correlation[30 - 10 - 12, 30 - 10 - 11], 1e-6);
        for (var y = 0; y < correlation.Rows; y++)
        for (var x = 0; x < correlation.Columns; x++)
            Assert.Equal(Coefficient(Square21(luma, 20, 20), Square21(luma, area.X + x, area.Y + y)), correlation[x, y], 1e-6);
    }

    private static int[] Places(PixelRectangle box, int stride) =>
        [.. from y in Enumerable.Range(box.Y, box.Height) from x in Enumerable.Range(box.X, box.Width) select (y * stride) + x];

    private static double Square(double x) => x * x;

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-5 * expected);

    private static double[] Square21(Plane<byte> luma, int left, int top) =>
        [.. from y in Enumerable.Range(top, 21) from x in Enumerable.Range(left, 21) select (double)luma.Row(y, x, 1)[0]];

    private static double Coefficient(double[] a, double[] b)
    {
        double ma = a.Average(),
            mb = b.Average();
        return a.Zip(b, (x, y) => (x - ma) * (y - mb)).Sum() / Math.Sqrt(a.Sum(x => Square(x - ma)) * b.Sum(y => Square(y - mb)));
    }

    private Plane<byte> Bytes(int width, int height, int below)
    {
        var plane = new Plane<byte>(width, height);
        foreach (ref var one in plane.Pixels)
            one = (byte)_random.Next(below);
        return plane;
    }
}
