using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Coverage;

/// <summary>Every threshold and time of a verdict. docs/measurement.md derives each and says what it cannot see.</summary>
/// <remarks>Pixels are those of the analysis picture at 640 px width and scale with it; luma is in grey levels of limited range [16,
/// 235].</remarks>
public sealed class CoverageOptions
{
    /// <summary>Seconds without a picture after which the signal is lost, or 2.5 of the camera's longest recent intervals, whichever is
    /// more. Default 6: five missed pictures at one a second.</summary>
    [Range(2, 600)]
    public double SignalLostAfterSeconds { get; init; } = 6;

    /// <summary>
    /// Seconds of evidence that raise a camera condition. Default 6: longer than a flash or a hand passing, and well inside 15 s.
    /// </summary>
    [Range(1, 60)]
    public double HealthOnsetSeconds { get; init; } = 6;

    /// <summary>
    /// Seconds of its absence that clear a camera condition. Default 8: longer than the onset, so that what comes and goes stays one
    /// problem.
    /// </summary>
    [Range(1, 120)]
    public double HealthClearSeconds { get; init; } = 8;

    /// <summary>Seconds of evidence that raise frozen. Default 3, three pictures: the evidence itself already looks back.</summary>
    [Range(2, 60)]
    public double FrozenOnsetSeconds { get; init; } = 3;

    /// <summary>Share of textured blocks that are bit-identical to one of the last three pictures, from which the picture stands still, as
    /// it lasts over about three pictures in most parts of the picture. Default 0.04: live video of a camera that leaves some noise
    /// measured at most 0.016, a frozen one that was encoded again 0.16 to 1.</summary>
    [Range(0.01, 1)]
    public double FrozenIdenticalShare { get; init; } = 0.04;

    /// <summary>The same while it is not known what the camera repeats by itself: in its first pictures, and after the light jumped.
    /// Default 0.4, and less with each picture that teaches: a still room coded as JPEG of quality 60 measured 0.08, of quality 30 up to
    /// 0.43 with a habit that is learned by then.</summary>
    [Range(0.01, 1)]
    public double FrozenUnknownShare { get; init; } = 0.4;

    /// <summary>How many times what the camera was seen to repeat by itself it must be. Default 3; half of what the habit leaves different
    /// is enough if that is less, and from a habit of a half on nothing is claimed.</summary>
    [Range(1.2, 50)]
    public double RepeatContrast { get; init; } = 3;

    /// <summary>Share of 8 × 8 blocks that change their level from picture to picture, from which something moves and the picture is alive.
    /// Default 0.01: a person across a large room; an on-screen clock changes a tenth of that.</summary>
    [Range(0.001, 0.2)]
    public double AliveChangedShare { get; init; } = 0.01;

    /// <summary>Sum of identical shares at one distance in time, fading over about six pictures, from which a row of pictures may be
    /// replayed. Default 0.025: a loop that was encoded again passes it with its second picture or a few later.</summary>
    [Range(0.005, 1)]
    public double ReplayScore { get; init; } = 0.025;

    /// <summary>How many times the highest score of any distance that the loop does not explain it must be; of a picture that repeats an
    /// old one plainly, how many times what it repeats of the last three. Default 3: a camera of little noise repeats itself at any
    /// distance alike.</summary>
    [Range(1.2, 50)]
    public double ReplayContrast { get; init; } = 3;

    /// <summary>
    /// Pictures in a row that must each repeat one at that distance, or a multiple of it, more than any other. Default 3: chance names
    /// another distance with each picture.
    /// </summary>
    [Range(2, 60)]
    public int ReplayRun { get; init; } = 3;

    /// <summary>
    /// Pictures that are remembered to find a replayed loop; 0 turns the search off. Default 600: ten minutes at one a second, 2 MB a
    /// camera.
    /// </summary>
    [Range(0, 3600)]
    public int ReplayHistory { get; init; } = 600;

    /// <summary>Share of the reference's textured blocks that must be gone for a covered lens. Default 0.25: the largest furniture and the
    /// light of half a room lost at most 0.07.</summary>
    [Range(0.05, 1)]
    public double CoveredShare { get; init; } = 0.25;

    /// <summary>Share of all blocks that show something else than the reference, from which it does not matter how sharp or textured what
    /// hides the view is. Default 0.4: a sharp, textured sheet over half the view, where the covered half was mostly plain; a banner before
    /// the desks measured 0.04.</summary>
    [Range(0.1, 1)]
    public double CoveredReplacedShare { get; init; } = 0.40;

    /// <summary>Share of the textured blocks that must have lost their contrast for a coat on the lens. Default 0.35.</summary>
    [Range(0.05, 1)]
    public double CoatedShare { get; init; } = 0.35;

    /// <summary>How far the luma of these blocks may still follow the reference's. Default 0.55: light alone leaves it at 1.</summary>
    [Range(0.05, 1)]
    public double CoatedFollowing { get; init; } = 0.55;

    /// <summary>Share of all blocks, adjoining each other, that something hides at rest for six seconds, from which the view is covered in
    /// part. Default 0.17: a quarter of the view under a sheet measured 0.19 and more, people who stood at most 0.06. A cabinet measured up
    /// to 0.15, but where it hid more of the view, up to 0.37.</summary>
    [Range(0.02, 1)]
    public double RestingCoverShare { get; init; } = 0.17;

    /// <summary>The same, wherever the blocks lie, for what is too soft to be in the room, or lets the commissioned structure shine
    /// through. Default 0.041: people, lamps, daylight, furniture and a cabinet that was carried away measured at most 0.014.</summary>
    [Range(0.02, 1)]
    public double RestingNearShare { get; init; } = 0.041;

    /// <summary>Share of the view's light that came to dark and bright surfaces alike, from which a film lies over the lens. Default 0.21:
    /// a film of opacity 0.25 measured 0.27 to 0.39, a camera that shifts its own black level 0.16.</summary>
    [Range(0.05, 1)]
    public double HazedShare { get; init; } = 0.21;

    /// <summary>
    /// Edge agreement below which a block has lost its structure, unless its coarse structure is still there. Default 0.3; chance gives
    /// 0.25.
    /// </summary>
    [Range(0.05, 0.9)]
    public double BlockLostAgreement { get; init; } = 0.30;

    /// <summary>
    /// Correlation of coarse gradients below which a block's coarse structure is gone as well. Default 0.45: a blurred view keeps more,
    /// another view none.
    /// </summary>
    [Range(0.05, 0.95)]
    public double BlockLostCoarse { get; init; } = 0.45;

    /// <summary>Median luma below which a picture may be dark. Default 42, an eighth of full white's code range.</summary>
    [Range(16, 128)]
    public double DarkMedianLuma { get; init; } = 42;

    /// <summary>
    /// Linear light of the room relative to the reference, below which a picture with a dark median is dark. Default 0.2: a dark room that
    /// was commissioned dark is none; lights off measured 0.02.
    /// </summary>
    [Range(0.01, 0.8)]
    public double DarkLightRatio { get; init; } = 0.20;

    /// <summary>
    /// Share of burnt-out pixels, beyond the reference's, from which a picture is over-exposed. Default 0.35: over a third of the picture,
    /// beside its windows, cannot be judged.
    /// </summary>
    [Range(0.05, 1)]
    public double OverexposedClippedShare { get; init; } = 0.35;

    /// <summary>
    /// Displacement from which the view has moved, px at 640 px width. Default 4: above the sway of a mount, about half a degree at 60°.
    /// </summary>
    [Range(0.5, 64)]
    public double MovedPixels { get; init; } = 4;

    /// <summary>
    /// Turn up to which stations are still judged, at their new places, degrees. Default 4: a bump; a larger turn takes stations at the
    /// edge out of the picture.
    /// </summary>
    [Range(0, 45)]
    public double MovedJudgedDegrees { get; init; } = 4;

    /// <summary>
    /// The same where the focal length is unknown: displacement as a share of the picture's width. Default 0.06: 4° at 65° across.
    /// </summary>
    [Range(0, 0.5)]
    public double MovedJudgedShare { get; init; } = 0.06;

    /// <summary>Sharpness relative to the reference below which the picture is out of focus. Default 0.62; a blur of 1.3 px measured 0.40
    /// to 0.42, a re-registered sharp view 0.85 and more.</summary>
    [Range(0.05, 1)]
    public double DefocusedSharpness { get; init; } = 0.62;

    /// <summary>
    /// Standard deviation of the noise from which a picture is noisy, grey levels. Default 3.5: dim rooms at four times the gain measured
    /// 1.8 to 2.1, the rendered noisy camera 6.2.
    /// </summary>
    [Range(0.5, 30)]
    public double NoisyDeviation { get; init; } = 3.5;

    /// <summary>
    /// And how many times the reference's noise it must be. Default 2.5: a camera that was commissioned noisy is no news.
    /// </summary>
    [Range(1, 20)]
    public double NoisyFactor { get; init; } = 2.5;

    /// <summary>Common shift of colour from which colours are wrong, grey levels of chroma of a surface 100 levels above black. Default
    /// 5.5: gains of red and blue that drift by 7 % each measure 3, gains of 0.88 and 1.2 about 6, a warm cast 15 and more.</summary>
    [Range(2, 60)]
    public double CastChroma { get; init; } = 5.5;

    /// <summary>Change of the light, natural logarithm, from which a shift between blue and yellow is the light's own. Default 0.35: a
    /// third of the light; a camera's gains leave it within 0.2.</summary>
    [Range(0.05, 3)]
    public double CastLightChange { get; init; } = 0.35;

    /// <summary>The same for how unevenly the light changed, where the camera's exposure hides the change. Default 0.6.</summary>
    [Range(0.05, 3)]
    public double CastLightSpread { get; init; } = 0.60;

    /// <summary>Common shift of colour from which it is no daylight, however the light changed. Default 14: from sun to open shade measured
    /// 8.</summary>
    [Range(2, 60)]
    public double CastDaylightChroma { get; init; } = 14;

    /// <summary>
    /// Share of a worktop's visible structure below which it is occluded. Default 0.53; seated people left at least 0.7, furniture in front
    /// at most 0.5.
    /// </summary>
    [Range(0.05, 0.95)]
    public double OccludedVisibleShare { get; init; } = 0.53;

    /// <summary>
    /// Seconds after which an occlusion that does not move is an obstruction. Default 45: people who stopped to read stayed 9 to 26 s, and
    /// 60 s is the limit to report furniture.
    /// </summary>
    [Range(5, 600)]
    public double ObstructedAfterSeconds { get; init; } = 45;

    /// <summary>
    /// Seconds after which an occlusion that moves is an obstruction. Default 600: people who work at the station belong there.
    /// </summary>
    [Range(30, 7200)]
    public double ObstructedMovingAfterSeconds { get; init; } = 600;

    /// <summary>Share of the hidden part that may differ from how it came to rest while it still counts as not moving. Default 0.03:
    /// furniture measured at most 0.01, people who stood and read 0.05 to 0.75.</summary>
    [Range(0.005, 0.3)]
    public double StillChangedShare { get; init; } = 0.03;

    /// <summary>Seconds of view that clear an obstruction. Default 8: as a camera's condition.</summary>
    [Range(1, 120)]
    public double ObstructionClearSeconds { get; init; } = 8;

    /// <summary>
    /// Seconds of evidence that raise or clear a light verdict. Default 9: longer than a camera's exposure takes to settle, within 20 s.
    /// </summary>
    [Range(1, 120)]
    public double LightSettleSeconds { get; init; } = 9;

    /// <summary>Light of a station relative to the best lit fifth of the room, both against the reference, below which it is too dark.
    /// Default 0.5: clearly below the uniformity of 0.7 that GB 7793-2010 asks; half the lamps off left 0.17 to 0.53.</summary>
    [Range(0.05, 0.95)]
    public double TooDarkRelative { get; init; } = 0.50;

    /// <summary>Light of a station against the reference that must be undercut as well, so that a brighter patch elsewhere darkens nothing.
    /// Default 0.78: beyond steps of exposure of 20 %.</summary>
    [Range(0.05, 1)]
    public double TooDarkOwn { get; init; } = 0.78;

    /// <summary>
    /// Light of a station against the reference below which it is too dark, however dark the rest is. Default 0.3: a drop of 3:1, which no
    /// exposure that is left as it was explains.
    /// </summary>
    [Range(0.02, 1)]
    public double TooDarkAbsolute { get; init; } = 0.30;

    /// <summary>Light of the best lit fifth of the room, with the camera's gain taken out by its noise, below which every station is too
    /// dark. Default 0.45: as one station's, a little stricter since gain is known by noise alone; an eighth of the lamps measured 0.12 to
    /// 0.34.</summary>
    [Range(0.05, 0.95)]
    public double RoomDimRatio { get; init; } = 0.45;

    /// <summary>
    /// Noise relative to the stream's usual one from which gain is assumed to hide a dim room. Default 1.5: an eighth of the lamps measured
    /// 1.6 to 1.9 after encoding.
    /// </summary>
    [Range(1.05, 10)]
    public double RoomDimNoiseFactor { get; init; } = 1.5;

    /// <summary>
    /// Share of a worktop that is burnt out, beyond the reference's, from which there is glare. Default 0.2: a fifth of what a candidate
    /// works on.
    /// </summary>
    [Range(0.02, 1)]
    public double GlareClippedShare { get; init; } = 0.20;

    /// <summary>
    /// The same from which it is no glare on a part but too bright as a whole. Default 0.6: most of the worktop; it chooses a word, no
    /// verdict.
    /// </summary>
    [Range(0.1, 1)]
    public double TooBrightClippedShare { get; init; } = 0.60;

    /// <summary>How many times darker than its best lit fifth the darkest fifth of a worktop must be, both against the reference, for 18 s,
    /// to be unevenly lit. Default 3: a drop that no exposure hides; a hard shadow measures 4 and more. In a made-up room of 30 stations 99
    /// of 100 pictures of worktops measured at most 2.4 with half the lamps off, at most 2.3 with all of them on and people at work; single
    /// pictures reached 4 and 3.</summary>
    [Range(1.5, 20)]
    public double UnevenFactor { get; init; } = 3;
}
