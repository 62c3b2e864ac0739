using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>A vector of the room or of a camera, metres, double precision (a float loses a millimetre at ten metres).</summary>
internal readonly record struct Vec3(double X, double Y, double Z)
{
    public static Vec3 From(SpacePoint p) => new(p.X, p.Y, p.Z);

    public SpacePoint ToPoint() => new(X, Y, Z);

    public double Length => Math.Sqrt(Dot(this));

    public double Dot(Vec3 o) => (X * o.X) + (Y * o.Y) + (Z * o.Z);

    public Vec3 Cross(Vec3 o) => new((Y * o.Z) - (Z * o.Y), (Z * o.X) - (X * o.Z), (X * o.Y) - (Y * o.X));

    public Vec3 Unit() => this * (1 / Length);

    public static Vec3 operator +(Vec3 a, Vec3 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static Vec3 operator -(Vec3 a, Vec3 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    public static Vec3 operator *(Vec3 a, double s) => new(a.X * s, a.Y * s, a.Z * s);
}

/// <summary>A rotation by its rows.</summary>
internal readonly record struct Rotation(Vec3 R0, Vec3 R1, Vec3 R2)
{
    public static Rotation Identity { get; } = new(new(1, 0, 0), new(0, 1, 0), new(0, 0, 1));

    public Vec3 Apply(Vec3 v) => new(R0.Dot(v), R1.Dot(v), R2.Dot(v));

    public Vec3 ApplyInverse(Vec3 v) => (R0 * v.X) + (R1 * v.Y) + (R2 * v.Z);

    /// <summary>this · o.</summary>
    public Rotation Times(Rotation o) => new(o.ApplyInverse(R0), o.ApplyInverse(R1), o.ApplyInverse(R2));

    public Rotation Transposed() => new(new(R0.X, R1.X, R2.X), new(R0.Y, R1.Y, R2.Y), new(R0.Z, R1.Z, R2.Z));

    /// <summary>Rotation about <paramref name="w"/> by its length in radians (Rodrigues).</summary>
    public static Rotation About(Vec3 w)
    {
        var angle = w.Length;
        if (angle < 1e-12)
            return new(new(1, -w.Z, w.Y), new(w.Z, 1, -w.X), new(-w.Y, w.X, 1));
        var a = w * (1 / angle);
        var (s, c) = Math.SinCos(angle);
        var d = 1 - c;
        return new(
            new(c + (a.X * a.X * d), (a.X * a.Y * d) - (a.Z * s), (a.X * a.Z * d) + (a.Y * s)),
            new((a.Y * a.X * d) + (a.Z * s), c + (a.Y * a.Y * d), (a.Y * a.Z * d) - (a.X * s)),
            new((a.Z * a.X * d) - (a.Y * s), (a.Z * a.Y * d) + (a.X * s), c + (a.Z * a.Z * d))
        );
    }

    /// <summary>Angle of the rotation, radians, [0, π].</summary>
    public double Angle => Math.Acos(Math.Clamp((R0.X + R1.Y + R2.Z - 1) / 2, -1, 1));
}
