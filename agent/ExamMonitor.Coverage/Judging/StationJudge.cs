using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>What the camera's judge knows when a station is judged.</summary>
/// <param name="At">Time of the picture.</param>
/// <param name="Seconds">Since the picture before.</param>
/// <param name="View">The station where the camera looks now.</param>
/// <param name="Blind">Condition of the camera that forbids a verdict of coverage; null for none.</param>
/// <param name="Doubted">Whether this picture shows a fault of the camera that is not settled: verdicts stay and take no evidence from
/// it.</param>
/// <param name="Dark">Whether the whole picture is settled as dark: then the light is known though the view is not.</param>
/// <param name="BestLight">Best lit part of the room against the reference, natural logarithm.</param>
/// <param name="RoomDim">Whether the whole room is dim in this picture.</param>
/// <param name="Noise">Noise of the picture, grey levels.</param>
internal readonly record struct StationContext(
    DateTimeOffset At,
    double Seconds,
    StationInView View,
    CameraHealth? Blind,
    bool Doubted,
    bool Dark,
    double BestLight,
    bool RoomDim,
    double Noise
);

/// <summary>What one picture says of a station; null where it says neither.</summary>
/// <param name="Limit">Visible share below which it is occluded.</param>
/// <param name="Occluded">Whether it is.</param>
/// <param name="Clear">Whether it is not, or nothing can be said of it.</param>
/// <param name="Glare">For glare.</param>
/// <param name="TooDark">For darkness; null while it is occluded.</param>
/// <param name="Uneven">For a hard shadow; null while it is occluded.</param>
internal readonly record struct StationEvidence(double Limit, bool Occluded, bool Clear, bool? Glare, bool? TooDark, bool? Uneven)
{
    /// <summary>For something that stays before it, moving or not.</summary>
    public bool? Loitered =>
        Occluded ? true
        : Clear ? false
        : null;
}

/// <summary>Keeps one station's timers for one camera.</summary>
internal sealed class StationJudge
{
    /// <summary>Visible share above the limit from which it is clear: hysteresis.</summary>
    public const double ClearMargin = 0.08;

    private const double LeastCellEdges = 4;
    private const int LeastCells = 4;
    private const int LightCells = 3;
    private const int UnevenCells = 8;
    private const double LightCellAgreement = 0.35;
    private const int SettlingPictures = 3;

    /// <summary>Weight of the newest picture in the visible share: coding noise moves the share of a small station by a tenth.</summary>
    private const double VisibleSmoothing = 0.4;

    /// <summary>In poor light noise hides edges; the share that counts as occluded shrinks by this.</summary>
    private const double PoorLightFactor = 0.8;

    private readonly CoverageOptions _options;
    private readonly Vote _obstructed;
    private readonly Vote _loitered;
    private readonly Vote _tooDark;
    private readonly Vote _glare;
    private readonly Vote _uneven;
    private readonly Stillness _stillness;
    private readonly RestingCells _resting;
    private int _seen;
    private double? _visible;
    private double _burnt;
    private (bool? Value, DateTimeOffset Since) _covered;
    private (bool? Value, DateTimeOffset Since) _lit;

    public StationJudge(CoverageOptions options)
    {
        _options = options;
        _obstructed = new(options.ObstructedAfterSeconds, options.ObstructionClearSeconds);
        _loitered = new(options.ObstructedMovingAfterSeconds, options.ObstructionClearSeconds);
        _tooDark = new(options.LightSettleSeconds, options.LightSettleSeconds);
        _glare = new(options.LightSettleSeconds, options.LightSettleSeconds);
        // A shadow that passes is no fault of the lamps: twice as long.
        _uneven = new(2 * options.LightSettleSeconds, options.LightSettleSeconds);
        _stillness = new(options.StillChangedShare);
        _resting = new(options.ObstructedAfterSeconds);
    }

    /// <summary>Judges one picture.</summary>
    public StationVerdict Judge(
        in StationContext context,
        in StationMeasure measure,
        ReadOnlySpan<CellMeasure> cells,
        ReadOnlySpan<byte> patch
    )
    {
        var visible = Smoothed(VisibleShare(cells));
        if (context is { Blind: null, Doubted: false })
            Count(context, measure, cells, patch, visible);
        else if (context.Dark)
            _tooDark.Count(context.At, context.Seconds, true);
        _burnt = measure.Clipped - measure.RefClipped;
        var (covered, reason) = Covered(context, visible);
        var (lit, dark) = Lit(context, covered);
        if (covered != _covered.Value || _covered.Since == default)
            _covered = (covered, Onset(context.At));
        if (lit != _lit.Value || _lit.Since == default)
            _lit = (lit, lit == false ? _tooDark.Since ?? _glare.Since ?? _uneven.Since ?? context.At : context.At);
        return new(
            context.View.Station,
            covered,
            _covered.Since,
            lit,
            _lit.Since,
            context is { Blind: null, Doubted: false } ? visible : null,
            context.View.PxPerMetre,
            reason ?? dark ?? (visible < _options.OccludedVisibleShare ? Reasons.Occluded : null),
            measure.Mean
        )
        {
            Light = LightOf(measure),
        };
    }

    private double? Smoothed(double? now) =>
        _visible = now is { } v && _visible is { } before ? before + ((v - before) * VisibleSmoothing) : now;

    /// <summary>The verdict while no picture comes.</summary>
    public StationVerdict Blind(DateTimeOffset at, StationInView view, CameraHealth condition)
    {
        if (_covered.Value is not null || _covered.Since == default)
            _covered = (null, at);
        if (_lit.Value is not null || _lit.Since == default)
            _lit = (null, at);
        return new(
            view.Station,
            null,
            _covered.Since,
            null,
            _lit.Since,
            null,
            view.PxPerMetre,
            Reasons.CameraPrefix + Sentences.Word(condition),
            null
        );
    }

    /// <summary>
    /// Share of the worktop's textured cells whose structure is there: 0 at an edge agreement of 0.2 (chance), 1 from 0.5; null with too
    /// few such cells.
    /// </summary>
    public static double? VisibleShare(ReadOnlySpan<CellMeasure> cells)
    {
        double seen = 0,
            all = 0;
        var telling = 0;
        foreach (ref readonly var cell in cells)
        {
            if (cell.Edges < LeastCellEdges)
                continue;
            telling++;
            all += cell.Pixels;
            seen += cell.Pixels * Math.Clamp((cell.Agreement - 0.2) / 0.3, 0, 1);
        }

        return telling < LeastCells ? null : seen / all;
    }

    /// <summary>Whether more pictures like the last would change nothing.</summary>
    public bool IsAtRest =>
        _seen >= SettlingPictures && _obstructed.IsAtRest && _loitered.IsAtRest && _tooDark.IsAtRest && _glare.IsAtRest && _uneven.IsAtRest;

    /// <summary>Whether a picture would change anything that is settled. Changes nothing.</summary>
    public bool IsChangedBy(in StationContext context, in StationMeasure measure, ReadOnlySpan<CellMeasure> cells)
    {
        if (context is not { Blind: null, Doubted: false })
            return context.Dark && _tooDark.IsChangedBy(true);
        var evidence = EvidenceOf(context, measure, cells, VisibleShare(cells));
        return (evidence.Occluded ? !_obstructed.Raised : evidence.Clear && _obstructed.IsChangedBy(false))
            || _loitered.IsChangedBy(evidence.Loitered)
            || _glare.IsChangedBy(evidence.Glare)
            || _tooDark.IsChangedBy(evidence.TooDark)
            || _uneven.IsChangedBy(evidence.Uneven);
    }

    private void Count(
        in StationContext context,
        in StationMeasure measure,
        ReadOnlySpan<CellMeasure> cells,
        ReadOnlySpan<byte> patch,
        double? visible
    )
    {
        if (_seen < SettlingPictures)
            _seen++;
        var e = EvidenceOf(context, measure, cells, visible);
        bool? evidence = e.Clear ? false : null;
        if (e.Occluded)
        {
            var rests = _stillness.Take(patch, cells, context.Noise, context.Seconds);
            if (rests == false && !_obstructed.Raised)
                _obstructed.Forget();
            evidence = rests == true || _obstructed.Raised ? true : null;
            if (_resting.Take(patch, cells, context.Noise, context.Seconds) < e.Limit)
                _obstructed.Settle(context.At - TimeSpan.FromSeconds(_options.ObstructedAfterSeconds));
        }
        else if (e.Clear)
        {
            _stillness.Forget();
            _resting.Forget();
        }

        _obstructed.Count(context.At, context.Seconds, evidence);
        _loitered.Count(context.At, context.Seconds, e.Loitered);
        _glare.Count(context.At, context.Seconds, e.Glare);
        _tooDark.Count(context.At, context.Seconds, e.TooDark);
        _uneven.Count(context.At, context.Seconds, e.Uneven);
    }

    /// <summary>What a picture says for and against each condition of the station.</summary>
    private StationEvidence EvidenceOf(
        in StationContext context,
        in StationMeasure measure,
        ReadOnlySpan<CellMeasure> cells,
        double? visible
    )
    {
        var own = OwnLight(cells);
        var limit = _options.OccludedVisibleShare * (own < Math.Log(_options.TooDarkRelative) ? PoorLightFactor : 1);
        var occluded = visible < limit;
        return new(
            limit,
            occluded,
            visible is null || visible > limit + ClearMargin,
            GlareOf(measure),
            occluded ? null : TooDarkOf(context, own),
            occluded ? null : Uneven(cells)
        );
    }

    private static StationLight? LightOf(in StationMeasure m) =>
        m.Pixels < 1 || m.Valid <= 0
            ? null
            : new(
                Rounded(m.Mean, 1),
                Rounded(m.P05, 1),
                Rounded(m.P50, 1),
                Rounded(m.P95, 1),
                Rounded(m.Clipped, 3),
                Rounded(m.Deviation, 1),
                Rounded(m.Noise, 2)
            );

    private static double Rounded(float value, int digits) => float.IsFinite(value) ? Math.Round(value, digits) : 0;

    /// <summary>
    /// Whether the darkest fifth of the cells that show the worktop is far darker than the best lit fifth, and darker than commissioned;
    /// null in between, or with too few cells.
    /// </summary>
    private bool? Uneven(ReadOnlySpan<CellMeasure> cells)
    {
        if (Fifths(cells) is not { } fifths)
            return null;
        var (low, high) = fifths;
        var limit = Math.Log(_options.UnevenFactor);
        return high - low >= limit && low < Math.Log(_options.TooDarkOwn) ? true
            : high - low < limit * 0.85 ? false
            : null;
    }

    /// <summary>
    /// Light of the darkest and of the best lit fifth of the cells that show the worktop, natural logarithms against the reference; null
    /// with fewer than eight.
    /// </summary>
    public static (double Low, double High)? Fifths(ReadOnlySpan<CellMeasure> cells)
    {
        Span<double> ratios = stackalloc double[FrameMeasures.CellsPerStation];
        var n = 0;
        foreach (ref readonly var cell in cells)
            if (cell.Edges >= LeastCellEdges && cell.Agreement >= LightCellAgreement)
                ratios[n++] = cell.Ratio;
        return n < UnevenCells ? null : (ViewScores.Quantile(ratios[..n], 0.2)!.Value, ViewScores.Quantile(ratios[..n], 0.8)!.Value);
    }

    private bool? GlareOf(in StationMeasure measure)
    {
        var glare = measure.Clipped - measure.RefClipped;
        return glare >= _options.GlareClippedShare ? true
            : glare < _options.GlareClippedShare * 0.7 ? false
            : null;
    }

    private bool? TooDarkOf(in StationContext context, double? ratio)
    {
        if (context.RoomDim)
            return true;
        if (ratio is not { } own)
            return null;
        var relative = own - context.BestLight;
        var (half, loss) = (Math.Log(_options.TooDarkRelative), Math.Log(_options.TooDarkOwn));
        var (farBelow, black) = (relative < half - 0.4 && own < 0, own < Math.Log(_options.TooDarkAbsolute));
        var dark = farBelow || black || (relative < half && own < loss);
        var fine = !farBelow && own > Math.Log(_options.TooDarkAbsolute) + 0.15 && (relative > half + 0.12 || own > loss + 0.08);
        return dark ? true
            : fine ? false
            : null;
    }

    /// <summary>Median light of the cells that show the worktop itself: a dark coat over part of it is not a dark station.</summary>
    public static double? OwnLight(ReadOnlySpan<CellMeasure> cells)
    {
        Span<double> ratios = stackalloc double[FrameMeasures.CellsPerStation];
        var n = 0;
        foreach (ref readonly var cell in cells)
            if (cell.Edges >= LeastCellEdges && cell.Agreement >= LightCellAgreement)
                ratios[n++] = cell.Ratio;
        return n < LightCells ? null : ViewScores.Quantile(ratios[..n], 0.5);
    }

    private (bool? Covered, string? Reason) Covered(in StationContext context, double? visible)
    {
        if (context.Blind is { } condition)
            return (null, Reasons.CameraPrefix + Sentences.Word(condition));
        if (context.View.InPictureShare < context.View.RequiredInPictureShare)
            return (false, Reasons.NotInPicture);
        if (context.View.PxPerMetre < context.View.RequiredPxPerMetre)
            return (false, Reasons.TooFar);
        if (_obstructed.Raised || _loitered.Raised)
            return (false, Reasons.Obstructed);
        if (_seen < SettlingPictures)
            return (null, Reasons.Settling);
        // Hidden from the first picture on: nothing is known of it until it is settled either way.
        return visible < _options.OccludedVisibleShare && _covered.Value is null ? (null, Reasons.Occluded) : (true, null);
    }

    private (bool? Lit, string? Reason) Lit(in StationContext context, bool? covered)
    {
        if (context.Dark)
            return (false, Reasons.TooDark);
        if (context.Blind is not null || covered is null)
            return (null, null);
        if (_tooDark.Raised)
            return (false, context.RoomDim ? Reasons.RoomDim : Reasons.TooDark);
        if (_glare.Raised)
            return (false, _burnt >= _options.TooBrightClippedShare ? Reasons.TooBright : Reasons.Glare);
        if (_uneven.Raised)
            return (false, Reasons.Uneven);
        return covered == true ? (true, null) : (null, null);
    }

    private DateTimeOffset Onset(DateTimeOffset at) =>
        _obstructed.Raised ? _obstructed.Since ?? at
        : _loitered.Raised ? _loitered.Since ?? at
        : at;
}
