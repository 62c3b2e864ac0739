using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Coverage.Judging;

/// <summary>A station as the whole room sees it.</summary>
/// <param name="Station">Station.</param>
/// <param name="Covered">True when any camera covers it; false when every camera that shows it says no, or none shows it; null while one that might cover it cannot say.</param>
/// <param name="CoveredSince">When that last changed.</param>
/// <param name="CoveredReason">Cause when not true: that of the camera that sees it best; null when true.</param>
/// <param name="Lit">True when a camera that covers it finds it lit; false when none does; null while no camera can say.</param>
/// <param name="LitSince">When that last changed.</param>
/// <param name="LitReason">Cause when not true.</param>
/// <param name="Best">Camera with the best view: one that covers it before one that does not, then the denser; null when none shows it.</param>
/// <param name="PxPerMetre">Of that camera.</param>
/// <param name="Visible">Of that camera.</param>
/// <param name="Cameras">What each camera says.</param>
public sealed record StationInRoom(
    StationId Station, bool? Covered, DateTimeOffset CoveredSince, string? CoveredReason, bool? Lit, DateTimeOffset LitSince, string? LitReason,
    CameraId? Best, double? PxPerMetre, double? Visible, IReadOnlyList<StationByCamera> Cameras);

/// <summary>A room's settled verdict.</summary>
/// <param name="Room">Room.</param>
/// <param name="At">Newest time among the cameras' verdicts.</param>
/// <param name="Stations">Every station of the room.</param>
public sealed record RoomVerdict(RoomId Room, DateTimeOffset At, IReadOnlyList<StationInRoom> Stations);

/// <summary>Merges cameras to stations: a station is covered when any one camera covers it.</summary>
/// <remarks>A camera that cannot say proves nothing, neither way: while none covers the station and one cannot say, it is unknown. Not thread-safe.</remarks>
/// <param name="room">Room.</param>
/// <param name="stations">Every station of the room.</param>
public sealed class RoomJudge(RoomId room, IReadOnlyList<StationId> stations)
{
    private readonly Dictionary<CameraId, CameraVerdict> _latest = [];
    private readonly Dictionary<StationId, StationInRoom> _before = [];

    /// <summary>Takes a camera's newest verdict and merges.</summary>
    public RoomVerdict Take(CameraVerdict verdict)
    {
        _latest[verdict.Camera] = verdict;
        var at = _latest.Values.Max(v => v.At);
        return new(room, at, [.. stations.Select(s => Merge(s, at))]);
    }

    private StationInRoom Merge(StationId station, DateTimeOffset at)
    {
        var seen = _latest.Values.Select(v => (v.Camera, Verdict: v.Stations.FirstOrDefault(s => s.Station == station)))
            .Where(v => v.Verdict is not null)
            .Select(v => (v.Camera, Verdict: v.Verdict!))
            .OrderByDescending(v => v.Verdict.Covered == true ? 2 : v.Verdict.Covered is null ? 1 : 0).ThenByDescending(v => v.Verdict.PxPerMetre ?? 0).ThenBy(v => v.Camera.Text, StringComparer.Ordinal)
            .ToArray();
        var best = seen.Length > 0 ? seen[0] : default;
        var covered = Covered([.. seen.Select(v => v.Verdict)]);
        var lit = Lit([.. seen.Select(v => v.Verdict)]);
        _before.TryGetValue(station, out var before);
        var merged = new StationInRoom(
            station, covered, before is not null && before.Covered == covered ? before.CoveredSince : best.Verdict?.CoveredSince ?? at,
            covered == true ? null : best.Verdict?.Reason ?? Reasons.NotInPicture,
            lit, before is not null && before.Lit == lit ? before.LitSince : best.Verdict?.LitSince ?? at, lit == true ? null : best.Verdict?.Reason,
            best.Verdict is null ? null : best.Camera, best.Verdict?.PxPerMetre, best.Verdict?.Visible,
            [.. seen.Select(v => new StationByCamera(v.Camera, v.Verdict.Covered, v.Verdict.Lit, v.Verdict.PxPerMetre ?? 0, v.Verdict.Visible, v.Verdict.Reason))]);
        _before[station] = merged;
        return merged;
    }

    private static bool? Covered(StationVerdict[] seen)
    {
        if (seen.Any(v => v.Covered == true)) return true;
        return seen.Any(v => v.Covered is null) ? null : false;
    }

    private static bool? Lit(StationVerdict[] seen)
    {
        if (seen.Any(v => v is { Covered: true, Lit: true })) return true;
        return seen.Any(v => v.Lit == false) ? false : null;
    }
}
