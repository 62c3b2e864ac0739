using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>A box or an ellipsoid that stands upright.</summary>
/// <param name="Round">Whether it is an ellipsoid.</param>
/// <param name="Center">Metres.</param>
/// <param name="Half">Half of its sizes, metres.</param>
/// <param name="Yaw">Radians about the vertical.</param>
/// <param name="Paint">Of all its faces.</param>
/// <param name="Glow">Light that it gives by itself in a room without lamps: a screen.</param>
internal sealed record Solid(bool Round, Vector3 Center, Vector3 Half, float Yaw, Paint Paint, float Glow = 0)
{
    private readonly float _cos = MathF.Cos(Yaw);
    private readonly float _sin = MathF.Sin(Yaw);

    /// <summary>Distance along a ray of unit direction; infinity when it misses.</summary>
    public float Hit(Vector3 from, Vector3 direction)
    {
        var (o, d) = (In(from - Center), In(direction));
        if (Round)
            return HitRound(o / Half, d / Half);
        float near = float.NegativeInfinity,
            far = float.PositiveInfinity;
        for (var axis = 0; axis < 3; axis++)
        {
            if (MathF.Abs(d[axis]) < 1e-9f)
            {
                if (MathF.Abs(o[axis]) > Half[axis])
                    return float.PositiveInfinity;
                continue;
            }

            float a = (-Half[axis] - o[axis]) / d[axis],
                b = (Half[axis] - o[axis]) / d[axis];
            near = Math.Max(near, Math.Min(a, b));
            far = Math.Min(far, Math.Max(a, b));
        }

        return near < far && near > 1e-4f ? near : float.PositiveInfinity;
    }

    /// <summary>Outward normal and place on the face at a point of the surface.</summary>
    public (Vector3 Normal, float U, float V) Face(Vector3 at)
    {
        var p = In(at - Center);
        if (Round)
        {
            var n = p / (Half * Half);
            return (Out(Vector3.Normalize(n)), 0.3f * MathF.Atan2(p.Y, p.X), p.Z);
        }

        var q = Vector3.Abs(p) / Half;
        if (q.Z >= q.X && q.Z >= q.Y)
            return (new(0, 0, MathF.Sign(p.Z)), p.X + 7, p.Y + 7);
        return q.X >= q.Y ? (Out(new(MathF.Sign(p.X), 0, 0)), p.Y + 17, p.Z + 7) : (Out(new(0, MathF.Sign(p.Y), 0)), p.X + 27, p.Z + 7);
    }

    private static float HitRound(Vector3 o, Vector3 d)
    {
        float a = Vector3.Dot(d, d),
            b = Vector3.Dot(o, d),
            c = Vector3.Dot(o, o) - 1;
        var root = (b * b) - (a * c);
        if (root <= 0)
            return float.PositiveInfinity;
        var t = (-b - MathF.Sqrt(root)) / a;
        return t > 1e-4f ? t : float.PositiveInfinity;
    }

    private Vector3 In(Vector3 v) => new((_cos * v.X) + (_sin * v.Y), (_cos * v.Y) - (_sin * v.X), v.Z);

    private Vector3 Out(Vector3 v) => new((_cos * v.X) - (_sin * v.Y), (_sin * v.X) + (_cos * v.Y), v.Z);
}
