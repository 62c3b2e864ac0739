namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Measures of one block of the grid.</summary>
internal static class BlockMeasurement
{
    /// <summary>Measures a block of a frame beside the reference's.</summary>
    public static BlockMeasure Measure(int index, AlignedFrame frame, ViewReference reference)
    {
        var (grid, counted) = (reference.Grid, frame.Counted);
        ref readonly var box = ref grid.Full[index];
        var sums = BlockSums.Of(frame.Picture.Y, frame.Filtered, counted, box);
        int all = counted.Counted[index],
            edges = counted.EdgePixels[index];
        double n = Math.Max(1, all),
            calm = Math.Max(1, all - edges);
        var measure = reference.Block(index, counted);
        measure.Valid = (float)all / (box.Width * box.Height);
        measure.Edges = (float)(edges / n);
        measure.Agreement = edges > 0 ? (float)((double)PixelSums.Ones(reference.Edges.Agreeing, box) / edges) : 0;
        measure.Energy = (float)(sums.Energy / n);
        measure.Mean = (float)(sums.Luma / n);
        measure.High = (float)(sums.High / n);
        measure.Noise = (float)(sums.Noise / calm * NoiseLevel.Factor);
        measure.Clipped = (float)(sums.Clipped / n);
        measure.U = (float)PixelSums.Mean(frame.Picture.U, grid.Half[index]);
        measure.V = (float)PixelSums.Mean(frame.Picture.V, grid.Half[index]);
        measure.Mid = (float)PixelSums.MeanSquare(frame.Filtered.CoarseFine, frame.Filtered.CoarseBroad, grid.Quarter[index]);
        measure.Coarse = (float)Correlation(frame.Filtered, reference.Filtered, grid.Quarter[index]);
        return measure;
    }

    /// <summary>Correlation of signed slopes at a quarter of the resolution.</summary>
    private static double Correlation(FilteredPicture frame, FilteredPicture reference, in PixelRectangle box)
    {
        double cross = 0,
            own = 0,
            commissioned = 0;
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            ReadOnlySpan<float> a = frame.CoarseX.Row(y, box.X, box.Width),
                b = frame.CoarseY.Row(y, box.X, box.Width);
            ReadOnlySpan<float> c = reference.CoarseX.Row(y, box.X, box.Width),
                d = reference.CoarseY.Row(y, box.X, box.Width);
            for (var x = 0; x < a.Length; x++)
            {
                cross += (a[x] * c[x]) + (b[x] * d[x]);
                own += (a[x] * a[x]) + (b[x] * b[x]);
                commissioned += (c[x] * c[x]) + (d[x] * d[x]);
            }
        }

        return own > 0 && commissioned > 0 ? cross / Math.Sqrt(own * commissioned) : 0;
    }
}
