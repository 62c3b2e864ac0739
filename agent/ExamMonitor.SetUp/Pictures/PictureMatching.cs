using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.Exams.Plates;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>What the matching process says of one picture against the first.</summary>
/// <param name="Map">Nine numbers: where pixels of the first picture lie in this one; null when it does not show the same.</param>
/// <param name="Mirrored">Whether it shows the same with left and right exchanged.</param>
internal sealed record PictureMatched(IReadOnlyList<double>? Map, bool Mirrored)
{
    /// <summary>The same as a map of pixels.</summary>
    public PictureHomography? Homography() => Map is { Count: 9 } m ? new(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]) : null;
}

/// <summary>
/// The other side of <see cref="PictureMatcher"/>: reads pictures in the form of <see cref="PlateExchange"/>, and compares the first with
/// every other.
/// </summary>
internal static class PictureMatching
{
    /// <summary>One answer for each picture but the first. Loads the vision library.</summary>
    /// <exception cref="InvalidDataException">The input is not of that form.</exception>
    /// <exception cref="VisionException">A picture cannot be decoded.</exception>
    public static async Task<IReadOnlyList<PictureMatched>> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        var pictures = (await PlateExchange.ReadPicturesAsync(input, cancellationToken).ConfigureAwait(false))
            .Select(p => Picture.Decode(p))
            .ToArray();
        return [.. pictures.Skip(1).Select(p => Compare(pictures[0], p))];
    }

    private static PictureMatched Compare(Picture first, Picture other)
    {
        if (PictureMatch.Find(first, other) is { } h)
            return new([h.M00, h.M01, h.M02, h.M10, h.M11, h.M12, h.M20, h.M21, h.M22], false);
        return new(null, PictureMatch.Find(first, PictureMatch.Mirrored(other)) is not null);
    }
}
