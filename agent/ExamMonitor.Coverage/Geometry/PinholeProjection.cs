using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A pinhole camera with one radial term and its principal point at the picture's centre.</summary>
/// <remarks>With x, y the point's position over its depth and r² = x² + y²: pixel = centre + focal · (1 + k1 r²) · (x, y).</remarks>
public sealed class PinholeProjection : CameraProjection
{
    /// <summary>Nearer than this in front of the lens a point counts as behind it, metres.</summary>
    private const double NearMetres = 0.05;

    /// <summary>Where the slope of the distorted radius falls below this, the model goes on straight at this slope.</summary>
    /// <remarks>A barrel model folds back on itself at r² = -1/(3 k1), which no lens does. k1 is never known exactly, so a station near the
    /// picture's edge must neither vanish nor be folded inwards; the difference to the model before the fold is at most 0.3 % of the focal
    /// length.</remarks>
    private const double LeastSlope = 0.1;

    /// <summary>Beyond this many times the fold's radius nothing is said.</summary>
    private const double BeyondFold = 1.35;

    private readonly double _straightFrom;
    private readonly double _straightValue;
    private readonly double _reach;

    internal PinholeProjection(PixelSize size, double focalPx, double k1, Rotation rotation, Vec3 translation)
        : base(size)
    {
        (FocalPx, K1, Rotation, Translation) = (focalPx, k1, rotation, translation);

        _straightFrom = k1 < 0 ? Math.Sqrt((1 - LeastSlope) / (-3 * k1)) : double.PositiveInfinity;
        _straightValue = k1 < 0 ? _straightFrom * (1 + (k1 * _straightFrom * _straightFrom)) : double.PositiveInfinity;
        _reach = k1 < 0 ? BeyondFold / Math.Sqrt(-3 * k1) : double.PositiveInfinity;
    }

    /// <summary>Focal length, pixels.</summary>
    public double FocalPx { get; }

    /// <summary>Radial term; below zero for the barrel shape of most wide lenses.</summary>
    public double K1 { get; }

    /// <summary>Horizontal opening angle, degrees.</summary>
    public double HorizontalFieldOfViewDeg => 2 * Math.Atan(Undistort(Size.Width / 2.0 / FocalPx) ?? _reach) * 180 / Math.PI;

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
        Span<double> du = stackalloc double[8],
            dv = stackalloc double[8];
        if (Covariance is null || !PinholeFit.Derivative(Vec3.From(point), new(Math.Log(FocalPx), K1, Rotation, Translation), du, dv))
            return null;
        double uu = 0,
            uv = 0,
            vv = 0;
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
        if (c.Z < NearMetres)
            return null;
        double x = c.X / c.Z,
            y = c.Y / c.Z,
            r = double.Hypot(x, y);
        if (r > _reach)
            return null;
        var scale = FocalPx * (r <= _straightFrom ? 1 + (K1 * r * r) : (_straightValue + (LeastSlope * (r - _straightFrom))) / r);
        return new((Size.Width / 2.0) + (scale * x), (Size.Height / 2.0) + (scale * y));
    }

    /// <inheritdoc/>
    public override SpacePoint? OnPlane(PixelPoint pixel, double z)
    {
        if (Ray(pixel) is not { } ray || Position is not { } at)
            return null;
        var along = (z - at.Z) / ray.Z;
        return double.IsFinite(along) && along > 0 ? (Vec3.From(at) + (ray * along)).ToPoint() : null;
    }

    internal override Vec3? Ray(PixelPoint pixel)
    {
        double x = (pixel.U - (Size.Width / 2.0)) / FocalPx,
            y = (pixel.V - (Size.Height / 2.0)) / FocalPx;
        var distorted = Math.Sqrt((x * x) + (y * y));
        if (Undistort(distorted) is not { } r)
            return null;
        var s = distorted < 1e-12 ? 1 : r / distorted;
        return Rotation.ApplyInverse(new Vec3(x * s, y * s, 1)).Unit();
    }

    /// <summary>The radius whose distorted radius is <paramref name="distorted"/>; null beyond the lens model's reach.</summary>
    private double? Undistort(double distorted)
    {
        if (distorted > _straightValue)
        {
            var straight = _straightFrom + ((distorted - _straightValue) / LeastSlope);
            return straight <= _reach ? straight : null;
        }

        // The distorted radius grows all the way to here, so halving finds its one source; Newton's steps could leave the range.
        double low = 0,
            high = double.IsFinite(_straightFrom) ? _straightFrom : Math.Max(distorted, 1e-12);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (middle * (1 + (K1 * middle * middle)) < distorted)
                low = middle;
            else
                high = middle;
        }

        return (low + high) / 2;
    }
}
