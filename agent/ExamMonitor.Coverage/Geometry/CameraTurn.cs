using ExamMonitor.Contracts.Maps;
using MathNet.Numerics.LinearAlgebra;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>How far a camera turned, told from how its picture moved.</summary>
internal static class CameraTurn
{
    /// <summary>
    /// Angle of the rotation that best carries the picture's rays onto where they lie now (Wahba's problem, by Kabsch's method).
    /// </summary>
    public static double? Degrees(PinholeProjection lens, PictureHomography displacement)
    {
        var sum = Matrix<double>.Build.Dense(3, 3);
        var n = 0;
        for (var i = 0; i <= 4; i++)
        {
            for (var j = 0; j <= 4; j++)
            {
                var before = new PixelPoint(lens.Size.Width * (0.1 + (0.2 * i)), lens.Size.Height * (0.1 + (0.2 * j)));
                if (displacement.Apply(before) is not { } after || lens.Ray(before) is not { } a || lens.Ray(after) is not { } b)
                    continue;
                sum += Column(b) * Column(a).Transpose();
                n++;
            }
        }

        if (n < 6)
            return null;
        var svd = sum.Svd();
        var sign = Matrix<double>.Build.DenseOfDiagonalArray([1, 1, Math.Sign((svd.U * svd.VT).Determinant())]);
        var trace = (svd.U * sign * svd.VT).Trace();
        return Math.Acos(Math.Clamp((trace - 1) / 2, -1, 1)) * 180 / Math.PI;
    }

    private static Matrix<double> Column(Vec3 v) => Matrix<double>.Build.Dense(3, 1, [v.X, v.Y, v.Z]);
}
