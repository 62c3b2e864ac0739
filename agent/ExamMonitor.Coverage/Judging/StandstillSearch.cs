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
/// Sensor noise never repeats: a textured block of live video decodes bit-identically once in some hundred pictures, whatever the
/// quantiser. A source that stands still or repeats gives the encoder the same input, and a good part of its blocks come out the same, even
/// when it is encoded again. For each distance in time the shares of identical blocks add up and fade (<see cref="Fade"/>). Every second
/// block is remembered, as on a chessboard.
/// </remarks>
internal sealed class StandstillSearch
{
    /// <summary>What is left of a distance's score after one more picture: about six pictures count.</summary>
    public const double Fade = 0.85;

    private const int NearPictures = 3;
    private const int LeastTextured = 60;
    private const double AlwaysSame = 0.5;
    private const double MostPerPicture = 0.1;

    /// <summary>
    /// Median change of the blocks' levels from which the light has jumped: lamps or exposure. No picture that stands still does that.
    /// </summary>
    private const int LightJump = 3;

    /// <summary>Shortest loop of which two remainders still leave others to compare with.</summary>
    private const int LeastLoopWithAge = 8;

    /// <summary>
    /// What holds already is held from this part of a limit on: an encoder's rate control makes single pictures of a standstill differ.
    /// </summary>
    private const double Ease = 0.5;

    /// <summary>What is left after one more picture of the largest share that a replay reached.</summary>
    private const double ReachedFade = 0.98;

    /// <summary>Pictures in a row that name another distance, after which a replay has ended.</summary>
    private const int StrayedEnds = 6;
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
    private readonly NearShares _near;
    private readonly RepeatHabit _nearHabit = new();
    private readonly RepeatHabit _farHabit = new();
    private readonly DateTimeOffset[] _times;
    private readonly PredictedStandstill _between;
    private readonly ushort[] _selected;
    private bool _seen;
    private int _textured;
    private int _count;
    private int _next;
    private int _named;
    private int _sameBest;
    private int _strayed;
    private double _reached;
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
        _selected = new ushort[_blocks];
        _between = new(_blocks, _columns, height / 8);
        _means = new byte[_columns * (height / 8)];
        _times = new DateTimeOffset[_capacity];
        _near = new(_blocks, _columns, height / 8);
    }

    /// <summary>How old the row of pictures is that was last seen to be replayed; null when none was.</summary>
    public TimeSpan? ReplayedAge { get; private set; }

    /// <summary>Largest share of identical textured blocks with one of the last three pictures, [0, 1].</summary>
    public double NearShare { get; private set; }

    /// <summary>
    /// Share of blocks whose level changed since the last picture by more than light and coding explain: something moves, so it is alive.
    /// </summary>
    public double ChangedShare { get; private set; }

    /// <summary>Highest score among the distances beyond the last three pictures.</summary>
    public double ReplayScore { get; private set; }

    /// <summary>Whether the newest picture says that the source stands still or repeats itself; null when it cannot tell.</summary>
    public bool? Repeats { get; private set; } = false;

    /// <summary>Seconds from the key frame before to the newest picture, if that is one; else 0.</summary>
    public double KeySeconds { get; private set; }

    /// <summary>When the source last proved that it lives: something moved, or a key frame differed as only live ones do. Null
    /// before.</summary>
    public DateTimeOffset? LifeAt { get; private set; }

    /// <summary>Takes one picture. Key frames nearer than 0.9 s to the last one taken change nothing.</summary>
    public Standstill Take(ReadOnlySpan<ushort> hashes, ReadOnlySpan<byte> means, DateTimeOffset at, PictureKind kind = PictureKind.Key)
    {
        if (kind == PictureKind.Between)
            return Between(hashes, means, at);
        if (_last is { } last && at > last && at - last < s_leastSpacing)
            return _now;
        KeySeconds = _last is { } before ? Math.Max(0, (at - before).TotalSeconds) : 0;
        var shift = Change(means);
        _last = at;
        var kept = _history.AsSpan(_next * _blocks, _blocks);
        _times[_next] = at;
        // The oldest row gives its place to the new one, so it is no longer compared.
        _count = Math.Min(_count, _capacity - 1);
        Select(hashes, kept);
        var was = _now;
        _now = Search(kept);
        // Between key frames it was seen to stand still: the first of them that differs from the last live one says nothing yet.
        var stood = _between.Stands && ChangedShare < _options.AliveChangedShare && Math.Abs(shift) < LightJump;
        var stands = _now != Standstill.None;
        Repeats =
            stands ? true
            : stood ? null
            : false;
        if (!stands && stood)
            _now = was;
        _between.Key(_telling, Repeats);
        if (!stands && !stood && (ChangedShare >= _options.AliveChangedShare || IsTold()))
            LifeAt = at;
        _next = (_next + 1) % _capacity;
        _count++;
        return _now;
    }

    /// <summary>Whether the key frames before this one, and what the camera repeats by itself, let a difference count as life.</summary>
    private bool IsTold() =>
        _count > 0
        && _textured >= LeastTextured
        && NearShare < _nearHabit.Limit(_options.FrozenIdenticalShare, _options.FrozenUnknownShare, _options.RepeatContrast)
        && !double.IsPositiveInfinity(
            _nearHabit.Limit(_options.FrozenIdenticalShare, _options.FrozenUnknownShare, _options.RepeatContrast)
        );

    /// <summary>A picture between key frames: movement proves life, repetition alone proves nothing.</summary>
    private Standstill Between(ReadOnlySpan<ushort> hashes, ReadOnlySpan<byte> means, DateTimeOffset at)
    {
        KeySeconds = 0;
        var shift = Change(means);
        if (Math.Abs(shift) >= LightJump)
            _between.Doubt();
        Select(hashes, _selected);
        var alive = ChangedShare >= _options.AliveChangedShare;
        var stands = _between.Take(_telling, alive);
        if (alive)
            LifeAt = at;
        if (alive)
            _now = Standstill.None;
        else if (stands)
            _now = Standstill.Frozen;
        Repeats =
            stands ? true
            : alive ? false
            : null;
        return _now;
    }

    private int Change(ReadOnlySpan<byte> means)
    {
        (ChangedShare, var shift) = _seen ? Changed(means, _means) : (0, 0);
        _seen = true;
        if (Math.Abs(shift) >= LightJump)
        {
            _nearHabit.Doubt();
            _farHabit.Doubt();
        }

        means.CopyTo(_means);
        return shift;
    }

    /// <summary>Share of blocks that changed their mean by more than 8 levels beyond the median change, and that.</summary>
    private static (double Share, int Median) Changed(ReadOnlySpan<byte> now, ReadOnlySpan<byte> before)
    {
        Span<int> histogram = stackalloc int[511];
        histogram.Clear();
        for (var i = 0; i < now.Length; i++)
            histogram[now[i] - before[i] + 255]++;
        int median = 0,
            sum = 0;
        while ((sum += histogram[median]) * 2 < now.Length)
            median++;
        var changed = now.Length;
        for (var i = Math.Max(0, median - 8); i <= Math.Min(510, median + 8); i++)
            changed -= histogram[i];
        return ((double)changed / now.Length, median - 255);
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
        var textured = _textured = _telling.Length - _telling.AsSpan().Count((ushort)0);
        NearShare = 0;
        if (textured < LeastTextured)
        {
            Array.Clear(_scores);
            _near.Forget();
            _plain = 0;
            return Standstill.None;
        }

        (_named, var most) = (0, 0.0);
        for (var distance = 1; distance <= _count; distance++)
        {
            var share = (double)Same(_telling, Before(distance)) / textured;
            if (distance <= NearPictures)
                NearShare = Math.Max(NearShare, share);
            else if (share > most)
                (_named, most) = (distance, share);
            _scores[distance] = (float)((_scores[distance] * Fade) + Math.Min(share, MostPerPicture));
        }

        if (NearShare < 0.5 && _count > 0)
            Learn(kept, Before(1));
        _near.Begin(_telling);
        for (var distance = 1; distance <= Math.Min(NearPictures, _count); distance++)
            _near.Compare(_telling, Before(distance));
        var alive = ChangedShare >= _options.AliveChangedShare;
        var ownLimit = _nearHabit.Limit(_options.FrozenIdenticalShare, _options.FrozenUnknownShare, _options.RepeatContrast);
        var frozen = _near.Lasts(ownLimit, _now == Standstill.Frozen ? Ease : 1) && !alive;
        _nearHabit.Take(_near.Everywhere(), frozen, alive);
        // What repeats an old picture in more blocks than this camera ever does live, and the last pictures not, comes from a recording;
        // whatever its length.
        var limit = _farHabit.Limit(_options.FrozenIdenticalShare, _options.FrozenUnknownShare, _options.RepeatContrast);
        var plain = most >= limit && most >= _options.ReplayContrast * NearShare;
        _plain = plain ? _plain + 1 : 0;
        var replayed = _options.ReplayHistory > 0 && IsReplay(most);
        _farHabit.Take(most, frozen || plain || replayed, false);
        return frozen ? Standstill.Frozen
            : replayed ? Standstill.Replayed
            : Standstill.None;
    }

    private bool IsReplay(double most)
    {
        const int first = NearPictures + 1;
        if (_count <= first + 4)
            return false;
        var best = first;
        for (var distance = first; distance <= _count; distance++)
            if (_scores[distance] > _scores[best])
                best = distance;
        ReplayScore = _scores[best];
        // Chance and habit name another distance with each picture; a loop names its own, or a multiple, again and again.
        _sameBest = _named != 0 && (_named % best == 0 || best % _named == 0) ? _sameBest + 1 : 0;
        if (_plain >= _options.ReplayRun)
        {
            ReplayedAge = Age(_named);
            return true;
        }

        var on = _now == Standstill.Replayed;
        _reached = Math.Max(ReachedFade * _reached, most);
        _strayed = _sameBest > 0 || most >= _reached / 2 ? Math.Max(0, _strayed - 1) : _strayed + 1;
        // The score fades slowly; what it stood for has ended when picture after picture names another distance and repeats far less.
        if (on && _strayed > StrayedEnds)
        {
            Array.Clear(_scores);
            return false;
        }

        var ease = on ? Ease : 1;
        if (ReplayScore < ease * _options.ReplayScore || _sameBest < (on ? 0 : _options.ReplayRun))
            return false;
        // A live view that changes slowly is most like its last pictures; a recording is not.
        if (ReplayScore < _options.ReplayContrast * ease * Math.Max(Rival(best, first), Math.Max(_scores[1], _scores[2])))
            return false;
        ReplayedAge = Age(best);
        return true;
    }

    private TimeSpan Age(int distance) => _times[_next] - _times[(_next - distance + _capacity) % _capacity];

    /// <summary>
    /// Highest score among the distances that a loop of this length does not explain. A camera of little noise repeats itself at any
    /// distance.
    /// </summary>
    /// <remarks>A loop that was recorded a while ago repeats at its length's multiples, and at these plus the age of the recording: one
    /// more remainder is its own.</remarks>
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
            if (_scores[distance] <= score || IsMultiple(distance, best) || IsMultiple(best, distance))
                continue;
            if (without is { } rest && (Math.Abs((distance % best) - rest) is var apart) && (apart <= 1 || apart >= best - 1))
                continue;
            (score, at) = (_scores[distance], distance);
        }

        return (score, at);
    }

    /// <summary>Whether a distance is a whole multiple of another, give or take one picture.</summary>
    private static bool IsMultiple(int distance, int of)
    {
        if (of == 0)
            return false;
        var rest = distance % of;
        return distance >= of - 1 && (rest <= 1 || rest >= of - 1);
    }

    private ReadOnlySpan<ushort> Before(int distance) => _history.AsSpan((_next - distance + _capacity) % _capacity * _blocks, _blocks);

    private void Learn(ReadOnlySpan<ushort> now, ReadOnlySpan<ushort> before)
    {
        for (var i = 0; i < before.Length; i++)
        {
            if (now[i] != 0)
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
            var equal =
                Vector128.Equals(a, Vector128.Create(before.Slice(i, Vector128<ushort>.Count)))
                & ~Vector128.Equals(a, Vector128<ushort>.Zero);
            same += System.Numerics.BitOperations.PopCount(equal.ExtractMostSignificantBits());
        }

        for (; i < now.Length; i++)
            same += now[i] != 0 && now[i] == before[i] ? 1 : 0;
        return same;
    }
}
