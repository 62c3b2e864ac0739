using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A pinhole camera with one radial term and its principal point at the picture's centre.</summary>
/// <remarks>With x, y the point's position over its depth and r² = x² + y²: pixel = centre + focal · (1 + k1 r²) · (x, y).</remarks>
public sealed class PinholeProjection : CameraProjection
{
    /// <summary>Nearer than this in front of the lens a point counts as behind it, metres.</summary>
    private const double NearMetres = 0.05;

    /// <summary>A point a little beyond the fold is still shown: there the model stands still (0.4 % of the focal length), and k1 is known no better than that.</summary>
    private const double BeyondFold = 1.1;

    private readonly double _fold2;

    internal PinholeProjection(PixelSize size, double focalPx, double k1, Rotation rotation, Vec3 translation)
        : base(size)
    {
        (FocalPx, K1, Rotation, Translation) = (focalPx, k1, rotation, translation);

        // Past r² = -1/(3 k1) a barrel lens model folds back on itself and says nothing real.
        _fold2 = k1 < 0 ? 1 / (-3 * k1) : double.PositiveInfinity;
    }

    /// <summary>Focal length, pixels.</summary>
    public double FocalPx { get; }

    /// <summary>Radial term; below zero for the barrel shape of most wide lenses.</summary>
    public double K1 { get; }

    /// <summary>Horizontal opening angle, degrees.</summary>
    public double HorizontalFieldOfViewDeg => 2 * Math.Atan(Undistort(Size.Width / 2.0 / FocalPx) ?? Math.Sqrt(_fold2)) * 180 / Math.PI;

    /// <inheritdoc/>
    public override SpacePoint? Position => Rotation.ApplyInverse(Translation * -1).ToPoint();

    /// <inheritdoc/>
    public override bool KnowsHeights => true;

    internal Rotation Rotation { get; }

    internal Vec3 Translation { get; }

    /// <summary>Covariance of the eight unknowns as <see cref="PinholeFit"/> orders them; null when the points leave one open.</summary>
    internal double[]? Covariance { get; init; }

    /// <summary>Standard deviation of a point's pixel in its worst direction, from click noise alone; null when unknown.</summary>
    internal double? SigmaPx(SpacePoint point)
    {
        Span<double> du = stackalloc double[8], dv = stackalloc double[8];
        if (Covariance is null || !PinholeFit.Derivative(Vec3.From(point), new(Math.Log(FocalPx), K1, Rotation, Translation), du, dv)) return null;
        double uu = 0, uv = 0, vv = 0;
        for (var i = 0; i < 8; i++)
        {
            for (var j = 0; j < 8; j++)
            {
                var c = Covariance[(i * 8) + j];
                (uu, uv, vv) = (uu + (du[i] * c * du[j]), uv + (du[i] * c * dv[j]), vv + (dv[i] * c * dv[j]));
            }
        }

        return Math.Sqrt(((uu + vv) / 2) + Math.Sqrt((((uu - vv) / 2) * ((uu - vv) / 2)) + (uv * uv)));
    }

    /// <inheritdoc/>
    public override PixelPoint? Project(SpacePoint point)
    {
        var c = Rotation.Apply(Vec3.From(point)) + Translation;
        if (c.Z < NearMetres) return null;
        double x = c.X / c.Z, y = c.Y / c.Z, r2 = (x * x) + (y * y);
        if (r2 > BeyondFold * _fold2) return null;
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

        return r >= 0 && r * r <= _fold2 && Math.Abs((r * (1 + (K1 * r * r))) - distorted) < 1e-6 ? r : null;
    }
}
