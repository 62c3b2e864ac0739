using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>Pixels per metre at a place, from the projection's derivative, at the size of the picture that the projection states.</summary>
/// <param name="Smaller">Smaller singular value, px/m.</param>
/// <param name="Larger">Larger singular value, px/m.</param>
internal readonly record struct PixelDensity(double Smaller, double Larger)
{
    private const double StepMetres = 0.01;

    /// <summary>Of a small horizontal surface at <paramref name="at"/>; null where it cannot be seen.</summary>
    public static PixelDensity? OnFloor(CameraProjection projection, SpacePoint at) => Of(projection, at, new(1, 0, 0), new(0, 1, 0), 1, 1);

    /// <summary>Of a small target at <paramref name="at"/> spanned by two directions, with the picture enlarged by (sx, sy).</summary>
    public static PixelDensity? Of(CameraProjection projection, SpacePoint at, Vec3 a, Vec3 b, double sx, double sy)
    {
        var p = Vec3.From(at);
        if (
            projection.Project((p + (a * StepMetres)).ToPoint()) is not { } a1
            || projection.Project((p - (a * StepMetres)).ToPoint()) is not { } a0
            || projection.Project((p + (b * StepMetres)).ToPoint()) is not { } b1
            || projection.Project((p - (b * StepMetres)).ToPoint()) is not { } b0
        )
            return null;
        const double d = 2 * StepMetres;
        return Singular((a1.U - a0.U) * sx / d, (b1.U - b0.U) * sx / d, (a1.V - a0.V) * sy / d, (b1.V - b0.V) * sy / d);
    }

    /// <summary>Of a target that faces the camera (IEC 62676-4); from the floor alone, of one that stands across the view.</summary>
    /// <remarks>A floor-only calibration does not know the camera's place; the larger singular value of the floor is the scale across the
    /// view, which foreshortening leaves alone.</remarks>
    public static double? Facing(CameraProjection projection, SpacePoint at, double sx, double sy)
    {
        if (projection.Position is not { } camera)
            return Of(projection, at, new(1, 0, 0), new(0, 1, 0), sx, sy)?.Larger;
        var ray = Vec3.From(at) - Vec3.From(camera);
        if (ray.Length < 0.05)
            return null;
        var forward = ray.Unit();
        var side = Math.Abs(forward.Z) < 0.99 ? forward.Cross(new(0, 0, 1)).Unit() : new Vec3(1, 0, 0);
        return Of(projection, at, side, side.Cross(forward), sx, sy)?.Smaller;
    }

    private static PixelDensity Singular(double a, double b, double c, double d)
    {
        double e = (a + d) / 2,
            f = (a - d) / 2,
            g = (c + b) / 2,
            h = (c - b) / 2;
        double q = double.Hypot(e, h),
            r = double.Hypot(f, g);
        return new(Math.Abs(q - r), q + r);
    }
}
