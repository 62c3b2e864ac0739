using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Coverage.Geometry;

/// <summary>What a camera's calibration points gave.</summary>
public enum CalibrationKind
{
    /// <summary>No points were marked; hand-drawn regions may still place stations.</summary>
    None,

    /// <summary>The points cannot be trusted or do not suffice; <see cref="CameraSolution.Refusal"/> says what to do.</summary>
    Refused,

    /// <summary>The floor alone is known, heights are ignored.</summary>
    FloorOnly,

    /// <summary>Position, direction and lens are known.</summary>
    Spatial,
}

/// <summary>How well one plan–pixel pair agrees with the solution.</summary>
/// <param name="Number">Place in the map's list, from 1.</param>
/// <param name="Point">The pair.</param>
/// <param name="Projected">Where the solution puts the plan point; null when it cannot see it.</param>
/// <param name="MissPx">Distance in the picture, pixels of the stated size; +∞ when <paramref name="Projected"/> is null.</param>
/// <param name="MissCm">The same at the point's distance from the camera, facing it, centimetres; null when unknown.</param>
/// <param name="HeldOutPx">Miss when this pair alone is left out of the solution, pixels; null when there is no spare pair to allow
/// it.</param>
/// <param name="Suspect">Whether the pair stands out from the others.</param>
public sealed record PointResidual(
    int Number,
    CalibrationPoint Point,
    PixelPoint? Projected,
    double MissPx,
    double? MissCm,
    double? HeldOutPx,
    bool Suspect
);

/// <summary>A camera solved from its pairs, with all that is needed to judge how far to trust it.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Kind">What was found.</param>
/// <param name="Projection">The projection; null when none or refused.</param>
/// <param name="Points">Every pair of the map, in its order; without misses when nothing could be solved.</param>
/// <param name="RmsPx">Root mean square of the misses, pixels; null when nothing could be solved.</param>
/// <param name="WorstPx">Largest miss, pixels; null when nothing could be solved.</param>
/// <param name="HeldOutRmsPx">Root mean square of the held-out misses, pixels; null when there is no spare pair.</param>
/// <param name="HeldOutWorstPx">Largest held-out miss, pixels; null when there is no spare pair.</param>
/// <param name="Refusal">Why it was refused and what to do; null unless <see cref="Kind"/> is refused.</param>
/// <param name="Remarks">What a person should know of an accepted solution.</param>
public sealed record CameraSolution(
    CameraId Camera,
    CalibrationKind Kind,
    CameraProjection? Projection,
    IReadOnlyList<PointResidual> Points,
    double? RmsPx,
    double? WorstPx,
    double? HeldOutRmsPx,
    double? HeldOutWorstPx,
    LocalText? Refusal,
    IReadOnlyList<LocalText> Remarks
)
{
    /// <summary>
    /// The projection that most points agree with, also of a refused solution: good enough to say where a wrong point belongs, for nothing
    /// else.
    /// </summary>
    internal CameraProjection? Tentative { get; init; }
}
