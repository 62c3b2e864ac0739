namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Luma and both chroma planes of a 4:2:0 picture.</summary>
internal sealed class YuvPlanes(int width, int height) : IDisposable
{
    /// <summary>Luma.</summary>
    public Plane<byte> Y { get; } = new(width, height);

    /// <summary>Blue difference, half the size.</summary>
    public Plane<byte> U { get; } = new(width / 2, height / 2);

    /// <summary>Red difference, half the size.</summary>
    public Plane<byte> V { get; } = new(width / 2, height / 2);

    /// <summary>Takes a picture's bytes over.</summary>
    public void Load(ReadOnlySpan<byte> i420)
    {
        var (luma, chroma) = (Y.Pixels.Length, U.Pixels.Length);
        i420[..luma].CopyTo(Y.Pixels);
        i420.Slice(luma, chroma).CopyTo(U.Pixels);
        i420.Slice(luma + chroma, chroma).CopyTo(V.Pixels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Y.Dispose();
        U.Dispose();
        V.Dispose();
    }
}
