using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A pinhole camera with one radial term and its principal point at the picture's centre.</summary>
/// <remarks>With x, y the point's position over its depth and r² = x² + y²: pixel = centre + focal · (1 + k1 r²) · (x, y).</remarks>
public sealed class PinholeProjection : CameraProjection
{
    /// <summary>Nearer than this in front of the lens a point counts as behind it, metres.</summary>
    private const double NearMetres = 0.05;

    private readonly double _limit2;

    internal PinholeProjection(PixelSize size, double focalPx, double k1, Rotation rotation, Vec3 translation)
        : base(size)
    {
        (FocalPx, K1, Rotation, Translation) = (focalPx, k1, rotation, translation);

        // Past r² = -1/(3 k1) a barrel lens model folds back on itself, so nothing beyond is a real view; 0.98 keeps clear of the fold.
        _limit2 = k1 < 0 ? 0.98 / (-3 * k1) : double.PositiveInfinity;
    }

    /// <summary>Focal length, pixels.</summary>
    public double FocalPx { get; }

    /// <summary>Radial term; below zero for the barrel shape of most wide lenses.</summary>
    public double K1 { get; }

    /// <summary>Horizontal opening angle, degrees.</summary>
    public double HorizontalFieldOfViewDeg => 2 * Math.Atan(Undistort(Size.Width / 2.0 / FocalPx) ?? Math.Sqrt(_limit2)) * 180 / Math.PI;

    /// <inheritdoc/>
    public override SpacePoint? Position => Rotation.ApplyInverse(Translation * -1).ToPoint();

    /// <inheritdoc/>
    public override bool KnowsHeights => true;

    internal Rotation Rotation { get; }

    internal Vec3 Translation { get; }

    /// <inheritdoc/>
    public override PixelPoint? Project(SpacePoint point)
    {
        var c = Rotation.Apply(Vec3.From(point)) + Translation;
        if (c.Z < NearMetres) return null;
        double x = c.X / c.Z, y = c.Y / c.Z, r2 = (x * x) + (y * y);
        if (r2 > _limit2) return null;
        var scale = FocalPx * (1 + (K1 * r2));
        return new((Size.Width / 2.0) + (scale * x), (Size.Height / 2.0) + (scale * y));
    }

    /// <inheritdoc/>
    public override SpacePoint? OnPlane(PixelPoint pixel, double z)
    {
        if (Ray(pixel) is not { } ray || Position is not { } at) return null;
        var along = (z - at.Z) / ray.Z;
        return double.IsFinite(along) && along > 0 ? (Vec3.From(at) + (ray * along)).ToPoint() : null;
    }

    internal override Vec3? Ray(PixelPoint pixel)
    {
        double x = (pixel.U - (Size.Width / 2.0)) / FocalPx, y = (pixel.V - (Size.Height / 2.0)) / FocalPx;
        var distorted = Math.Sqrt((x * x) + (y * y));
        if (Undistort(distorted) is not { } r) return null;
        var s = distorted < 1e-12 ? 1 : r / distorted;
        return Rotation.ApplyInverse(new Vec3(x * s, y * s, 1)).Unit();
    }

    /// <summary>r with r (1 + k1 r²) = <paramref name="distorted"/>; null beyond the lens model's reach.</summary>
    private double? Undistort(double distorted)
    {
        var r = distorted;
        for (var i = 0; i < 30; i++)
        {
            var slope = 1 + (3 * K1 * r * r);
            if (slope < 0.02) r *= 0.9; // stepped over the fold: come back
            else r -= ((r * (1 + (K1 * r * r))) - distorted) / slope;
        }

        return r >= 0 && r * r <= _limit2 && Math.Abs((r * (1 + (K1 * r * r))) - distorted) < 1e-6 ? r : null;
    }
}
