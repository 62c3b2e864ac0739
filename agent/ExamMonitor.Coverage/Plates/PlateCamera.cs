using ExamMonitor.Contracts;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Plates;

/// <summary>What one camera contributes to a check of a room's plates.</summary>
/// <param name="Geometry">The camera as it hangs now.</param>
/// <param name="Seen">Plates read over all its pictures, at the map's image size; see <see cref="PlateCheck.AtMapSize"/>.</param>
/// <param name="Pictures">Pictures that were looked at, ≥ 0.</param>
/// <param name="At">Newest of them, UTC; null without one.</param>
/// <param name="Hidden">Stations before which something stands, as the camera's own verdicts say.</param>
public sealed record PlateCamera(
    CameraGeometry Geometry,
    IReadOnlyList<PlateSighting> Seen,
    int Pictures,
    DateTimeOffset? At,
    IReadOnlySet<StationId> Hidden
)
{
    /// <summary>Why nothing it shows can be said of plates: reason, kebab case, and sentence; null when it can.</summary>
    public (string Reason, LocalText Text)? Silent { get; init; }
}
