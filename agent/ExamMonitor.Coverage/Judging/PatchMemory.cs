using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>How much what hides a station looks like itself over the last while: people move, furniture does not.</summary>
/// <remarks>One patch every three seconds is kept; a patch is a station's bounding box shrunk to 24 × 16 luma cells.</remarks>
internal sealed class PatchMemory(double seconds)
{
    private static readonly TimeSpan s_spacing = TimeSpan.FromSeconds(3);

    /// <summary>Variance that noise and compression leave in a patch, squared grey levels; keeps a plain surface from being compared by its noise.</summary>
    private const double Stabiliser = 30;

    private readonly byte[] _patches = new byte[Slots(seconds) * FrameMeasures.PatchLength];
    private readonly DateTimeOffset[] _times = new DateTimeOffset[Slots(seconds)];
    private int _count;
    private int _next;

    /// <summary>Least similarity of the newest patch to those kept, [-1, 1]; 1 for the first one.</summary>
    public double LeastSimilarity { get; private set; } = 1;

    /// <summary>Takes the station's patch while it is hidden.</summary>
    public void Take(ReadOnlySpan<byte> patch, DateTimeOffset at)
    {
        LeastSimilarity = 1;
        for (var i = 0; i < _count; i++)
            LeastSimilarity = Math.Min(LeastSimilarity, Similarity(patch, _patches.AsSpan(i * FrameMeasures.PatchLength, FrameMeasures.PatchLength)));
        if (_count > 0 && (at - _times[(_next - 1 + _times.Length) % _times.Length]).Duration() < s_spacing) return;
        patch.CopyTo(_patches.AsSpan(_next * FrameMeasures.PatchLength));
        _times[_next] = at;
        _next = (_next + 1) % _times.Length;
        _count = Math.Min(_count + 1, _times.Length);
    }

    /// <summary>The station is seen again.</summary>
    public void Clear() => (_count, _next, LeastSimilarity) = (0, 0, 1);

    /// <summary>Contrast and structure terms of SSIM over the whole patch, blind to a change of level; 1 for two plain surfaces.</summary>
    public static double Similarity(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        double sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sa += a[i];
            sb += b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
            ab += a[i] * b[i];
        }

        double n = a.Length;
        var (va, vb, cov) = ((aa / n) - (sa / n * (sa / n)), (bb / n) - (sb / n * (sb / n)), (ab / n) - (sa / n * (sb / n)));
        return ((2 * cov) + Stabiliser) / (va + vb + Stabiliser);
    }

    private static int Slots(double seconds) => (int)Math.Clamp(Math.Ceiling(seconds / s_spacing.TotalSeconds) + 1, 4, 64);
}
