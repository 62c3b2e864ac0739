using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Kernels of the separable filters, and what they make of noise.</summary>
internal static class FilterKernels
{
    private const int SlopeRadius = 3;
    private const int BandTaps = 11;
    private static readonly float[] s_smooth = Gaussian((2 * SlopeRadius) + 1, 1.0);
    private static readonly float[] s_slope = SlopeOf(s_smooth);
    private static readonly float[] s_fine = Gaussian(BandTaps, 0.8);
    private static readonly float[] s_broad = Gaussian(BandTaps, 1.6);

    /// <summary>Gaussian of 1 px.</summary>
    public static InputArray Smooth { get; } = InputArray.Create(s_smooth);

    /// <summary>Its derivative: a ramp of one grey level a pixel has slope 1.</summary>
    public static InputArray Slope { get; } = InputArray.Create(s_slope);

    /// <summary>Gaussian of 0.8 px.</summary>
    public static InputArray Fine { get; } = InputArray.Create(s_fine);

    /// <summary>Gaussian of 1.6 px.</summary>
    public static InputArray Broad { get; } = InputArray.Create(s_broad);

    /// <summary>Row and column of J. Immerkær's operator (Fast Noise Variance Estimation, 1996): blind to planes and to straight edges
    /// along the axes.</summary>
    public static InputArray Noise { get; } = InputArray.Create([1f, -2f, 1f]);

    /// <summary>Gaussian noise of standard deviation 1 leaves this much energy in both slopes together.</summary>
    public static double SlopeNoiseGain { get; } = 2 * Dot(s_slope, s_slope) * Dot(s_smooth, s_smooth);

    private static float[] Gaussian(int taps, double sigma)
    {
        using var kernel = Cv2.GetGaussianKernel(taps, sigma, MatType.CV_32F)!;
        return [.. Enumerable.Range(0, taps).Select(i => kernel.At<float>(i))];
    }

    private static float[] SlopeOf(float[] smooth)
    {
        var moment = smooth.Select((s, i) => (i - SlopeRadius) * (i - SlopeRadius) * s).Sum();
        return [.. smooth.Select((s, i) => (i - SlopeRadius) * s / moment)];
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
