using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>Settles one camera's health and its stations from measures over time. Pure: time is what is passed in.</summary>
/// <remarks>
/// Conditions are asked in the order signal-lost, frozen, dark or overexposed, covered, moved, defocused, noisy, colour-cast. What holds
/// further up forbids an answer further down (focus on a displaced view misleads): the lower condition is then neither raised nor cleared,
/// and not listed. Not thread-safe.
/// </remarks>
public sealed class CameraJudge
{
    private const double LongestInterval = 12;

    /// <summary>Seconds without a proof of life after which that is said: a fault is to be known by then.</summary>
    private const double UnknownAfterSeconds = 15;

    /// <summary>Change of the room's light, natural logarithm, beyond which rest is not told.</summary>
    private const double MostLightChange = 1.2;

    private readonly CoverageOptions _options;
    private readonly ICameraGeometry _geometry;
    private readonly HealthVotes _votes;
    private readonly StandstillSearch _standstill;
    private readonly IReadOnlyList<StationInView> _commissioned;
    private readonly StationJudge[] _stations;
    private readonly int[][] _blocksOf;
    private readonly DisplacementView _displaced;
    private readonly UsualNoise _usualNoise;
    private readonly RestingCover _resting;
    private readonly Queue<Repetitions> _repeats = new();
    private double _interval;
    private bool _dim;
    private DateTimeOffset? _unprovedSince;
    private DateTimeOffset? _lastPicture;
    private DateTimeOffset _lastTime;
    private (CameraHealth[] Health, DateTimeOffset Since) _health = ([CameraHealth.Ok], default);

    /// <summary>Makes a judge that has seen nothing.</summary>
    /// <param name="geometry">Where the stations lie.</param>
    /// <param name="size">Of the analysis pictures, px.</param>
    /// <param name="options">Thresholds.</param>
    public CameraJudge(ICameraGeometry geometry, PixelSize size, CoverageOptions options)
    {
        (_geometry, _options) = (geometry, options);
        _votes = new(options);
        _standstill = new(options, size.Width, size.Height);
        _commissioned = geometry.Stations([]);
        _stations = [.. _commissioned.Select(_ => new StationJudge(options))];
        _blocksOf = [.. _commissioned.Select(s => RestingCover.BlocksOf(s.Worktop, geometry.Size))];
        _displaced = new(geometry, size, options);
        _usualNoise = new(options);
        _resting = new(size.Width, size.Height);
    }

    /// <summary>The camera.</summary>
    public CameraId Camera => _geometry.Camera;

    /// <summary>Blocks of the newest picture that something at rest hides or lies over, by their place in the grid.</summary>
    public IReadOnlyList<int> RestingBlocks => _resting.Blocks;

    /// <summary>Judges a picture.</summary>
    /// <param name="measures">Of the picture; read, not kept.</param>
    /// <param name="at">Media time or arrival; a time before the last one counts as no time passed.</param>
    /// <param name="kind">How the picture was coded.</param>
    public CameraVerdict Judge(FrameMeasures measures, DateTimeOffset at, PictureKind kind = PictureKind.Key)
    {
        var seconds = _lastPicture is { } last ? Math.Max(0, (at - last).TotalSeconds) : 1;
        // Cameras that send a key frame each ten seconds are slow, not lost.
        if (seconds <= LongestInterval)
            _interval = Math.Max(_interval * 0.95, seconds);
        _lastPicture = at;
        _lastTime = at;
        var scores = ViewScores.Of(measures, _options);
        _displaced.Take(measures.Registration);
        var repeats = _repeats.TryDequeue(out var known) && known.At == at ? known : Repetition(measures.Hashes, measures.Means, at, kind);
        TakeRest(_resting, _displaced, measures, scores, seconds);
        _votes.Count(
            at,
            seconds,
            new(measures, scores, repeats.Standstill, _displaced)
            {
                Repeats = repeats.Repeats,
                RepeatSeconds = repeats.Seconds,
                Resting = _resting.Shares,
            }
        );
        var health = _votes.Settled();
        var views = _displaced.InForce && _votes.Moved.Raised ? _displaced.Stations() : _commissioned;
        // Between key frames the coder leaves noise out: gain is told from key frames alone.
        if (kind == PictureKind.Key)
            _dim = IsRoomDim(scores, _usualNoise);
        var context = ContextOf(at, seconds, measures, scores, health, _votes, _displaced, _dim);
        var stations = new StationVerdict[_stations.Length];
        for (var i = 0; i < stations.Length; i++)
            stations[i] = _stations[i]
                .Judge(
                    Of(i, context with { View = views[i] }, _votes, _resting, measures),
                    measures.Stations[i],
                    measures.Cells(i),
                    measures.Patch(i)
                );
        Remember(health, at);
        RestsSince = IsAtRest ? RestsSince ?? at : null;
        return new(
            Camera,
            at,
            _health.Health,
            _health.Since,
            Explain(health, measures, scores) ?? LifeUnknown(kind, at),
            measures.Registration.Found ? _displaced.Displacement : null,
            scores.Sharpness,
            measures.Levels.Mean,
            measures.Levels.Clipped,
            scores.Noise,
            stations,
            _votes.Moved.Raised && _displaced.Found ? _displaced.AtMapSize() : null,
            _votes.Moved.Raised && _displaced.StationsJudged
        );
    }

    /// <summary>When every condition came to rest, by the pictures' time; null while one of them is being decided.</summary>
    public DateTimeOffset? RestsSince { get; private set; }

    /// <summary>
    /// Takes of a key frame that is to be set aside whether it repeats others; false when it does, or may: then it is to be judged.
    /// </summary>
    /// <param name="hashes">Of the picture.</param>
    /// <param name="means">Of the picture.</param>
    /// <param name="at">Its time.</param>
    public bool Pass(ReadOnlySpan<ushort> hashes, ReadOnlySpan<byte> means, DateTimeOffset at)
    {
        _repeats.Clear();
        var taken = Repetition(hashes, means, at, PictureKind.Key);
        _repeats.Enqueue(taken);
        return taken is { Standstill: Standstill.None, Repeats: false };
    }

    /// <summary>
    /// Whether a key frame after one that was set aside would change anything that is settled. Takes whether it repeats others; changes
    /// nothing else. Conservative.
    /// </summary>
    /// <param name="measures">Of the picture; read, not kept.</param>
    /// <param name="at">Its time.</param>
    public bool IsChangedBy(FrameMeasures measures, DateTimeOffset at)
    {
        var taken = Repetition(measures.Hashes, measures.Means, at, PictureKind.Key);
        _repeats.Enqueue(taken);
        var changed = taken is not { Standstill: Standstill.None, Repeats: false } || IsChangedBeside(measures, at);
        // The one aside is not judged: its turn is over.
        if (!changed)
            _repeats.Dequeue();
        return changed;
    }

    private Repetitions Repetition(ReadOnlySpan<ushort> hashes, ReadOnlySpan<byte> means, DateTimeOffset at, PictureKind kind) =>
        new(at, _standstill.Take(hashes, means, at, kind), _standstill.Repeats, _standstill.KeySeconds);

    private bool IsChangedBeside(FrameMeasures measures, DateTimeOffset at)
    {
        var scores = ViewScores.Of(measures, _options);
        var (displaced, resting, votes) = (_displaced.Copy(), _resting.Copy(), _votes.Copy());
        displaced.Take(measures.Registration);
        TakeRest(resting, displaced, measures, scores, _lastPicture is { } last ? (at - last).TotalSeconds : 1);
        votes.Count(at, 1, new(measures, scores, Standstill.None, displaced) { Repeats = false, Resting = resting.Shares });
        var health = votes.Settled();
        if (!resting.IsCalm || !votes.IsAtRest || !health.AsSpan().SequenceEqual(_health.Health))
            return true;
        var context = ContextOf(at, 1, measures, scores, health, votes, displaced, IsRoomDim(scores, _usualNoise.Copy()));
        for (var i = 0; i < _stations.Length; i++)
            if (_stations[i].IsChangedBy(Of(i, context, votes, resting, measures), measures.Stations[i], measures.Cells(i)))
                return true;
        return false;
    }

    /// <summary>Judges the passing of time without a picture.</summary>
    /// <param name="at">Now, on the pictures' time scale.</param>
    /// <returns>A verdict of a lost signal; null while the last picture is recent.</returns>
    public CameraVerdict? Tick(DateTimeOffset at)
    {
        if (_lastTime == default)
            _lastTime = at;
        var silent = (at - (_lastPicture ?? _lastTime)).TotalSeconds;
        if (silent < Math.Max(_options.SignalLostAfterSeconds, 2.5 * _interval))
            return null;
        _votes.Forget();
        Remember([CameraHealth.SignalLost], _lastPicture ?? _lastTime);
        var stations = new StationVerdict[_stations.Length];
        for (var i = 0; i < stations.Length; i++)
            stations[i] = _stations[i].Blind(at, _commissioned[i], CameraHealth.SignalLost);
        return new(Camera, at, _health.Health, _health.Since, Sentences.SignalLost(Camera, silent), null, null, null, null, null, stations);
    }

    /// <summary>What rests is told against the commissioned place and in about the commissioned light.</summary>
    private void TakeRest(RestingCover resting, DisplacementView displaced, FrameMeasures measures, in ViewScores scores, double seconds)
    {
        if (displaced.Found && displaced.Pixels >= _options.MovedPixels)
            resting.Forget();
        else if (Math.Abs(scores.Light) < MostLightChange)
            resting.Take(measures, _options, scores, seconds);
    }

    /// <summary>What is known of all stations of a picture; their views are set where they are needed.</summary>
    private StationContext ContextOf(
        DateTimeOffset at,
        double seconds,
        FrameMeasures measures,
        in ViewScores scores,
        CameraHealth[] health,
        HealthVotes votes,
        DisplacementView displaced,
        bool dim
    ) =>
        new(
            at,
            seconds,
            null!,
            Blind(health, displaced),
            votes.Doubted is not null,
            votes.Dark.Raised && !votes.Covered.Raised,
            BestLight.Of(measures, scores, _options),
            dim,
            scores.Noise
        );

    /// <summary>What is known when one station is judged: a cover of a part of the view leaves those that it does not touch, and those that
    /// are seen beside it.</summary>
    private StationContext Of(int station, in StationContext context, HealthVotes votes, RestingCover resting, FrameMeasures measures)
    {
        if (!votes.CoversInPart)
            return context;
        var seen = StationJudge.VisibleShare(measures.Cells(station)) >= _options.OccludedVisibleShare + StationJudge.ClearMargin;
        foreach (var block in _blocksOf[station])
            if (seen ? resting.IsOnLens(block) : resting.IsResting(block))
                return context;
        return context with
        {
            Blind = context.Blind == CameraHealth.Covered && !votes.Moved.Raised ? null : context.Blind,
            Doubted = context.Doubted && votes.Doubted != CameraHealth.Covered,
        };
    }

    /// <summary>Key frames that come each second are judged by themselves; between rare ones it may be unknown for long whether the source
    /// lives.</summary>
    private LocalText? LifeUnknown(PictureKind kind, DateTimeOffset at)
    {
        _unprovedSince = _standstill.LifeAt ?? _unprovedSince ?? at;
        var seconds = (at - _unprovedSince.Value).TotalSeconds;
        return kind == PictureKind.Between && seconds > UnknownAfterSeconds ? Sentences.LifeUnknown(Camera, seconds) : null;
    }

    private static CameraHealth? Blind(CameraHealth[] health, DisplacementView displaced)
    {
        foreach (var one in health)
            if (
                one
                    is CameraHealth.Frozen
                        or CameraHealth.Dark
                        or CameraHealth.Overexposed
                        or CameraHealth.Covered
                        or CameraHealth.Defocused
                || (one == CameraHealth.Moved && !displaced.StationsJudged)
            )
                return one;
        return null;
    }

    private bool IsRoomDim(in ViewScores scores, UsualNoise usual)
    {
        var gain = scores.Noise / Math.Max(usual.Take(scores), 0.3);
        // A part that got brighter kept its lamps and shows the exposure that others hide behind: then each station is judged beside it,
        // and the room as a whole is not dim.
        return gain >= _options.RoomDimNoiseFactor
            && scores.Light < Math.Log(0.85)
            && scores.BestLight < Math.Log(1.15)
            && scores.BestLight - Math.Log(gain) < Math.Log(_options.RoomDimRatio);
    }

    private bool IsAtRest => _votes.IsAtRest && _standstill.Repeats == false && _resting.IsCalm && _stations.All(static s => s.IsAtRest);

    private void Remember(CameraHealth[] health, DateTimeOffset at)
    {
        if (_health.Since == default)
            _health = (health, at);
        else if (!health.AsSpan().SequenceEqual(_health.Health))
            _health = (health, _votes.LatestOnset ?? at);
    }

    private LocalText? Explain(CameraHealth[] health, FrameMeasures measures, ViewScores scores) =>
        health is [CameraHealth.Ok]
            ? null
            : Sentences.Join(
                health.SelectMany(one =>
                    one switch
                    {
                        CameraHealth.Frozen =>
                        [
                            _votes.Replayed && _standstill.ReplayedAge is { } age
                                ? Sentences.Replayed(Camera, age.TotalSeconds)
                                : Sentences.Frozen(Camera),
                        ],
                        CameraHealth.Dark when _votes.Covered.Raised => [Sentences.Black(Camera)],
                        CameraHealth.Dark => [Sentences.Dark(Camera, Math.Exp(scores.Light))],
                        CameraHealth.Overexposed => [Sentences.Overexposed(Camera, measures.Levels.Clipped)],
                        CameraHealth.Covered when _votes.Dark.Raised || (_votes.Moved.Raised && !_displaced.Found) => [],
                        CameraHealth.Covered => [ExplainCover(scores)],
                        CameraHealth.Moved => _displaced.Explain(),
                        CameraHealth.Defocused => [Sentences.Defocused(Camera, scores.Sharpness ?? 0)],
                        CameraHealth.Noisy => [Sentences.Noisy(Camera, scores.Noise)],
                        CameraHealth.ColourCast => (LocalText[])[Sentences.ColourCast(Camera, scores.ShiftU, scores.ShiftV)],
                        _ => [],
                    }
                )
            );

    private LocalText ExplainCover(in ViewScores scores)
    {
        var part = _resting.Shares.All;
        if (scores.LostShare >= _options.CoveredShare || (part <= scores.LostShare && scores.Haze <= scores.LostShare))
            return Sentences.Covered(Camera, scores.LostShare);
        return scores.Haze >= HealthVotes.HazeBack * _options.HazedShare
            ? Sentences.Hazed(Camera, scores.Haze)
            : Sentences.CoveredInPart(Camera, Math.Max(part, scores.LostShare));
    }

    /// <summary>Whether a picture repeats others, taken in the order of the pictures.</summary>
    private readonly record struct Repetitions(DateTimeOffset At, Standstill Standstill, bool? Repeats, double Seconds);
}
