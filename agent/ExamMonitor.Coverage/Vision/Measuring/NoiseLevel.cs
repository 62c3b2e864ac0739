namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Standard deviation of a picture's noise from Immerkær's operator: median over the blocks, which leaves the few with much
/// texture out.</summary>
internal static class NoiseLevel
{
    /// <summary>sqrt(π / 2) / 6: mean absolute value of the operator to the noise's deviation.</summary>
    public const double Factor = 1.2533141373155001 / 6;

    /// <summary>Grey levels; 0 when everything is masked.</summary>
    public static float Of(Plane<short> noise, Plane<byte> mask, BlockGrid grid)
    {
        Span<float> all = stackalloc float[BlockGrid.Count];
        var n = 0;
        foreach (ref readonly var box in grid.Full.AsSpan())
        {
            int sum = 0,
                pixels = 0;
            for (var y = box.Y; y < box.Y + box.Height; y++)
            {
                ReadOnlySpan<byte> marks = mask.Row(y, box.X, box.Width);
                sum += PixelSums.Noise(noise.Row(y, box.X, box.Width), marks);
                pixels += PixelSums.Ones(marks);
            }

            if (pixels > 0)
                all[n++] = (float)(sum / (double)pixels * Factor);
        }

        if (n == 0)
            return 0;
        all[..n].Sort();
        return all[n / 2];
    }
}
