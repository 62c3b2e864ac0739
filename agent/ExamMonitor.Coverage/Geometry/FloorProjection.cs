using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>
/// The floor as a camera sees it, from floor points alone. Heights are ignored: a worktop is shown where its shadow on the floor would be.
/// </summary>
public sealed class FloorProjection : CameraProjection
{
    private readonly PictureHomography _toPixel;
    private readonly PictureHomography _toPlan;

    internal FloorProjection(PixelSize size, PictureHomography planToPixel, PictureHomography pixelToPlan, PlanPoint inFront)
        : base(size)
    {
        // The map is known up to its sign; a calibration point is in front of the camera by definition.
        var sign = Math.Sign(Depth(planToPixel, inFront));
        _toPixel = sign < 0 ? Negated(planToPixel) : planToPixel;
        _toPlan = pixelToPlan;
    }

    /// <inheritdoc/>
    public override SpacePoint? Position => null;

    /// <inheritdoc/>
    public override bool KnowsHeights => false;

    /// <inheritdoc/>
    public override PixelPoint? Project(SpacePoint point)
    {
        var w = Depth(_toPixel, new(point.X, point.Y));
        if (w < 1e-6)
            return null;
        return new(
            ((_toPixel.M00 * point.X) + (_toPixel.M01 * point.Y) + _toPixel.M02) / w,
            ((_toPixel.M10 * point.X) + (_toPixel.M11 * point.Y) + _toPixel.M12) / w
        );
    }

    /// <inheritdoc/>
    public override SpacePoint? OnPlane(PixelPoint pixel, double z)
    {
        var w = (_toPlan.M20 * pixel.U) + (_toPlan.M21 * pixel.V) + _toPlan.M22;
        if (Math.Abs(w) < 1e-12)
            return null;
        var p = new SpacePoint(
            ((_toPlan.M00 * pixel.U) + (_toPlan.M01 * pixel.V) + _toPlan.M02) / w,
            ((_toPlan.M10 * pixel.U) + (_toPlan.M11 * pixel.V) + _toPlan.M12) / w,
            z
        );
        return Project(p) is null ? null : p;
    }

    private static double Depth(PictureHomography h, PlanPoint p) => (h.M20 * p.X) + (h.M21 * p.Y) + h.M22;

    private static PictureHomography Negated(PictureHomography h) =>
        new(-h.M00, -h.M01, -h.M02, -h.M10, -h.M11, -h.M12, -h.M20, -h.M21, -h.M22);
}
