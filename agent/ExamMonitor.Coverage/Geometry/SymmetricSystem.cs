namespace ExamMonitor.Coverage.Geometry;

/// <summary>Small symmetric positive definite systems by Cholesky's decomposition, without allocation in the solver's inner loop.</summary>
internal static class SymmetricSystem
{
    /// <summary>
    /// Solves a·x = b in place of <paramref name="b"/>; <paramref name="a"/> is used up. False when a is not positive definite.
    /// </summary>
    public static bool Solve(Span<double> a, Span<double> b)
    {
        var n = b.Length;
        if (!Decompose(a, n))
            return false;
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
                b[i] -= a[(i * n) + k] * b[k];
            b[i] /= a[(i * n) + i];
        }

        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                b[i] -= a[(k * n) + i] * b[k];
            b[i] /= a[(i * n) + i];
        }

        return true;
    }

    /// <summary>Inverts <paramref name="a"/> in place; false when it is not positive definite.</summary>
    public static bool Invert(Span<double> a, int n)
    {
        Span<double> copy = stackalloc double[n * n],
            result = stackalloc double[n * n],
            column = stackalloc double[n];
        for (var j = 0; j < n; j++)
        {
            a.CopyTo(copy);
            column.Clear();
            column[j] = 1;
            if (!Solve(copy, column))
                return false;
            for (var i = 0; i < n; i++)
                result[(i * n) + j] = column[i];
        }

        result.CopyTo(a);
        return true;
    }

    private static bool Decompose(Span<double> a, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = a[(i * n) + j];
                for (var k = 0; k < j; k++)
                    sum -= a[(i * n) + k] * a[(j * n) + k];
                if (i != j)
                    a[(i * n) + j] = sum / a[(j * n) + j];
                else if (sum > 0 && double.IsFinite(sum))
                    a[(i * n) + i] = Math.Sqrt(sum);
                else
                    return false;
            }
        }

        return true;
    }
}
