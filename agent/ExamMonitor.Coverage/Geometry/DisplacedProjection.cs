using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A calibrated camera whose picture has moved since: the commissioned projection, then the measured map of the picture.</summary>
/// <remarks>Exact for a camera that turned in place (a bump); a camera carried elsewhere needs a new calibration.</remarks>
public sealed class DisplacedProjection : CameraProjection
{
    private readonly CameraProjection _commissioned;
    private readonly PictureHomography _moved;
    private readonly PictureHomography _back;

    private DisplacedProjection(CameraProjection commissioned, PictureHomography moved, PictureHomography back)
        : base(commissioned.Size) => (_commissioned, _moved, _back) = (commissioned, moved, back);

    /// <inheritdoc/>
    public override SpacePoint? Position => _commissioned.Position;

    /// <inheritdoc/>
    public override bool KnowsHeights => _commissioned.KnowsHeights;

    /// <summary>The displaced camera; null when <paramref name="moved"/> squeezes the picture into a line.</summary>
    public static DisplacedProjection? From(CameraProjection commissioned, PictureHomography moved) =>
        moved.Inverse() is { } back ? new(commissioned, moved, back) : null;

    /// <inheritdoc/>
    public override PixelPoint? Project(SpacePoint point) => _commissioned.Project(point) is { } p ? _moved.Apply(p) : null;

    /// <inheritdoc/>
    public override SpacePoint? OnPlane(PixelPoint pixel, double z) => _back.Apply(pixel) is { } p ? _commissioned.OnPlane(p, z) : null;

    internal override Vec3? Ray(PixelPoint pixel) => _back.Apply(pixel) is { } p ? _commissioned.Ray(p) : null;
}
