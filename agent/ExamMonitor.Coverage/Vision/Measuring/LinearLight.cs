namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>Natural logarithm of the linear light of each luma of limited range.</summary>
internal static class LinearLight
{
    private static readonly float[] s_log = [.. Enumerable.Range(0, 256).Select(Of)];

    /// <summary>256 values.</summary>
    public static ReadOnlySpan<float> Log => s_log;

    /// <summary>By the common gamma of 2.2; the offset keeps black from deciding a ratio.</summary>
    private static float Of(int luma) => (float)Math.Log(Math.Pow(Math.Clamp((luma - 16) / 219.0, 0, 1), 2.2) + 0.002);
}
