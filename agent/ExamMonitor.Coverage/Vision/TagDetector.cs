using ExamMonitor.Contracts.Maps;
using OpenCvSharp;
using OpenCvSharp.Aruco;

namespace ExamMonitor.Coverage.Vision;

/// <summary>A number plate found in a picture.</summary>
/// <param name="Id">Number of the tag, [0, 586].</param>
/// <param name="Center">Where the diagonals of the black border cross, px.</param>
/// <param name="Corners">Four corners of the black border, px, clockwise in the picture.</param>
public sealed record DetectedTag(int Id, PixelPoint Center, IReadOnlyList<PixelPoint> Corners);

/// <summary>Finds AprilTag 36h11 plates at full resolution.</summary>
/// <remarks>One call at a time.</remarks>
public sealed class TagDetector : IDisposable
{
    private readonly ArucoDetector _detector;

    /// <summary>Makes the detector.</summary>
    /// <exception cref="VisionException">OpenCV cannot be loaded.</exception>
    public TagDetector()
    {
        OpenCv.Require("make a plate detector");
        using var family = CvAruco.GetPredefinedDictionary(PredefinedDictionaryType.DictAprilTag_36h11);
        _detector = new(family, new DetectorParameters(), new RefineParameters());
    }

    /// <inheritdoc/>
    public void Dispose() => _detector.Dispose();

    /// <summary>Finds the plates of a grey picture.</summary>
    /// <param name="grey">One byte a pixel, rows without padding.</param>
    /// <param name="width">px.</param>
    /// <param name="height">px.</param>
    /// <returns>The largest first.</returns>
    /// <exception cref="VisionException">OpenCV failed.</exception>
    public IReadOnlyList<DetectedTag> Detect(ReadOnlySpan<byte> grey, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)grey.Length, (long)width * height, nameof(grey));
        var found = new List<DetectedTag>();
        OpenCv.Do("find plates", grey.ToArray(), found, (bytes, tags) =>
        {
            using var picture = Mat.FromPixelData(height, width, MatType.CV_8UC1, bytes);
            _detector.DetectMarkers(picture, out var corners, out var ids, out _);
            for (var i = 0; i < ids.Length; i++) tags.Add(Tag(ids[i], corners[i]));
        });
        return found;
    }

    /// <summary>OpenCV counts from a pixel's centre, we from its corner.</summary>
    private static DetectedTag Tag(int id, Point2f[] corners)
    {
        PixelPoint[] at = [.. corners.Select(c => new PixelPoint(c.X + 0.5, c.Y + 0.5))];
        return new(id, new(at.Average(c => c.U), at.Average(c => c.V)), at);
    }
}
