using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Sums over rectangles of planes, eight pixels at a time: a block of the usual 640 px picture is forty wide.</summary>
internal static class PixelSums
{
    private const int Step = 8;

    /// <summary>How many of the marks in a rectangle are 1; all are 0 or 1.</summary>
    public static int Ones(Plane<byte> marks, in PixelRectangle box)
    {
        var sum = 0;
        for (var y = box.Y; y < box.Y + box.Height; y++)
            sum += Ones(marks.Row(y, box.X, box.Width));
        return sum;
    }

    /// <summary>How many of the marks are 1.</summary>
    public static int Ones(ReadOnlySpan<byte> marks)
    {
        var sum = 0;
        foreach (var eight in MemoryMarshal.Cast<byte, ulong>(marks))
            sum += BitOperations.PopCount(eight);
        foreach (var one in marks[(marks.Length & ~(Step - 1))..])
            sum += one;
        return sum;
    }

    /// <summary>Mean of a rectangle; NaN when it is empty.</summary>
    public static double Mean(Plane<byte> plane, in PixelRectangle box)
    {
        var sums = Vector256<int>.Zero;
        var rest = 0;
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            ReadOnlySpan<byte> row = plane.Row(y, box.X, box.Width);
            var x = 0;
            for (; x <= row.Length - Step; x += Step)
                sums += Eight(row, x);
            for (; x < row.Length; x++)
                rest += row[x];
        }

        return (Vector256.Sum(sums) + rest) / (double)(box.Width * box.Height);
    }

    /// <summary>Mean square of the difference of two planes.</summary>
    public static double MeanSquare(Plane<float> plane, Plane<float> less, in PixelRectangle box)
    {
        double sum = 0;
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            ReadOnlySpan<float> a = plane.Row(y, box.X, box.Width),
                b = less.Row(y, box.X, box.Width);
            for (var x = 0; x < a.Length; x++)
                sum += (a[x] - b[x]) * (double)(a[x] - b[x]);
        }

        return box.Width > 0 && box.Height > 0 ? sum / (box.Width * box.Height) : 0;
    }

    /// <summary>Sum of the noise operator's absolute values where marks are 1.</summary>
    public static int Noise(ReadOnlySpan<short> noise, ReadOnlySpan<byte> marks)
    {
        var sums = Vector256<int>.Zero;
        var x = 0;
        for (; x <= marks.Length - Step; x += Step)
            sums += Vector256.Abs(Eight(noise, x)) & -Eight(marks, x);
        var sum = Vector256.Sum(sums);
        for (; x < marks.Length; x++)
            sum += marks[x] * Math.Abs((int)noise[x]);
        return sum;
    }

    /// <summary>Eight pixels as whole numbers; the caller's loop keeps x at least eight before the row's end.</summary>
    public static Vector256<int> Eight(ReadOnlySpan<byte> row, int x)
    {
        Debug.Assert(x >= 0 && x <= row.Length - Step, "outside the row");
        var pixels = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(row), x));
        var eight = Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixels).AsByte());
        return Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight)).AsInt32();
    }

    /// <summary>Eight numbers, widened; as above.</summary>
    public static Vector256<int> Eight(ReadOnlySpan<short> row, int x)
    {
        Debug.Assert(x >= 0 && x <= row.Length - Step, "outside the row");
        var eight = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)x);
        return Vector256.Create(Vector128.WidenLower(eight), Vector128.WidenUpper(eight));
    }

    /// <summary>Eight numbers; as above.</summary>
    public static Vector256<float> Eight(ReadOnlySpan<float> row, int x)
    {
        Debug.Assert(x >= 0 && x <= row.Length - Step, "outside the row");
        return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(row), (nuint)x);
    }
}
