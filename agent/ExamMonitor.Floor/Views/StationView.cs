using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Floor.Views;

/// <summary>The three claims about one station, from what its cameras say.</summary>
/// <param name="Station">Station.</param>
/// <param name="Covered">In view of at least one camera.</param>
/// <param name="Lit">Lit well enough.</param>
/// <param name="Recorded">A camera that covers it is being recorded.</param>
/// <param name="Best">Best view; null when none sees it.</param>
/// <param name="Cameras">What each camera says.</param>
internal sealed record StationView(
    StationId Station,
    Claim Covered,
    Claim Lit,
    Claim Recorded,
    StationByCamera? Best,
    IReadOnlyList<StationByCamera> Cameras
)
{
    /// <summary>Before anything was measured.</summary>
    public static StationView Unknown(StationId station, string label, DateTimeOffset now)
    {
        var claim = new Claim(null, now, Reasons.NotMeasured, HealthWords.Station(Reasons.NotMeasured, label));
        return new(station, claim, claim, claim, null, []);
    }

    /// <summary>
    /// Cameras that cover it and are being recorded unbroken, in order of their ids: what they record proves the station.
    /// </summary>
    public IReadOnlyList<CameraId> RecordedBy { get; init; } = [];

    /// <summary>The next view.</summary>
    /// <param name="label">What the station's plate says.</param>
    /// <param name="cameras">What each camera that may see the station says, with whether it is being recorded and whether its pictures are
    /// broken.</param>
    /// <param name="now">UTC.</param>
    public StationView Next(string label, IReadOnlyList<(StationByCamera Says, bool Recording, bool Broken)> cameras, DateTimeOffset now)
    {
        var judged = StationJudgement.Of(cameras.Select(c => c.Says));
        CameraId[] by =
        [
            .. cameras
                .Where(c => c is { Says.Covered: true, Recording: true, Broken: false })
                .Select(c => c.Says.Camera)
                .OrderBy(c => c.Text, StringComparer.Ordinal),
        ];
        var recorded = judged.Covered switch
        {
            true when by.Length > 0 => (true, null),
            true => ((bool?)false, cameras.Any(c => c is { Says.Covered: true, Recording: true }) ? "picture-broken" : "not-recorded"),
            false => (false, Reasons.NotCovered),
            null => (null, judged.CoveredReason),
        };
        return new(
            Station,
            Claim(Covered, (judged.Covered, judged.CoveredReason), label, now),
            Claim(Lit, (judged.Lit, judged.LitReason), label, now),
            Claim(Recorded, recorded, label, now),
            judged.Best,
            judged.Cameras
        )
        {
            RecordedBy = by,
        };
    }

    private static Claim Claim(Claim last, (bool? Value, string? Reason) next, string label, DateTimeOffset now) =>
        last.Value == next.Value
        && last.Text is not null == next.Reason is not null
        && string.Equals(last.Reason, next.Reason, StringComparison.Ordinal)
            ? last
            : new(
                next.Value,
                last.Value == next.Value ? last.Since : now,
                next.Reason,
                next.Reason is null ? null : HealthWords.Station(next.Reason, label)
            );
}
