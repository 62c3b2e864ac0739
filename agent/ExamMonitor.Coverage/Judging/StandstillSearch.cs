using System.Runtime.Intrinsics;
using ExamMonitor.Coverage.Vision;

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
/// Sensor noise never repeats: a textured block of live video decodes bit-identically once in some hundred pictures, whatever the quantiser. A source that
/// stands still or repeats gives the encoder the same input, and a good part of its blocks come out the same, even when it is encoded again.
/// For each distance in time the shares of identical blocks add up and fade (<see cref="Fade"/>). Every second block is remembered, as on a chessboard.
/// </remarks>
internal sealed class StandstillSearch
{
    /// <summary>What is left of a distance's score after one more picture: about six pictures count.</summary>
    public const double Fade = 0.85;

    private const int NearPictures = 3;
    private const int RegionColumns = 4;
    private const int RegionRows = 3;
    private const int Regions = RegionColumns * RegionRows;
    private const int LeastInRegion = 10;

    /// <summary>As <see cref="Fade"/> for the last three pictures: about three pictures count, so that the end of a standstill shows soon.</summary>
    private const double NearFade = 0.7;
    private const int LeastTextured = 60;
    private const double AlwaysSame = 0.5;
    private const double MostPerPicture = 0.1;

    /// <summary>Shortest loop of which two remainders still leave others to compare with.</summary>
    private const int LeastLoopWithAge = 8;
    private static readonly TimeSpan s_leastSpacing = TimeSpan.FromSeconds(0.9);

    private readonly CoverageOptions _options;
    private readonly int _blocks;
    private readonly int _columns;
    private readonly int _capacity;
    private readonly ushort[] _history;
    private readonly float[] _scores;
    private readonly float[] _sameness;
    private readonly ushort[] _telling;
    private readonly byte[] _means;
    private readonly byte[] _regionOf;
    private readonly float[] _nearScores = new float[Regions];
    private readonly DateTimeOffset[] _times;
    private int _count;
    private int _next;
    private double _usual;
    private int _named;
    private int _sameBest;
    private int _plain;
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
        _scores = new float[_capacity + 1];
        _sameness = new float[_blocks];
        _telling = new ushort[_blocks];
        _means = new byte[_columns * (height / 8)];
        _times = new DateTimeOffset[_capacity];
        _regionOf = new byte[_blocks];
        for (var k = 0; k < _blocks; k++)
            _regionOf[k] = (byte)((2 * k / _columns * RegionRows / (height / 8) * RegionColumns) + (2 * k % _columns * RegionColumns / _columns));
    }

    /// <summary>How old the row of pictures is that was last seen to be replayed; null when none was.</summary>
    public TimeSpan? ReplayedAge { get; private set; }

    /// <summary>Largest share of identical textured blocks with one of the last three pictures, [0, 1].</summary>
    public double NearShare { get; private set; }

    /// <summary>Share of blocks whose level changed since the last picture by more than light and coding explain: something moves, so it is alive.</summary>
    public double ChangedShare { get; private set; }

    /// <summary>Highest score among the distances beyond the last three pictures.</summary>
    public double ReplayScore { get; private set; }

    /// <summary>Takes one picture. Pictures nearer than 0.9 s to the last one taken change nothing.</summary>
    public Standstill Take(FrameMeasures measures, DateTimeOffset at)
    {
        if (_last is { } last && at > last && at - last < s_leastSpacing) return _now;
        ChangedShare = _last is null ? 0 : Changed(measures.Means, _means);
        measures.Means.CopyTo(_means, 0);
        _last = at;
        var kept = _history.AsSpan(_next * _blocks, _blocks);
        _times[_next] = at;
        // The oldest row gives its place to the new one, so it is no longer compared.
        _count = Math.Min(_count, _capacity - 1);
        Select(measures.Hashes, kept);
        _now = Search(kept);
        _next = (_next + 1) % _capacity;
        _count++;
        return _now;
    }

    /// <summary>Share of blocks that changed their mean by more than 8 levels beyond the median change.</summary>
    private static double Changed(ReadOnlySpan<byte> now, ReadOnlySpan<byte> before)
    {
        Span<int> histogram = stackalloc int[511];
        histogram.Clear();
        for (var i = 0; i < now.Length; i++) histogram[now[i] - before[i] + 255]++;
        int median = 0, sum = 0;
        while ((sum += histogram[median]) * 2 < now.Length) median++;
        var changed = now.Length;
        for (var i = Math.Max(0, median - 8); i <= Math.Min(510, median + 8); i++) changed -= histogram[i];
        return (double)changed / now.Length;
    }

    private void Select(ReadOnlySpan<ushort> hashes, Span<ushort> kept)
    {
        for (int i = 0, k = 0; k < kept.Length && i + 1 < hashes.Length; i += 2, k++)
        {
            kept[k] = hashes[(i / _columns & 1) == 0 ? i : i + 1];
            // What hardly ever changes (a label on the screen) says nothing about the rest.
            _telling[k] = _sameness[k] > AlwaysSame ? (ushort)0 : kept[k];
        }
    }

    private Standstill Search(ReadOnlySpan<ushort> kept)
    {
        var textured = _telling.Length - _telling.AsSpan().Count((ushort)0);
        NearShare = 0;
        if (textured < LeastTextured)
        {
            Array.Clear(_scores);
            Array.Clear(_nearScores);
            _plain = 0;
            return Standstill.None;
        }

        (_named, var most) = (0, 0.0);
        for (var distance = 1; distance <= _count; distance++)
        {
            var share = (double)Same(_telling, Before(distance)) / textured;
            if (distance <= NearPictures) NearShare = Math.Max(NearShare, share);
            else if (share > most) (_named, most) = (distance, share);
            _scores[distance] = (float)((_scores[distance] * Fade) + Math.Min(share, MostPerPicture));
        }

        // What repeats an old picture in more blocks than live video ever does, and the last pictures not, comes from a recording; whatever its length.
        _plain = most >= _options.FrozenIdenticalShare && most >= _options.ReplayContrast * NearShare ? _plain + 1 : 0;
        if (NearShare < 0.5 && _count > 0) Learn(kept, Before(1));
        var alive = ChangedShare >= _options.AliveChangedShare;
        // A camera that smooths its noise away repeats blocks while it lives; what it repeats beside movement is its own habit.
        _usual = alive ? Math.Max(_usual * 0.999, NearShare) : _usual;
        var everywhere = IsEverywhere(Math.Max(2 * _options.FrozenIdenticalShare, 3 * _usual));
        if (!alive && everywhere) return Standstill.Frozen;
        return _options.ReplayHistory > 0 && IsReplay() ? Standstill.Replayed : Standstill.None;
    }

    /// <summary>Adds this picture's near shares up by part of the picture; whether most parts stand still. A plain thing before the lens stands still alone.</summary>
    private bool IsEverywhere(double limit)
    {
        Span<int> textured = stackalloc int[Regions], same = stackalloc int[Regions], best = stackalloc int[Regions];
        textured.Clear();
        best.Clear();
        for (var distance = 1; distance <= Math.Min(NearPictures, _count); distance++)
        {
            same.Clear();
            var before = Before(distance);
            for (var k = 0; k < _blocks; k++)
            {
                if (_telling[k] == 0) continue;
                if (distance == 1) textured[_regionOf[k]]++;
                if (_telling[k] == before[k]) same[_regionOf[k]]++;
            }

            for (var r = 0; r < best.Length; r++) best[r] = Math.Max(best[r], same[r]);
        }

        int regions = 0, still = 0;
        for (var r = 0; r < best.Length; r++)
        {
            if (textured[r] < LeastInRegion) continue;
            regions++;
            _nearScores[r] = (float)((_nearScores[r] * NearFade) + Math.Min(MostPerPicture, (double)best[r] / textured[r]));
            if (_nearScores[r] >= limit) still++;
        }

        return regions > 0 && still * 4 >= regions * 3;
    }

    private bool IsReplay()
    {
        const int first = NearPictures + 1;
        if (_count <= first + 4) return false;
        var best = first;
        for (var distance = first; distance <= _count; distance++)
            if (_scores[distance] > _scores[best]) best = distance;
        ReplayScore = _scores[best];
        // Chance and habit name another distance with each picture; a loop names its own, or a multiple, again and again.
        _sameBest = _named != 0 && (_named % best == 0 || best % _named == 0) ? _sameBest + 1 : 0;
        if (_plain >= _options.ReplayRun)
        {
            ReplayedAge = Age(_named);
            return true;
        }

        var ease = _now == Standstill.Replayed ? 0.5 : 1;
        if (ReplayScore < ease * _options.ReplayScore || _sameBest < (_now == Standstill.Replayed ? 0 : _options.ReplayRun)) return false;
        if (ReplayScore < _options.ReplayContrast * ease * Rival(best, first)) return false;
        ReplayedAge = Age(best);
        return true;
    }

    private TimeSpan Age(int distance) => _times[_next] - _times[(_next - distance + _capacity) % _capacity];

    /// <summary>Highest score among the distances that a loop of this length does not explain. A camera of little noise repeats itself at any distance.</summary>
    /// <remarks>A loop that was recorded a while ago repeats at its length's multiples, and at these plus the age of the recording: one more remainder is its own.</remarks>
    private double Rival(int best, int first)
    {
        var (rival, distance) = Highest(best, first, null);
        return best >= LeastLoopWithAge && rival > 0 ? Highest(best, first, distance % best).Score : rival;
    }

    private (float Score, int Distance) Highest(int best, int first, int? without)
    {
        var (score, at) = (0f, 0);
        for (var distance = first; distance <= _count; distance++)
        {
            if (_scores[distance] <= score || IsMultiple(distance, best) || IsMultiple(best, distance)) continue;
            if (without is { } rest && (Math.Abs((distance % best) - rest) is var apart) && (apart <= 1 || apart >= best - 1)) continue;
            (score, at) = (_scores[distance], distance);
        }

        return (score, at);
    }

    /// <summary>Whether a distance is a whole multiple of another, give or take one picture.</summary>
    private static bool IsMultiple(int distance, int of)
    {
        if (of == 0) return false;
        var rest = distance % of;
        return distance >= of - 1 && (rest <= 1 || rest >= of - 1);
    }

    private ReadOnlySpan<ushort> Before(int distance) => _history.AsSpan((_next - distance + _capacity) % _capacity * _blocks, _blocks);

    private void Learn(ReadOnlySpan<ushort> now, ReadOnlySpan<ushort> before)
    {
        for (var i = 0; i < before.Length; i++)
        {
            if (now[i] != 0) _sameness[i] += ((now[i] == before[i] ? 1f : 0f) - _sameness[i]) / 30f;
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
