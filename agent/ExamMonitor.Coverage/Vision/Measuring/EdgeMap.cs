namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Strong edges of the reference, and which of them a frame still has.</summary>
internal sealed class EdgeMap(int width, int height) : IDisposable
{
    /// <summary>An edge is strong from this slope on, grey levels a pixel, and from four times the noise's.</summary>
    private const float StrongSlope = 4;

    /// <summary>Squared cosine of 45 degrees.</summary>
    private const float Agreeing2 = 0.5f;

    /// <summary>A slope below this many standard deviations of the noise's slope has no direction.</summary>
    private const float NoiseFactor = 2;

    /// <summary>Grey levels a pixel: quantisation and compression below it.</summary>
    private const float LeastSlope = 1;

    private int[] _at = [];
    private float[] _right = [];
    private float[] _down = [];

    /// <summary>1 on a strong edge of the reference outside the masks.</summary>
    public Plane<byte> Strong { get; } = new(width, height);

    /// <summary>1 on a strong edge whose direction the frame still has; 0 elsewhere.</summary>
    public Plane<byte> Agreeing { get; } = new(width, height);

    /// <summary>Finds the reference's strong edges.</summary>
    public void Find(FilteredPicture reference, Plane<byte> mask)
    {
        var least = Math.Max(StrongSlope, (float)(4 * NoiseOf(reference.Noise) * Math.Sqrt(FilterKernels.SlopeNoiseGain / 2)));
        ReadOnlySpan<float> right = reference.SlopeX.Pixels,
            down = reference.SlopeY.Pixels;
        var found = new List<int>();
        for (var i = 0; i < right.Length; i++)
        {
            var strong = mask.Pixels[i] != 0 && (right[i] * right[i]) + (down[i] * down[i]) >= least * least;
            Strong.Pixels[i] = strong ? (byte)1 : (byte)0;
            if (strong)
                found.Add(i);
        }

        Agreeing.Pixels.Clear();
        _at = [.. found];
        (_right, _down) = (new float[_at.Length], new float[_at.Length]);
        for (var i = 0; i < _at.Length; i++)
            (_right[i], _down[i]) = (right[_at[i]], down[_at[i]]);
    }

    /// <summary>Marks the strong edges whose direction a frame still has, within 45 degrees and above its noise.</summary>
    public void Compare(FilteredPicture frame, Plane<byte> seen, float noise)
    {
        var floor = Math.Max(LeastSlope, NoiseFactor * noise * (float)Math.Sqrt(FilterKernels.SlopeNoiseGain / 2));
        var floor2 = floor * floor;
        ReadOnlySpan<float> right = frame.SlopeX.Pixels,
            down = frame.SlopeY.Pixels;
        ReadOnlySpan<byte> inside = seen.Pixels;
        var agreeing = Agreeing.Pixels;
        ReadOnlySpan<int> all = _at;
        ReadOnlySpan<float> ownRight = _right.AsSpan(0, all.Length),
            ownDown = _down.AsSpan(0, all.Length);
        for (var i = 0; i < all.Length; i++)
        {
            var at = all[i];
            float a = right[at],
                b = down[at],
                c = ownRight[i],
                d = ownDown[i];
            float dot = (a * c) + (b * d),
                f2 = (a * a) + (b * b),
                r2 = (c * c) + (d * d);
            var there = (dot > 0) & (f2 > floor2) & (dot * dot > Agreeing2 * f2 * r2);
            agreeing[at] = (byte)(there ? inside[at] : 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Strong.Dispose();
        Agreeing.Dispose();
    }

    private static double NoiseOf(Plane<short> noise)
    {
        var sum = 0L;
        foreach (var one in noise.Pixels)
            sum += Math.Abs((int)one);
        return sum / (double)noise.Pixels.Length * NoiseLevel.Factor;
    }
}
