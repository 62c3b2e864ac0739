namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>The 16 × 9 blocks of a picture, at its own size, at half and at a quarter of it.</summary>
internal sealed class BlockGrid
{
    /// <summary>Cuts a picture of a size.</summary>
    public BlockGrid(int width, int height)
    {
        for (var i = 0; i < Count; i++)
        {
            var (column, row) = (i % FrameMeasures.GridX, i / FrameMeasures.GridX);
            int x0 = column * width / FrameMeasures.GridX,
                x1 = (column + 1) * width / FrameMeasures.GridX;
            int y0 = row * height / FrameMeasures.GridY,
                y1 = (row + 1) * height / FrameMeasures.GridY;
            Full[i] = new(x0, y0, x1 - x0, y1 - y0);
            Half[i] = Shrunk(Full[i], 2, width, height);
            Quarter[i] = Shrunk(Full[i], 4, width, height);
        }
    }

    /// <summary>Number of blocks.</summary>
    public static int Count => FrameMeasures.GridX * FrameMeasures.GridY;

    /// <summary>px of the picture, row by row.</summary>
    public PixelRectangle[] Full { get; } = new PixelRectangle[Count];

    /// <summary>px of chroma.</summary>
    public PixelRectangle[] Half { get; } = new PixelRectangle[Count];

    /// <summary>px of the coarse planes.</summary>
    public PixelRectangle[] Quarter { get; } = new PixelRectangle[Count];

    private static PixelRectangle Shrunk(PixelRectangle box, int by, int width, int height)
    {
        int x0 = box.X / by,
            y0 = box.Y / by;
        int x1 = Math.Min((box.X + box.Width) / by, width / by),
            y1 = Math.Min((box.Y + box.Height) / by, height / by);
        return new(x0, y0, x1 - x0, y1 - y0);
    }
}
