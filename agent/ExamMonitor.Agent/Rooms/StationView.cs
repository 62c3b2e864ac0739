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
    /// <param name="cameras">What each camera that may see the station says, with whether it is being recorded and whether its pictures are broken.</param>
    /// <param name="now">UTC.</param>
    public StationView Next(string label, IReadOnlyList<(StationByCamera Says, bool Recording, bool Broken)> cameras, DateTimeOffset now)
    {
        var best = cameras.Count == 0 ? null : cameras.MaxBy(c => (c.Says.Covered == true ? 1e12 : c.Says.Covered is null ? 1e9 : 0) + c.Says.PxPerMetre).Says;
        var covered = Coverage(cameras);
        var lit = Light(cameras, covered.Reason);
        var recorded = covered.Value switch
        {
            true when cameras.Any(c => c is { Says.Covered: true, Recording: true, Broken: false }) => (true, null),
            true => ((bool?)false, cameras.Any(c => c is { Says.Covered: true, Recording: true }) ? "picture-broken" : "not-recorded"),
            false => (false, "not-covered"),
            null => (null, covered.Reason),
        };
        return new(Station, Claim(Covered, covered, label, now), Claim(Lit, lit, label, now), Claim(Recorded, recorded, label, now), best, [.. cameras.Select(c => c.Says)]);
    }

    /// <summary>True when one camera covers it, false when every camera that may see it says no. A camera that cannot say proves neither: while one of them might cover it, it is unknown.</summary>
    private static (bool? Value, string? Reason) Coverage(IReadOnlyList<(StationByCamera Says, bool Recording, bool Broken)> cameras)
    {
        if (cameras.Count == 0) return (false, "no-camera");
        if (cameras.Any(c => c.Says.Covered == true)) return (true, null);
        var silent = cameras.Where(c => c.Says.Covered is null).Select(c => c.Says).ToArray();
        if (silent.Length == 0) return (false, cameras.FirstOrDefault(c => c.Says.Reason is not null).Says?.Reason ?? "not-covered");
        return (null, (silent.FirstOrDefault(s => s.Reason is "settling" or "occluded" or "not-measured") ?? silent[0]).Reason ?? "not-measured");
    }

    /// <summary>True when a camera that covers it finds it lit; false when one finds it dark or burnt out; unknown while none can say.</summary>
    private static (bool? Value, string? Reason) Light(IReadOnlyList<(StationByCamera Says, bool Recording, bool Broken)> cameras, string? whyNotCovered)
    {
        if (cameras.Any(c => c.Says is { Covered: true, Lit: true })) return (true, null);
        var dark = cameras.FirstOrDefault(c => c.Says.Lit == false).Says;
        return dark is not null ? (false, dark.Reason ?? "too-dark") : (null, cameras.FirstOrDefault(c => c.Says.Reason is not null).Says?.Reason ?? whyNotCovered ?? "not-measured");
    }

    private static Claim Claim(Claim last, (bool? Value, string? Reason) next, string label, DateTimeOffset now) =>
        last.Value == next.Value && last.Text is not null == next.Reason is not null && string.Equals(last.Reason, next.Reason, StringComparison.Ordinal)
            ? last
            : new(next.Value, last.Value == next.Value ? last.Since : now, next.Reason, next.Reason is null ? null : HealthWords.Station(next.Reason, label));
}
