namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Measures inside a station's outline, and of its cells.</summary>
internal static class StationMeasurement
{
    /// <summary>Light, contrast and noise inside the outline.</summary>
    public static StationMeasure Measure(StationOutline outline, AlignedFrame frame, ViewReference reference)
    {
        var measure = new StationMeasure { Pixels = outline.Pixels };
        if (outline.IsEmpty || outline.Pixels == 0)
            return measure;
        Span<uint> counts = stackalloc uint[256];
        counts.Clear();
        int clipped = 0,
            noise = 0,
            calm = 0;
        var box = outline.Box;
        for (var y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<byte> luma = frame.Picture.Y.Row(box.Y + y, box.X, box.Width),
                own = reference.Picture.Y.Row(box.Y + y, box.X, box.Width);
            ReadOnlySpan<byte> inside = outline.Inside.AsSpan(y * box.Width, box.Width),
                seen = frame.Counted.Seen.Row(box.Y + y, box.X, box.Width);
            ReadOnlySpan<byte> edges = reference.Edges.Strong.Row(box.Y + y, box.X, box.Width);
            ReadOnlySpan<short> slopes = frame.Filtered.Noise.Row(box.Y + y, box.X, box.Width);
            for (var x = 0; x < inside.Length; x++)
            {
                if ((inside[x] & seen[x]) == 0)
                    continue;
                counts[luma[x]]++;
                if (own[x] >= Levels.Clipped)
                    clipped++;
                if (edges[x] != 0)
                    continue;
                noise += Math.Abs((int)slopes[x]);
                calm++;
            }
        }

        var levels = new Levels(counts);
        measure.Valid = (float)levels.Total / outline.Pixels;
        if (levels.Total == 0)
            return measure;
        measure.Mean = (float)levels.Mean;
        measure.P05 = levels.Percentile(0.05);
        measure.P50 = levels.Percentile(0.5);
        measure.P95 = levels.Percentile(0.95);
        measure.Deviation = (float)levels.Deviation;
        measure.Clipped = (float)levels.ClippedShare;
        measure.Noise = (float)(noise / (double)Math.Max(1, calm) * NoiseLevel.Factor);
        measure.RefClipped = (float)(clipped / (double)levels.Total);
        return measure;
    }

    /// <summary>Agreement and light of each cell.</summary>
    public static void Measure(StationOutline outline, AlignedFrame frame, ViewReference reference, Span<CellMeasure> cells)
    {
        var box = outline.Box;
        for (var i = 0; i < cells.Length; i++)
        {
            var (column, row) = (i % FrameMeasures.CellsX, i / FrameMeasures.CellsX);
            int x0 = column * box.Width / FrameMeasures.CellsX,
                x1 = (column + 1) * box.Width / FrameMeasures.CellsX;
            int y0 = row * box.Height / FrameMeasures.CellsY,
                y1 = (row + 1) * box.Height / FrameMeasures.CellsY;
            cells[i] = x1 > x0 && y1 > y0 ? Cell(outline, new(x0, y0, x1 - x0, y1 - y0), frame, reference) : default;
        }
    }

    /// <summary>One cell, given within the outline's box.</summary>
    private static CellMeasure Cell(StationOutline outline, in PixelRectangle cell, AlignedFrame frame, ViewReference reference)
    {
        var logarithm = LinearLight.Log;
        int pixels = 0,
            edges = 0,
            agreeing = 0;
        double ratio = 0;
        for (var y = cell.Y; y < cell.Y + cell.Height; y++)
        {
            var (row, left) = (outline.Box.Y + y, outline.Box.X + cell.X);
            ReadOnlySpan<byte> grown = outline.Grown.AsSpan((y * outline.Box.Width) + cell.X, cell.Width),
                seen = frame.Counted.Seen.Row(row, left, cell.Width);
            ReadOnlySpan<byte> strong = frame.Counted.Edges.Row(row, left, cell.Width),
                agree = reference.Edges.Agreeing.Row(row, left, cell.Width);
            ReadOnlySpan<byte> luma = frame.Picture.Y.Row(row, left, cell.Width);
            ReadOnlySpan<float> light = reference.Light.Row(row, left, cell.Width);
            float sum = 0;
            for (var x = 0; x < grown.Length; x++)
            {
                if (grown[x] == 0)
                    continue;
                edges += strong[x];
                agreeing += agree[x];
                if (seen[x] == 0)
                    continue;
                pixels++;
                sum += logarithm[luma[x]] - light[x];
            }

            ratio += sum;
        }

        return new()
        {
            Pixels = pixels,
            Edges = edges,
            Agreement = edges > 0 ? (float)((double)agreeing / edges) : 0,
            Ratio = (float)(ratio / Math.Max(1, pixels)),
        };
    }
}
