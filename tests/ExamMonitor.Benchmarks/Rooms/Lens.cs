using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>What happens before and in the lens, in linear light.</summary>
internal static class Lens
{
    /// <summary>Gaussian blur of interleaved RGB.</summary>
    public static void Blur(float[] rgb, int width, int height, float deviation)
    {
        var reach = (int)MathF.Ceiling(3 * deviation);
        var kernel = Enumerable.Range(-reach, (2 * reach) + 1).Select(i => MathF.Exp(-i * i / (2 * deviation * deviation))).ToArray();
        var sum = kernel.Sum();
        for (var i = 0; i < kernel.Length; i++)
            kernel[i] /= sum;
        var line = new float[Math.Max(width, height) * 3];
        for (var y = 0; y < height; y++)
            Along(rgb, line, kernel, reach, width, y * width * 3, 3);
        for (var x = 0; x < width; x++)
            Along(rgb, line, kernel, reach, height, x * 3, width * 3);
    }

    /// <summary>Lays a veil over the left part.</summary>
    public static void Cover(float[] rgb, int width, int height, Veil veil)
    {
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        {
            var edge = veil.Share + (0.03f * MathF.Sin(y * 9f / height));
            var alpha = veil.Share >= 1 ? 1 : Math.Clamp(0.5f + ((edge - ((float)x / width)) / veil.Edge), 0, 1);
            if (alpha <= 0)
                continue;
            var p = ((y * width) + x) * 3;
            var shade = 0.9f + (0.2f * y / height);
            for (var c = 0; c < 3; c++)
                rgb[p + c] += alpha * ((veil.Colour[c] * shade) - rgb[p + c]);
        }
    }

    /// <summary>to += from · by.</summary>
    public static void Add(ReadOnlySpan<float> from, float by, Span<float> to)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= from.Length; i += Vector<float>.Count)
            (new Vector<float>(to[i..]) + (new Vector<float>(from[i..]) * by)).CopyTo(to[i..]);
        for (; i < from.Length; i++)
            to[i] += from[i] * by;
    }

    /// <summary>Multiplies in place.</summary>
    public static void Scale(Span<float> row, float by)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= row.Length; i += Vector<float>.Count)
            (new Vector<float>(row[i..]) * by).CopyTo(row[i..]);
        for (; i < row.Length; i++)
            row[i] *= by;
    }

    private static void Along(float[] rgb, float[] line, float[] kernel, int reach, int length, int start, int step)
    {
        for (var i = 0; i < length; i++)
        for (var c = 0; c < 3; c++)
        {
            var sum = 0f;
            for (var k = -reach; k <= reach; k++)
                sum += kernel[k + reach] * rgb[start + (Math.Clamp(i + k, 0, length - 1) * step) + c];
            line[(i * 3) + c] = sum;
        }

        for (var i = 0; i < length; i++)
        for (var c = 0; c < 3; c++)
            rgb[start + (i * step) + c] = line[(i * 3) + c];
    }
}
