using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>What a picture's measures say together, before any time is counted.</summary>
internal readonly record struct Evidence(FrameMeasures Measures, ViewScores Scores, Standstill Standstill, DisplacementView Displaced)
{
    /// <summary>Whether the source stands still or repeats itself; null when this picture cannot tell.</summary>
    public bool? Repeats { get; init; }

    /// <summary>What hides a part of the view and rests.</summary>
    public RestingShares Resting { get; init; }

    /// <summary>Seconds of the source that the evidence spans.</summary>
    public double RepeatSeconds { get; init; }
}

/// <summary>The votes of a camera's conditions, in their order.</summary>
internal sealed class HealthVotes(CoverageOptions options)
{
    /// <summary>Least textured blocks for any verdict on structure.</summary>
    private const int LeastTextured = 6;

    /// <summary>How far below a threshold its opposite starts: hysteresis.</summary>
    private const double Back = 0.72;

    /// <summary>The same for haze, which a camera's own black level comes near.</summary>
    public const double HazeBack = 0.85;

    /// <summary>Share of the view that a bare wall leaves nothing of, when the camera was turned to it.</summary>
    private const double Nearly = 0.75;

    /// <summary>Blocks with sharp edges of something else that show that nothing is close before the lens.</summary>
    private const int LeastSharp = 4;

    /// <summary>Share of the view beyond which it does not matter how what hides it looks.</summary>
    private const double Most = 0.5;

    private Vote _frozen = new(options.FrozenOnsetSeconds, options.HealthClearSeconds);
    private Vote _overexposed = Of(options);
    private Vote _defocused = Of(options);
    private Vote _noisy = Of(options);
    private Vote _cast = Of(options);

    public Vote Dark { get; private set; } = Of(options);

    public Vote Covered { get; private set; } = Of(options);

    public Vote Moved { get; private set; } = Of(options);

    /// <summary>Whether the picture repeats an earlier row of pictures rather than the last one.</summary>
    public bool Replayed { get; private set; }

    /// <summary>
    /// A condition that this very picture shows and that is not settled yet: stations keep their verdicts and take no evidence from it.
    /// </summary>
    public CameraHealth? Doubted { get; private set; }

    /// <summary>Whether all that the newest picture shows of a cover is a part of the view that something rests before: the rest of it is
    /// seen as ever.</summary>
    public bool CoversInPart { get; private set; }

    /// <summary>Onset of the condition that was settled last; null when none is.</summary>
    public DateTimeOffset? LatestOnset => All().Where(v => v.Vote.Raised).Max(v => v.Vote.Since);

    /// <summary>Counts one picture.</summary>
    public void Count(DateTimeOffset at, double seconds, in Evidence e)
    {
        Doubted = null;
        if (e.Standstill != Standstill.None)
        {
            Replayed = e.Standstill == Standstill.Replayed;
            Doubted = CameraHealth.Frozen;
        }

        // Two key frames far apart that repeat each other, or differ, are seconds of evidence by themselves.
        var far = e.RepeatSeconds >= options.FrozenOnsetSeconds;
        if (far && e.Repeats is true)
            _frozen.Settle(at.AddSeconds(-e.RepeatSeconds));
        else if (far && e.Repeats is false)
            _frozen.Forget();
        else
            _frozen.Count(at, seconds, e.Repeats);
        CountLight(at, seconds, e);
        var covered = Covered.Since;
        CountCover(at, seconds, e);
        CountMove(at, seconds, e);
        CountFine(at, seconds, e, covered);
    }

    /// <summary>Conditions that hold, in their order, those that a higher one forbids left out; Ok alone when none does.</summary>
    public CameraHealth[] Settled()
    {
        if (_frozen.Raised)
            return Covered.Raised ? [CameraHealth.Frozen, CameraHealth.Covered] : [CameraHealth.Frozen];
        if (Dark.Raised)
            return Covered.Raised ? [CameraHealth.Dark, CameraHealth.Covered] : [CameraHealth.Dark];
        if (_overexposed.Raised)
            return [CameraHealth.Overexposed];
        CameraHealth[] held = [.. All().Where(v => v.Vote.Raised).Select(v => v.Health)];
        if (Covered.Raised)
            return [.. held.Where(h => h is CameraHealth.Covered or CameraHealth.Moved)];
        return held.Length == 0 ? [CameraHealth.Ok] : held;
    }

    /// <summary>Whether more pictures like the last would change nothing. A camera that stands still is never at rest.</summary>
    public bool IsAtRest => !_frozen.Raised && All().All(static v => v.Vote.IsAtRest);

    /// <summary>Votes that stand where these do.</summary>
    public HealthVotes Copy()
    {
        var copy = (HealthVotes)MemberwiseClone();
        (copy._frozen, copy._overexposed, copy._defocused) = (_frozen.Copy(), _overexposed.Copy(), _defocused.Copy());
        (copy._noisy, copy._cast) = (_noisy.Copy(), _cast.Copy());
        (copy.Dark, copy.Covered, copy.Moved) = (Dark.Copy(), Covered.Copy(), Moved.Copy());
        return copy;
    }

    /// <summary>As if nothing had been seen.</summary>
    public void Forget()
    {
        foreach (var (_, vote) in All())
            vote.Forget();
        Doubted = null;
    }

    private void CountLight(DateTimeOffset at, double seconds, in Evidence e)
    {
        var (levels, s) = (e.Measures.Levels, e.Scores);
        var black = levels is { Mean: < 24, P99: < 40 };
        var dark = black || (levels.P50 < options.DarkMedianLuma && s.Light < Math.Log(options.DarkLightRatio));
        var light = !black && (levels.P50 > options.DarkMedianLuma * 1.15 || s.Light > Math.Log(options.DarkLightRatio * 1.3));
        Dark.Count(
            at,
            seconds,
            dark ? true
                : light ? false
                : null
        );
        var clipped = levels.Clipped - s.RefClipped;
        _overexposed.Count(
            at,
            seconds,
            clipped >= options.OverexposedClippedShare ? true
                : clipped < options.OverexposedClippedShare * Back ? false
                : null
        );
    }

    private void CountCover(DateTimeOffset at, double seconds, in Evidence e)
    {
        var s = e.Scores;
        CoversInPart = false;
        if (s.Textured < LeastTextured || _overexposed.Raised)
            return;
        var dark = Dark.Raised || e.Measures.Levels.P50 < options.DarkMedianLuma;
        // In the dark, windows, screens and lamps still show; a covered lens shows nothing.
        var gone = dark
            ? s.LostShare >= 0.95 && e.Measures.Levels.P999 < 60
            : IsCoated(s)
                || (
                    s.LostShare >= options.CoveredShare
                    && s.ChangedShare >= options.CoveredShare * Back
                    && (s.LostShare >= Most || s.ReplacedShare >= options.CoveredReplacedShare || IsVeil(s))
                );
        var part = !dark && (IsPartCovered(e.Resting) || s.Haze >= options.HazedShare);
        CoversInPart = !dark && !gone && s.Haze < HazeBack * options.HazedShare;
        if (gone || part)
            Doubted ??= CameraHealth.Covered;
        // A cover of less than half the view takes longer: people who come close hide as much for a moment. What rests was waited for.
        Covered.Count(
            at,
            seconds * (gone && !part && s.LostShare < Most ? 0.6 : 1),
            gone || part ? true
                : dark
                || (
                    s.LostShare < options.CoveredShare * Back
                    && !IsCoated(s, Back)
                    && !IsPartCovered(e.Resting, Back)
                    && s.Haze < HazeBack * options.HazedShare
                )
                    ? false
                : null
        );
    }

    /// <summary>A part of the lens is coated, or something rests close before it.</summary>
    private bool IsPartCovered(in RestingShares resting, double ease = 1) =>
        resting.Near >= options.RestingNearShare * ease
        || resting.Largest >= options.RestingCoverShare * ease
        || (resting.Near >= 0.5 * options.RestingNearShare * ease && resting.All >= 0.55 * options.RestingCoverShare * ease);

    /// <summary>A coat on the lens through which the structure still shines.</summary>
    private bool IsCoated(in ViewScores s, double ease = 1) =>
        s.Veil.Share >= options.CoatedShare * ease && s.Veil.Following < options.CoatedFollowing / ease;

    /// <summary>What hides part of the view is too near to be sharp, or plain.</summary>
    private static bool IsVeil(in ViewScores s) => s.LostEnergy < 0.5 || s.LostSharpness < 0.6;

    private void CountMove(DateTimeOffset at, double seconds, in Evidence e)
    {
        var s = e.Scores;
        if (Dark.Raised || _overexposed.Raised)
            return;
        if (e.Displaced.Found)
        {
            var moved = e.Displaced.Pixels >= options.MovedPixels;
            Moved.Count(
                at,
                seconds,
                moved ? true
                    : e.Displaced.Pixels < options.MovedPixels * Back ? false
                    : null
            );
            if (moved && !e.Displaced.StationsJudged)
                Doubted ??= CameraHealth.Moved;
            return;
        }

        // Sharp structure everywhere and none of it the commissioned one: turned away. What covers a lens is too near to be sharp.
        var elsewhere =
            s is { LostShare: >= Most, LostEnergy: >= 0.2, LostSharpness: >= 0.45 } or { LostShare: >= Nearly, SharpBlocks: >= LeastSharp };
        Moved.Count(at, seconds, elsewhere ? true : null);
    }

    /// <param name="at">Time of the picture.</param>
    /// <param name="seconds">Since the one before.</param>
    /// <param name="e">What it says.</param>
    /// <param name="covered">Since when the lens was covered before this picture; null when it was not.</param>
    private void CountFine(DateTimeOffset at, double seconds, in Evidence e, DateTimeOffset? covered)
    {
        var s = e.Scores;
        if (Dark.Raised || _overexposed.Raised || Covered.Raised || Doubted == CameraHealth.Covered)
            return;
        var noisy = IsNoisy(e, 1);
        _noisy.Count(
            at,
            seconds,
            noisy ? true
                : !IsNoisy(e, Back) ? false
                : null
        );
        if (Moved.Raised && !e.Displaced.Found)
            return;
        if (s.Sharpness is { } sharp && !noisy)
        {
            var blurred = sharp < options.DefocusedSharpness;
            // What was called a cover and turns out to be a blur did not end in between.
            if (blurred && covered is { } since)
                _defocused.Settle(since);
            _defocused.Count(
                at,
                seconds,
                blurred ? true
                    : sharp > options.DefocusedSharpness * 1.15 ? false
                    : null
            );
        }

        if (s.CommonShift >= options.CastChroma && IsDaylight(s))
            return;
        _cast.Count(
            at,
            seconds,
            s.CommonShift >= options.CastChroma ? true
                : s.CommonShift < options.CastChroma * Back ? false
                : null
        );
    }

    /// <summary>Against the reference's noise; in a sharp view, whose texture passes for noise in both, by what came to it
    /// everywhere.</summary>
    private bool IsNoisy(in Evidence e, double ease)
    {
        var s = e.Scores;
        if (s.Noise < options.NoisyDeviation * ease)
            return false;
        if (s.Noise >= options.NoisyFactor * ease * s.RefNoise)
            return true;
        return e.Displaced.Found
            && s.AddedNoise >= options.NoisyDeviation * ease
            && s.AddedNoise >= options.NoisyFactor * ease * s.RefPlainNoise;
    }

    /// <summary>A cloud before the sun, or the sun itself: the light changed as well, unevenly, and the colour along blue and yellow. A
    /// camera's gain changes colours alone.</summary>
    private bool IsDaylight(in ViewScores s) =>
        s.ShiftU * s.ShiftV < 0
        && s.CommonShift < options.CastDaylightChroma
        && (Math.Abs(s.Light) > options.CastLightChange || s.LightSpread > options.CastLightSpread);

    private IEnumerable<(CameraHealth Health, Vote Vote)> All() =>
        [
            (CameraHealth.Frozen, _frozen),
            (CameraHealth.Dark, Dark),
            (CameraHealth.Overexposed, _overexposed),
            (CameraHealth.Covered, Covered),
            (CameraHealth.Moved, Moved),
            (CameraHealth.Defocused, _defocused),
            (CameraHealth.Noisy, _noisy),
            (CameraHealth.ColourCast, _cast),
        ];

    private static Vote Of(CoverageOptions options) => new(options.HealthOnsetSeconds, options.HealthClearSeconds);
}
