using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Agent.Rooms;

/// <summary>The three claims about one station, from what its cameras say.</summary>
/// <param name="Station">Station.</param>
/// <param name="Covered">In view of at least one camera.</param>
/// <param name="Lit">Lit well enough.</param>
/// <param name="Recorded">A camera that covers it is being recorded.</param>
/// <param name="Best">Best view; null when none sees it.</param>
/// <param name="Cameras">What each camera says.</param>
internal sealed record StationView(StationId Station, Claim Covered, Claim Lit, Claim Recorded, StationByCamera? Best, IReadOnlyList<StationByCamera> Cameras)
{
    /// <summary>Before anything was measured.</summary>
    public static StationView Unknown(StationId station, string label, DateTimeOffset now)
    {
        var claim = new Claim(null, now, "not-measured", HealthWords.Station("not-measured", label));
        return new(station, claim, claim, claim, null, []);
    }

    /// <summary>The next view.</summary>
    /// <param name="label">What the station's plate says.</param>
    /// <param name="cameras">What each camera that may see the station says, with whether it is being recorded.</param>
    /// <param name="now">UTC.</param>
    public StationView Next(string label, IReadOnlyList<(StationByCamera Says, bool Recording)> cameras, DateTimeOffset now)
    {
        var best = cameras.Count == 0 ? null : cameras.MaxBy(c => (c.Says.Covered == true ? 1e12 : c.Says.Covered is null ? 1e9 : 0) + c.Says.PxPerMetre).Says;
        var covered = AnyTrue(cameras.Select(c => (c.Says.Covered, c.Says.Reason)));
        var lit = AnyTrue(cameras.Where(c => c.Says.Covered != false || cameras.All(o => o.Says.Covered == false)).Select(c => (c.Says.Lit, c.Says.Reason)));
        var recorded = covered.Value switch
        {
            true => cameras.Any(c => c.Says.Covered == true && c.Recording) ? (true, null) : ((bool?)false, "not-recorded"),
            false => (false, "not-covered"),
            null => (null, covered.Reason),
        };
        return new(Station, Claim(Covered, covered, label, now), Claim(Lit, lit, label, now), Claim(Recorded, recorded, label, now), best, [.. cameras.Select(c => c.Says)]);
    }

    /// <summary>True when one camera says so; unknown while one cannot say; false when all say no. The reason is that of the best camera, which comes first.</summary>
    private static (bool? Value, string? Reason) AnyTrue(IEnumerable<(bool? Value, string? Reason)> said)
    {
        var all = said.ToArray();
        if (all.Length == 0) return (false, "no-camera");
        if (all.Any(s => s.Value == true)) return (true, null);
        var undecided = all.Any(s => s.Value is null);
        return (undecided ? null : false, all.FirstOrDefault(s => s.Value is null == undecided && s.Reason is not null).Reason ?? "not-measured");
    }

    private static Claim Claim(Claim last, (bool? Value, string? Reason) next, string label, DateTimeOffset now) =>
        last.Value == next.Value && last.Text is not null == next.Reason is not null && string.Equals(last.Reason, next.Reason, StringComparison.Ordinal)
            ? last
            : new(next.Value, last.Value == next.Value ? last.Since : now, next.Reason, next.Reason is null ? null : HealthWords.Station(next.Reason, label));
}
