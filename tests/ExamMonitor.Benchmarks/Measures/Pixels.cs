using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>Changes to planar YUV 4:2:0 pictures.</summary>
internal static class Pixels
{
    private static readonly sbyte[] s_noise = Gaussian();

    /// <summary>Adds sensor noise to the luma; every call another.</summary>
    public static void Noise(Span<byte> i420, PixelSize size, double deviation, Random random)
    {
        var scale = (int)(deviation * 8);
        for (var y = 0; y < size.Height; y++)
        {
            var offset = random.Next(s_noise.Length - size.Width);
            var row = i420.Slice(y * size.Width, size.Width);
            for (var x = 0; x < row.Length; x++)
                row[x] = (byte)Math.Clamp(row[x] + (((s_noise[offset + x] * scale) + 128) >> 8), 16, 235);
        }
    }

    /// <summary>Linear light times a factor, gamma 2.2.</summary>
    public static void Light(Span<byte> luma, double factor)
    {
        Span<byte> table = stackalloc byte[256];
        for (var i = 0; i < 256; i++)
            table[i] = (byte)
                Math.Clamp(Math.Round(16 + (219 * Math.Pow(Math.Pow(Math.Max(0, (i - 16) / 219.0), 2.2) * factor, 1 / 2.2))), 16, 235);
        foreach (ref var p in luma)
            p = table[p];
    }

    /// <summary>Covers a part of the picture from one side.</summary>
    /// <param name="i420">Changed.</param>
    /// <param name="size">Of it.</param>
    /// <param name="share">Of the width, [0, 1].</param>
    /// <param name="luma">Of the cover at a place.</param>
    public static void Cover(Span<byte> i420, PixelSize size, double share, Func<int, int, byte> luma)
    {
        var wide = (int)Math.Round(size.Width * share / 2) * 2;
        for (var y = 0; y < size.Height; y++)
        for (var x = 0; x < wide; x++)
            i420[(y * size.Width) + x] = luma(x, y);
        for (var plane = 0; plane < 2; plane++)
        for (var y = 0; y < size.Height / 2; y++)
            i420.Slice((size.Width * size.Height * (4 + plane) / 4) + (y * size.Width / 2), wide / 2).Fill((byte)(plane == 0 ? 120 : 136));
    }

    /// <summary>Moves the picture to the right and down; what comes in is a mirror of what was at the edge.</summary>
    public static void Shift(Span<byte> i420, PixelSize size, double right, double down)
    {
        var from = i420.ToArray();
        Plane(from, i420, 0, size.Width, size.Height, right, down);
        var chroma = size.Width * size.Height;
        Plane(from, i420, chroma, size.Width / 2, size.Height / 2, right / 2, down / 2);
        Plane(from, i420, chroma * 5 / 4, size.Width / 2, size.Height / 2, right / 2, down / 2);
    }

    /// <summary>Gaussian blur of the luma.</summary>
    public static void Blur(Span<byte> i420, PixelSize size, double deviation)
    {
        if (deviation < 0.2)
            return;
        var reach = (int)Math.Ceiling(3 * deviation);
        var kernel = Enumerable.Range(-reach, (2 * reach) + 1).Select(i => Math.Exp(-i * i / (2 * deviation * deviation))).ToArray();
        var sum = kernel.Sum();
        var weights = kernel.Select(k => (int)Math.Round(65536 * k / sum)).ToArray();
        var line = new byte[Math.Max(size.Width, size.Height) + (2 * reach)];
        for (var y = 0; y < size.Height; y++)
            Along(i420, line, weights, reach, size.Width, y * size.Width, 1);
        for (var x = 0; x < size.Width; x++)
            Along(i420, line, weights, reach, size.Height, x, size.Width);
    }

    private static void Along(Span<byte> p, byte[] line, int[] weights, int reach, int length, int start, int step)
    {
        for (var i = -reach; i < length + reach; i++)
            line[i + reach] = p[start + (Math.Clamp(i, 0, length - 1) * step)];
        for (var i = 0; i < length; i++)
        {
            var sum = 32768;
            for (var k = 0; k < weights.Length; k++)
                sum += weights[k] * line[i + k];
            p[start + (i * step)] = (byte)Math.Clamp(sum >> 16, 0, 255);
        }
    }

    private static void Plane(byte[] from, Span<byte> to, int start, int width, int height, double right, double down)
    {
        static int Mirror(int i, int n) =>
            i < 0 ? Math.Min(n - 1, -i)
            : i >= n ? Math.Max(0, (2 * n) - 2 - i)
            : i;
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            double sx = x - right,
                sy = y - down;
            var (ix, iy) = ((int)Math.Floor(sx), (int)Math.Floor(sy));
            var (fx, fy) = (sx - ix, sy - iy);
            int x0 = Mirror(ix, width),
                x1 = Mirror(ix + 1, width),
                y0 = Mirror(iy, height) * width,
                y1 = Mirror(iy + 1, height) * width;
            to[start + (y * width) + x] = (byte)
                Math.Round(
                    ((1 - fy) * (((1 - fx) * from[start + y0 + x0]) + (fx * from[start + y0 + x1])))
                        + (fy * (((1 - fx) * from[start + y1 + x0]) + (fx * from[start + y1 + x1])))
                );
        }
    }

    private static sbyte[] Gaussian()
    {
        var random = new Random(5);
        var noise = new sbyte[1 << 16];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (sbyte)
                Math.Clamp(32 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), -127, 127);
        return noise;
    }

    /// <summary>A dark spray in soft blotches over a share of the lens.</summary>
    public static void Spray(byte[] frame, PixelSize size, double share)
    {
        for (var y = 0; y < size.Height; y++)
        for (var x = 0; x < size.Width; x++)
        {
            // The field's values are spread evenly enough that the share is met within some percent.
            var field = 0.5 + (Math.Asin(0.5 * (Math.Sin((x / 58.0) + 1) + Math.Sin((y / 44.0) + (x / 167.0)))) / Math.PI);
            var here = 0.93 * Math.Clamp(((share - field) / 0.1) + 0.5, 0, 1);
            ref var p = ref frame[(y * size.Width) + x];
            p = (byte)Math.Round(((1 - here) * p) + (here * 57));
        }
    }

    /// <summary>A bright film of an opacity over the whole lens.</summary>
    public static void Film(byte[] frame, PixelSize size, double opacity)
    {
        for (var i = 0; i < size.Width * size.Height; i++)
            frame[i] = (byte)Math.Round(((1 - opacity) * frame[i]) + (opacity * 160));
    }
}
