using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>What is computed once of a picture before it is compared: slopes, bands, noise.</summary>
internal sealed class FilteredPicture(int width, int height) : IDisposable
{
    private const BorderTypes Border = BorderTypes.Replicate;
    private readonly Plane<byte> _coarse = new(width / 4, height / 4);

    /// <summary>Derivative of a Gaussian of 1 px, to the right.</summary>
    public Plane<float> SlopeX { get; } = new(width, height);

    /// <summary>The same downwards.</summary>
    public Plane<float> SlopeY { get; } = new(width, height);

    /// <summary>Smoothed by 0.8 px; less <see cref="Broad"/> it is the band of fine detail.</summary>
    public Plane<float> Fine { get; } = new(width, height);

    /// <summary>Smoothed by 1.6 px.</summary>
    public Plane<float> Broad { get; } = new(width, height);

    /// <summary>Slope to the right at a quarter of the size.</summary>
    public Plane<float> CoarseX { get; } = new(width / 4, height / 4);

    /// <summary>The same downwards.</summary>
    public Plane<float> CoarseY { get; } = new(width / 4, height / 4);

    /// <summary><see cref="Fine"/> at a quarter of the size.</summary>
    public Plane<float> CoarseFine { get; } = new(width / 4, height / 4);

    /// <summary><see cref="Broad"/> at a quarter of the size.</summary>
    public Plane<float> CoarseBroad { get; } = new(width / 4, height / 4);

    /// <summary>Immerkær's operator.</summary>
    public Plane<short> Noise { get; } = new(width, height);

    /// <summary>Filters a picture.</summary>
    public void Take(Plane<byte> luma)
    {
        Filter(luma, SlopeX, FilterKernels.Slope, FilterKernels.Smooth);
        Filter(luma, SlopeY, FilterKernels.Smooth, FilterKernels.Slope);
        Filter(luma, Fine, FilterKernels.Fine, FilterKernels.Fine);
        Filter(luma, Broad, FilterKernels.Broad, FilterKernels.Broad);
        Cv2.Resize(luma.Input, _coarse.Mat, new(_coarse.Width, _coarse.Height), 0, 0, InterpolationFlags.Area);
        Filter(_coarse, CoarseX, FilterKernels.Slope, FilterKernels.Smooth);
        Filter(_coarse, CoarseY, FilterKernels.Smooth, FilterKernels.Slope);
        Filter(_coarse, CoarseFine, FilterKernels.Fine, FilterKernels.Fine);
        Filter(_coarse, CoarseBroad, FilterKernels.Broad, FilterKernels.Broad);
        NoiseOf(luma, Noise);
    }

    /// <summary>Immerkær's operator alone.</summary>
    public static void NoiseOf(Plane<byte> luma, Plane<short> into) =>
        Cv2.SepFilter2D(luma.Input, into.Mat, MatType.CV_16S, FilterKernels.Noise, FilterKernels.Noise, null, 0, Border);

    /// <inheritdoc/>
    public void Dispose()
    {
        _coarse.Dispose();
        foreach (var plane in (Plane<float>[])[SlopeX, SlopeY, Fine, Broad, CoarseX, CoarseY, CoarseFine, CoarseBroad])
            plane.Dispose();
        Noise.Dispose();
    }

    private static void Filter(Plane<byte> from, Plane<float> to, InputArray across, InputArray down) =>
        Cv2.SepFilter2D(from.Input, to.Mat, MatType.CV_32F, across, down, null, 0, Border);
}
