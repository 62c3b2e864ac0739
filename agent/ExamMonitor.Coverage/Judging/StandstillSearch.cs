using System.Runtime.Intrinsics;

namespace ExamMonitor.Coverage.Judging;

/// <summary>What a picture repeats.</summary>
internal enum Standstill
{
    /// <summary>Nothing, or too little texture to tell.</summary>
    None,

    /// <summary>One of the last three pictures.</summary>
    Frozen,

    /// <summary>An earlier row of pictures.</summary>
    Replayed,
}

/// <summary>Finds a picture that stands still and a loop that is fed in, from bit-identical textured blocks.</summary>
/// <remarks>
/// Sensor noise never repeats: a textured block of live video decodes bit-identically once in a thousand pictures, whatever the quantiser. A source that
/// stands still or repeats gives the encoder the same input, and a good part of its blocks come out the same, even when it is encoded again.
/// Every second block of the picture is remembered, in the pattern of a chessboard.
/// </remarks>
internal sealed class StandstillSearch
{
    private const int NearPictures = 3;
    private const int LeastTextured = 60;
    private const double AlwaysSame = 0.5;
    private static readonly TimeSpan s_leastSpacing = TimeSpan.FromSeconds(0.9);

    private readonly CoverageOptions _options;
    private readonly int _blocks;
    private readonly int _columns;
    private readonly ushort[] _history;
    private readonly int[] _runs;
    private readonly float[] _sameness;
    private readonly ushort[] _telling;
    private readonly DateTimeOffset[] _times;
    private readonly int _capacity;
    private int _count;
    private int _next;
    private DateTimeOffset? _last;
    private Standstill _now;

    /// <summary>Makes an empty memory.</summary>
    /// <param name="options">Thresholds.</param>
    /// <param name="width">Of the picture, px.</param>
    /// <param name="height">Of the picture, px.</param>
    public StandstillSearch(CoverageOptions options, int width, int height)
    {
        _options = options;
        _columns = width / 8;
        _blocks = _columns * (height / 8) / 2;
        _capacity = Math.Max(options.ReplayHistory, NearPictures);
        _history = new ushort[_capacity * _blocks];
        _runs = new int[_capacity + 1];
        _sameness = new float[_blocks];
        _telling = new ushort[_blocks];
        _times = new DateTimeOffset[_capacity];
    }

    /// <summary>How old the row of pictures is that was last seen to be replayed; null when none was.</summary>
    public TimeSpan? ReplayedAge { get; private set; }

    /// <summary>Largest share of identical textured blocks with one of the last three pictures, [0, 1].</summary>
    public double NearShare { get; private set; }

    /// <summary>Takes one picture. Pictures nearer than 0.9 s to the last one taken change nothing.</summary>
    public Standstill Take(ReadOnlySpan<ushort> hashes, DateTimeOffset at)
    {
        if (_last is { } last && at > last && at - last < s_leastSpacing) return _now;
        _last = at;
        var slot = _history.AsSpan(_next * _blocks, _blocks);
        Select(hashes, slot);
        _times[_next] = at;
        _now = Search(slot);
        _next = (_next + 1) % _capacity;
        _count = Math.Min(_count + 1, _capacity);
        return _now;
    }

    private void Select(ReadOnlySpan<ushort> hashes, Span<ushort> kept)
    {
        for (int i = 0, k = 0; k < kept.Length && i + 1 < hashes.Length; i += 2, k++)
        {
            var block = (i / _columns & 1) == 0 ? i : i + 1;
            kept[k] = hashes[block];
            // What hardly ever changes (a label on the screen) says nothing about the rest.
            _telling[k] = _sameness[k] > AlwaysSame ? (ushort)0 : hashes[block];
        }
    }

    private Standstill Search(ReadOnlySpan<ushort> kept)
    {
        ReadOnlySpan<ushort> now = _telling;
        var textured = now.Length - now.Count((ushort)0);
        NearShare = 0;
        if (textured < LeastTextured)
        {
            Array.Clear(_runs);
            return Standstill.None;
        }

        var (best, bestRun) = (0, 0);
        for (var distance = 1; distance <= _count; distance++)
        {
            var share = (double)Same(now, Before(distance)) / textured;
            if (distance <= NearPictures) NearShare = Math.Max(NearShare, share);
            _runs[distance] = share >= _options.FrozenIdenticalShare ? _runs[distance] + 1 : 0;
            if (distance > NearPictures && _runs[distance] > bestRun) (best, bestRun) = (distance, _runs[distance]);
        }

        if (NearShare < 0.5) Learn(kept, Before(1));
        if (NearShare >= _options.FrozenIdenticalShare) return Standstill.Frozen;
        if (_options.ReplayHistory == 0 || bestRun < _options.ReplayRun) return Standstill.None;
        ReplayedAge = _times[_next] - _times[(_next - best + _capacity) % _capacity];
        return Standstill.Replayed;
    }

    private ReadOnlySpan<ushort> Before(int distance) =>
        _count == 0 ? [] : _history.AsSpan((_next - distance + _capacity) % _capacity * _blocks, _blocks);

    private void Learn(ReadOnlySpan<ushort> now, ReadOnlySpan<ushort> before)
    {
        for (var i = 0; i < before.Length; i++)
        {
            if (now[i] == 0) continue;
            _sameness[i] += ((now[i] == before[i] ? 1f : 0f) - _sameness[i]) / 30f;
        }
    }

    private static int Same(ReadOnlySpan<ushort> now, ReadOnlySpan<ushort> before)
    {
        var same = 0;
        var i = 0;
        for (; i + Vector128<ushort>.Count <= now.Length; i += Vector128<ushort>.Count)
        {
            var a = Vector128.Create(now.Slice(i, Vector128<ushort>.Count));
            var equal = Vector128.Equals(a, Vector128.Create(before.Slice(i, Vector128<ushort>.Count))) & ~Vector128.Equals(a, Vector128<ushort>.Zero);
            same += System.Numerics.BitOperations.PopCount(equal.ExtractMostSignificantBits());
        }

        for (; i < now.Length; i++) same += now[i] != 0 && now[i] == before[i] ? 1 : 0;
        return same;
    }
}
