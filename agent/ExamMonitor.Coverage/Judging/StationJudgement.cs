using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Coverage.Judging;

/// <summary>
/// What a room's cameras prove about one station together. The one judgement: the wall, the audit and every proof read it. Pure.
/// </summary>
/// <param name="Covered">True when one camera covers it; false when every camera that may see it says no, or none may; null while one
/// that might cover it cannot say.</param>
/// <param name="CoveredReason">Cause when not true; null when true.</param>
/// <param name="Lit">True when a camera that covers it finds it lit; false when one finds it dark or burnt out; null while none can
/// say.</param>
/// <param name="LitReason">Cause when not true; null when true.</param>
/// <param name="Best">Best view: one that covers it before one that cannot say, that before one that does not, then the denser; null when
/// no camera may see it.</param>
/// <param name="Cameras">What each camera says, the densest view first.</param>
public sealed record StationJudgement(
    bool? Covered,
    string? CoveredReason,
    bool? Lit,
    string? LitReason,
    StationByCamera? Best,
    IReadOnlyList<StationByCamera> Cameras
)
{
    /// <summary>Judges.</summary>
    /// <param name="cameras">What each camera that may see the station says, in any order.</param>
    public static StationJudgement Of(IEnumerable<StationByCamera> cameras)
    {
        StationByCamera[] said = [.. cameras.OrderByDescending(c => c.PxPerMetre).ThenBy(c => c.Camera.Text, StringComparer.Ordinal)];
        var (covered, whyNot) = JudgeCoverage(said);
        var (lit, whyDark) = JudgeLight(said, whyNot);
        return new(covered, whyNot, lit, whyDark, said.OrderByDescending(Rank).FirstOrDefault(), said);
    }

    private static int Rank(StationByCamera camera) =>
        camera.Covered switch
        {
            true => 2,
            null => 1,
            false => 0,
        };

    /// <summary>A camera that cannot say proves neither: while one of them might cover it, it is unknown.</summary>
    private static (bool? Value, string? Reason) JudgeCoverage(StationByCamera[] cameras)
    {
        if (cameras.Length == 0)
            return (false, Reasons.NoCamera);
        if (cameras.Any(c => c.Covered == true))
            return (true, null);
        var silent = cameras.Where(c => c.Covered is null).ToArray();
        if (silent.Length == 0)
            return (false, cameras.FirstOrDefault(c => c.Reason is not null)?.Reason ?? Reasons.NotCovered);
        return (
            null,
            (silent.FirstOrDefault(s => s.Reason is Reasons.Settling or Reasons.Occluded or Reasons.NotMeasured) ?? silent[0]).Reason
                ?? Reasons.NotMeasured
        );
    }

    private static (bool? Value, string? Reason) JudgeLight(StationByCamera[] cameras, string? whyNotCovered)
    {
        if (cameras.Any(c => c is { Covered: true, Lit: true }))
            return (true, null);
        return cameras.FirstOrDefault(c => c.Lit == false) is { } dark
            ? (false, dark.Reason ?? Reasons.TooDark)
            : (null, cameras.FirstOrDefault(c => c.Reason is not null)?.Reason ?? whyNotCovered ?? Reasons.NotMeasured);
    }
}
