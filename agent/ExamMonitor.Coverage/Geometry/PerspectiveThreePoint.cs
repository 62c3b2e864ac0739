using System.Numerics;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>The poses from which three known points are seen in three known directions: up to four.</summary>
/// <remarks>Grunert's solution in the form of Haralick, Lee, Ottenberg and Nölle (1994), its quartic solved by Durand and Kerner's
/// iteration.</remarks>
internal static class PerspectiveThreePoint
{
    /// <param name="p">Points of the room.</param>
    /// <param name="d">Unit directions in the camera's axes.</param>
    /// <param name="poses">Receives up to four poses (camera = rotation · room + translation).</param>
    /// <returns>How many.</returns>
    public static int Solve(ReadOnlySpan<Vec3> p, ReadOnlySpan<Vec3> d, Span<(Rotation R, Vec3 T)> poses)
    {
        double a2 = Square(p[1] - p[2]),
            b2 = Square(p[0] - p[2]),
            c2 = Square(p[0] - p[1]);
        if (a2 < 1e-8 || b2 < 1e-8 || c2 < 1e-8)
            return 0;
        double ca = d[1].Dot(d[2]),
            cb = d[0].Dot(d[2]),
            cg = d[0].Dot(d[1]);
        Span<Complex> roots = stackalloc Complex[4];
        if (!Quartic(Coefficients(a2, b2, c2, ca, cb, cg), roots))
            return 0;
        double q = (a2 - c2) / b2;
        var n = 0;
        foreach (var root in roots)
        {
            var v = root.Real;
            if (Math.Abs(root.Imaginary) > 1e-4 * (1 + Math.Abs(v)) || v <= 0)
                continue;
            var below = 2 * (cg - (v * ca));
            if (Math.Abs(below) < 1e-9)
                continue;
            var u = (((q - 1) * v * v) - (2 * q * cb * v) + 1 + q) / below;
            var s2 = b2 / (1 + (v * v) - (2 * v * cb));
            if (u <= 0 || !(s2 > 0))
                continue;
            var s = Math.Sqrt(s2);
            if (Align(p, d[0] * s, d[1] * (u * s), d[2] * (v * s)) is { } pose)
                poses[n++] = pose;
        }

        return n;
    }

    private static double Square(Vec3 v) => v.Dot(v);

    private static (double A4, double A3, double A2, double A1, double A0) Coefficients(
        double a2,
        double b2,
        double c2,
        double ca,
        double cb,
        double cg
    )
    {
        double q = (a2 - c2) / b2,
            p = (a2 + c2) / b2;
        return (
            ((q - 1) * (q - 1)) - (4 * c2 / b2 * ca * ca),
            4 * ((q * (1 - q) * cb) - ((1 - p) * ca * cg) + (2 * c2 / b2 * ca * ca * cb)),
            2
                * (
                    (q * q)
                    - 1
                    + (2 * q * q * cb * cb)
                    + (2 * (b2 - c2) / b2 * ca * ca)
                    - (4 * p * ca * cb * cg)
                    + (2 * (b2 - a2) / b2 * cg * cg)
                ),
            4 * ((-q * (1 + q) * cb) + (2 * a2 / b2 * cg * cg * cb) - ((1 - p) * ca * cg)),
            ((1 + q) * (1 + q)) - (4 * a2 / b2 * cg * cg)
        );
    }

    private static bool Quartic((double A4, double A3, double A2, double A1, double A0) k, Span<Complex> roots)
    {
        if (Math.Abs(k.A4) < 1e-12)
            return false;
        double b = k.A3 / k.A4,
            c = k.A2 / k.A4,
            d = k.A1 / k.A4,
            e = k.A0 / k.A4;
        var radius = 1 + Math.Max(Math.Max(Math.Abs(b), Math.Abs(c)), Math.Max(Math.Abs(d), Math.Abs(e)));
        if (!(radius < 1e6))
            return false;
        var start = Complex.FromPolarCoordinates(Math.Min(radius, 2), 0.7);
        roots[0] = start;
        for (var i = 1; i < 4; i++)
            roots[i] = roots[i - 1] * new Complex(0.1, 0.95);
        for (var round = 0; round < 60; round++)
        {
            var change = 0.0;
            for (var i = 0; i < 4; i++)
            {
                var x = roots[i];
                var value = ((((((x + b) * x) + c) * x) + d) * x) + e;
                var product = Complex.One;
                for (var j = 0; j < 4; j++)
                    if (j != i)
                        product *= x - roots[j];
                if (product == Complex.Zero)
                    product = new(1e-12, 0);
                var step = value / product;
                roots[i] = x - step;
                change = Math.Max(change, step.Magnitude);
            }

            if (change < 1e-12)
                break;
        }

        return true;
    }

    /// <summary>
    /// The motion that carries the triangle of the room onto the triangle in the camera's axes; null when the triangle is a line.
    /// </summary>
    private static (Rotation R, Vec3 T)? Align(ReadOnlySpan<Vec3> p, Vec3 q0, Vec3 q1, Vec3 q2)
    {
        if (Frame(p[0], p[1], p[2]) is not { } room || Frame(q0, q1, q2) is not { } camera)
            return null;
        var r = camera.Transposed().Times(room);
        return (r, q0 - r.Apply(p[0]));
    }

    private static Rotation? Frame(Vec3 a, Vec3 b, Vec3 c)
    {
        var x = (b - a).Unit();
        var n = x.Cross(c - a);
        if (!(n.Length > 1e-4))
            return null;
        var z = n.Unit();
        return new(x, z.Cross(x), z);
    }
}
