namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>The commissioned picture: its planes, what is masked, its strong edges, and what it says of each block that is seen
/// whole.</summary>
internal sealed class ViewReference : IDisposable
{
    /// <summary>Of each block, the pixels that <see cref="_known"/> was measured over; -1 before it was.</summary>
    private readonly int[] _whole = new int[BlockGrid.Count];
    private readonly BlockMeasure[] _known = new BlockMeasure[BlockGrid.Count];

    /// <summary>Takes a picture.</summary>
    public ViewReference(ReadOnlySpan<byte> i420, int width, int height, IReadOnlyList<PixelRectangle> masks)
    {
        Grid = new(width, height);
        (Picture, Filtered, Mask, Edges, Light, Straight) = (
            new(width, height),
            new(width, height),
            new(width, height),
            new(width, height),
            new(width, height),
            new(width, height)
        );
        Picture.Load(i420);
        Filtered.Take(Picture.Y);
        Mask.Pixels.Fill(1);
        Noise = NoiseLevel.Of(Filtered.Noise, Mask, Grid);
        foreach (var mask in masks)
            Hide(mask);
        Edges.Find(Filtered, Mask);
        for (var i = 0; i < Light.Pixels.Length; i++)
            Light.Pixels[i] = LinearLight.Log[Picture.Y.Pixels[i]];
        Straight.Seen.Pixels.Fill(1);
        Straight.Count(Mask, Edges.Strong, Grid);
        Array.Fill(_whole, -1);
    }

    /// <summary>Blocks.</summary>
    public BlockGrid Grid { get; }

    /// <summary>The picture.</summary>
    public YuvPlanes Picture { get; }

    /// <summary>Filtered.</summary>
    public FilteredPicture Filtered { get; }

    /// <summary>1 where pixels count.</summary>
    public Plane<byte> Mask { get; }

    /// <summary>Strong edges.</summary>
    public EdgeMap Edges { get; }

    /// <summary>Logarithm of the linear light of each pixel.</summary>
    public Plane<float> Light { get; }

    /// <summary>What counts of a frame that lies on the reference without a warp.</summary>
    public CountedPixels Straight { get; }

    /// <summary>Standard deviation of the noise, of the whole picture.</summary>
    public float Noise { get; }

    /// <summary>The reference's share of a block's measures: the same for every frame that shows the whole block, so measured
    /// once.</summary>
    public BlockMeasure Block(int index, CountedPixels counted)
    {
        if (_whole[index] == counted.Counted[index])
            return _known[index];
        var measured = Measure(index, counted);
        if (_whole[index] < 0 && counted.Counted[index] == Straight.Counted[index])
            (_whole[index], _known[index]) = (counted.Counted[index], measured);
        return measured;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Picture.Dispose();
        Filtered.Dispose();
        Mask.Dispose();
        Edges.Dispose();
        Light.Dispose();
        Straight.Dispose();
    }

    private BlockMeasure Measure(int index, CountedPixels counted)
    {
        var sums = BlockSums.Of(Picture.Y, Filtered, counted, Grid.Full[index]);
        var n = Math.Max(1.0, counted.Counted[index]);
        var calm = Math.Max(1.0, counted.Counted[index] - counted.EdgePixels[index]);
        return new()
        {
            RefEnergy = (float)(sums.Energy / n),
            RefMean = (float)(sums.Luma / n),
            RefHigh = (float)(sums.High / n),
            RefNoise = (float)(sums.Noise / calm * NoiseLevel.Factor),
            RefClipped = (float)(sums.Clipped / n),
            RefU = (float)PixelSums.Mean(Picture.U, Grid.Half[index]),
            RefV = (float)PixelSums.Mean(Picture.V, Grid.Half[index]),
            RefMid = (float)PixelSums.MeanSquare(Filtered.CoarseFine, Filtered.CoarseBroad, Grid.Quarter[index]),
        };
    }

    private void Hide(PixelRectangle mask)
    {
        int x0 = Math.Max(0, mask.X),
            x1 = Math.Min(Mask.Width, mask.X + mask.Width);
        if (x1 <= x0)
            return;
        for (var y = Math.Max(0, mask.Y); y < Math.Min(Mask.Height, mask.Y + mask.Height); y++)
            Mask.Row(y, x0, x1 - x0).Clear();
    }
}
