using ExamMonitor.Contracts.Maps;
using OpenCvSharp;
using OpenCvSharp.Aruco;

namespace ExamMonitor.Coverage.Vision;

/// <summary>A number plate found in a picture.</summary>
/// <param name="Id">Number of the tag, [0, 586].</param>
/// <param name="Center">Mean of its corners, px.</param>
/// <param name="Corners">Four corners of the black border, px, in the order in which the tag's own corners follow each other.</param>
public sealed record DetectedTag(int Id, PixelPoint Center, IReadOnlyList<PixelPoint> Corners);

/// <summary>Finds AprilTag 36h11 plates with OpenCV's ArUco module. Looks three times: at the picture as it is, at twice its size, where
/// small plates have corners to be followed, and with its light evened, where a plate lies half in shade.</summary>
/// <remarks>One call at a time.</remarks>
public sealed class TagDetector : IDisposable
{
    /// <summary>px; shorter sides are not looked for.</summary>
    private const double LeastSide = 10;

    /// <summary>px; light is evened over a square of this side, some tag's width.</summary>
    private const int EvenedOver = 31;

    /// <summary>Levels; a square of less contrast is not stretched to noise.</summary>
    private const double LeastContrast = 8;

    /// <summary>Evened pictures deviate by so many levels from the middle one.</summary>
    private const double EvenedContrast = 50;

    private readonly Dictionary _family;

    /// <summary>Makes the detector.</summary>
    /// <exception cref="VisionException">OpenCV cannot be loaded.</exception>
    public TagDetector()
    {
        OpenCv.Require("make a plate detector");
        _family = CvAruco.GetPredefinedDictionary(PredefinedDictionaryType.DictAprilTag_36h11);
        // One corrected bit: two let a false hit through where none did with one.
        _family.MaxCorrectionBits = 1;
    }

    /// <summary>Finds the plates of a grey picture.</summary>
    /// <param name="grey">One byte a pixel, rows without padding.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <exception cref="VisionException">OpenCV failed.</exception>
    public IReadOnlyList<DetectedTag> Detect(ReadOnlySpan<byte> grey, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)grey.Length, (long)width * height, nameof(grey));
        var found = new List<DetectedTag>();
        OpenCv.Do(
            "find plates",
            grey.ToArray(),
            found,
            (bytes, tags) =>
            {
                using var picture = Mat.FromPixelData(height, width, MatType.CV_8UC1, bytes);
                Look(picture, 1, tags);
                if (4L * width * height <= Picture.MaxPixels)
                {
                    using var doubled = new Mat();
                    Cv2.Resize(picture, doubled, new Size(2 * width, 2 * height), 0, 0, InterpolationFlags.Cubic);
                    Look(doubled, 2, tags);
                }

                using var evened = Evened(picture);
                Look(evened, 1, tags);
            }
        );
        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _family.Dispose();

    /// <summary>Adds the plates of a picture that are not known yet.</summary>
    private void Look(Mat picture, int scale, List<DetectedTag> tags)
    {
        using var detector = new ArucoDetector(_family, Parameters(picture.Size(), scale), new RefineParameters());
        detector.DetectMarkers(picture, out var corners, out var ids, out _);
        for (var i = 0; i < ids.Length; i++)
        {
            var (tag, side) = Tag(ids[i], corners[i], scale);
            if (!tags.Exists(t => t.Id == tag.Id && Distance(t.Center, tag.Center) < side / 2))
                tags.Add(tag);
        }
    }

    private static DetectorParameters Parameters(Size size, int scale) =>
        new()
        {
            // Windows in which a pixel is dark or light: 3, 13 and 23 px; in the doubled picture 5 to 45.
            AdaptiveThreshWinSizeMin = scale == 1 ? 3 : 5,
            AdaptiveThreshWinSizeMax = scale == 1 ? 23 : 45,
            MinMarkerPerimeterRate = 4 * LeastSide / Math.Max(size.Width, size.Height),
            MinDistanceToBorder = 0,
            CornerRefinementMethod = CornerRefineMethod.Contour,
            PerspectiveRemovePixelPerCell = 8,
            ErrorCorrectionRate = 1,
        };

    /// <summary>Each pixel's deviation from its neighbourhood, over the neighbourhood's contrast.</summary>
    private static Mat Evened(Mat picture)
    {
        var window = new Size(EvenedOver, EvenedOver);
        using var light = new Mat();
        using var mean = new Mat();
        using var contrast = new Mat();
        using var square = new Mat();
        picture.ConvertTo(light, MatType.CV_32F);
        Cv2.BoxFilter(light, mean, MatType.CV_32F, window);
        Cv2.SqrBoxFilter(light, contrast, MatType.CV_32F, window);
        Cv2.Multiply(mean, mean, square);
        Cv2.Subtract(contrast, square, contrast);
        Cv2.Max(contrast, Scalar.All(LeastContrast * LeastContrast), contrast);
        Cv2.Sqrt(contrast, contrast);
        Cv2.Subtract(light, mean, light);
        Cv2.Divide(light, contrast, light);
        var evened = new Mat();
        light.ConvertTo(evened, MatType.CV_8U, EvenedContrast, 128);
        return evened;
    }

    /// <summary>OpenCV counts from a pixel's centre, we from its corner; and its contour runs through the centres of the outermost dark
    /// pixels, half a pixel within the border.</summary>
    private static (DetectedTag Tag, double Side) Tag(int id, Point2f[] corners, int scale)
    {
        var side = Enumerable.Range(0, corners.Length).Average(i => corners[i].DistanceTo(corners[(i + 1) % corners.Length]));
        double u = corners.Average(c => c.X),
            v = corners.Average(c => c.Y),
            grown = (side + 1) / side;
        PixelPoint[] at =
        [
            .. corners.Select(c => new PixelPoint((u + ((c.X - u) * grown) + 0.5) / scale, (v + ((c.Y - v) * grown) + 0.5) / scale)),
        ];
        return (new(id, new((u + 0.5) / scale, (v + 0.5) / scale), at), side / scale);
    }

    private static double Distance(PixelPoint a, PixelPoint b) => double.Hypot(a.U - b.U, a.V - b.V);
}
