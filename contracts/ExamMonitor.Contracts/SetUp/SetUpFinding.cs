using System.Text.Json.Serialization;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>A sentence at its place.</summary>
/// <param name="Level">An error keeps a room from being saved; a warning does not.</param>
/// <param name="Code">What kind it is, kebab case, stable: <c>map</c>, <c>point-wrong</c>, <c>point-doubtful</c>,
/// <c>point-other-station</c>, <c>picture-other-camera</c>, <c>picture-mirrored</c>, <c>picture-size</c>, <c>plate-number-twice</c>,
/// <c>plate-twice</c>, <c>plate-unknown</c>, <c>sub-stream-shape</c>, <c>plan-millimetres</c>, <c>people-in-picture</c>,
/// <c>calibration-refused</c>, <c>calibration-remark</c>, <c>no-calibration</c>, <c>station-not-covered</c>,
/// <c>camera-in-configuration</c>, <c>csv</c>, and others later.</param>
/// <param name="Path">JSON path in the body that was sent, such as <c>$.map.cameras[0].calibration.points[3]</c>; of a CSV file <c>row 5,
/// y</c>; <c>$</c> for the whole.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Mend">What to do about it.</param>
public sealed record SetUpFinding(FindingLevel Level, string Code, string Path, LocalText Problem, LocalText Mend)
{
    /// <summary>Camera that it speaks of; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CameraId? Camera { get; init; }

    /// <summary>Station that it speaks of; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StationId? Station { get; init; }

    /// <summary>Place of the point in the camera's list, from 0; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Point { get; init; }
}

/// <summary>Why nothing was done (422).</summary>
/// <param name="Findings">Errors and warnings; at least one error.</param>
public sealed record SetUpRefusal(IReadOnlyList<SetUpFinding> Findings);

/// <summary>Another change was faster (409): nothing was written.</summary>
/// <param name="Version">Version in force.</param>
/// <param name="Author">Who made it.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Text">For a person.</param>
public sealed record SetUpConflict(int Version, string Author, DateTimeOffset At, LocalText Text);
