using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A camera's geometry in the form that the picture measures ask for.</summary>
/// <param name="commissioned">The camera as it was commissioned.</param>
public sealed class StationsInView(CameraGeometry commissioned) : ICameraGeometry
{
    private readonly StationView[] _seen = [.. commissioned.Stations.Where(s => s.Visible.Count >= 3)];

    /// <inheritdoc/>
    public CameraId Camera => commissioned.Camera.Id;

    /// <inheritdoc/>
    public PixelSize Size => commissioned.Camera.Image;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Neither empty nor nine numbers.</exception>
    public IReadOnlyList<StationInView> Stations(ReadOnlySpan<double> moved)
    {
        if (moved.IsEmpty)
            return [.. _seen.Select(s => InView(s, s.Outline))];
        var displaced = commissioned.Displaced(Map(moved));
        return
        [
            .. _seen.Select(before =>
            {
                var now = displaced.ViewOf(before.Station);
                return now.Outline.Count >= 3 ? InView(now, now.Outline) : InView(before, before.Outline) with { InPictureShare = 0 };
            }),
        ];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Neither empty nor nine numbers.</exception>
    public double? TurnDegrees(ReadOnlySpan<double> moved) =>
        commissioned.TurnDegrees(moved.IsEmpty ? PictureHomography.Identity : Map(moved));

    private static StationInView InView(StationView s, IReadOnlyList<PixelPoint> outline) =>
        new(
            s.Station,
            outline,
            s.InPictureShare,
            s.Basis == DensityBasis.Region ? null : s.PxPerMetre,
            s.Requirements.DensityPxPerMetre,
            s.Requirements.InPictureShare
        );

    private static PictureHomography Map(ReadOnlySpan<double> m) =>
        m.Length == 9
            ? new(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8])
            : throw new ArgumentException($"A homography has nine numbers, not {m.Length}.", nameof(m));
}
