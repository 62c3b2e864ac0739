using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Coverage.Judging;

/// <summary>The words that stand in a verdict's <c>reason</c>.</summary>
public static class Reasons
{
    /// <summary>Too few pictures yet.</summary>
    public const string Settling = "settling";

    /// <summary>The camera cannot say; followed by a colon and its condition, such as <c>camera:covered</c>.</summary>
    public const string CameraPrefix = "camera:";

    /// <summary>No verdict yet.</summary>
    public const string NotMeasured = "not-measured";

    /// <summary>No camera may see the station.</summary>
    public const string NoCamera = "no-camera";

    /// <summary>No camera covers it, and none says why.</summary>
    public const string NotCovered = "not-covered";

    /// <summary>Too little of the worktop is inside the picture.</summary>
    public const string NotInPicture = "not-in-picture";

    /// <summary>Fewer px/m than the map asks for.</summary>
    public const string TooFar = "too-far";

    /// <summary>Something has stood in front for long enough.</summary>
    public const string Obstructed = "obstructed";

    /// <summary>Something stands in front now; not settled.</summary>
    public const string Occluded = "occluded";

    /// <summary>Darker than commissioned and than the rest of the room.</summary>
    public const string TooDark = "too-dark";

    /// <summary>The whole room is dim; the camera's gain hides it.</summary>
    public const string RoomDim = "room-dim";

    /// <summary>Part of the worktop is burnt out.</summary>
    public const string Glare = "glare";

    /// <summary>Most of the worktop is burnt out.</summary>
    public const string TooBright = "too-bright";

    /// <summary>Part of the worktop lies in a hard shadow.</summary>
    public const string Uneven = "uneven";
}

/// <summary>One camera's settled verdict of one station.</summary>
/// <param name="Station">Station.</param>
/// <param name="Covered">In view, near enough, not obstructed; null while it cannot be said.</param>
/// <param name="CoveredSince">When that last changed.</param>
/// <param name="Lit">Lit well enough; null while it cannot be said.</param>
/// <param name="LitSince">When that last changed.</param>
/// <param name="Visible">Share of the worktop's structure that is seen now, [0, 1], not settled; null where it has too little structure or
/// no picture.</param>
/// <param name="PxPerMetre">At the recorded size, where the camera looks now; null for a hand-drawn region without a calibration.</param>
/// <param name="Reason">One of <see cref="Reasons"/>; null when both hold and nothing is in front.</param>
/// <param name="Luma">Mean luma of the worktop, [0, 255]; null without a picture.</param>
public sealed record StationVerdict(
    StationId Station,
    bool? Covered,
    DateTimeOffset CoveredSince,
    bool? Lit,
    DateTimeOffset LitSince,
    double? Visible,
    double? PxPerMetre,
    string? Reason,
    double? Luma
)
{
    /// <summary>Light on the worktop in this picture; null without a picture of it.</summary>
    public StationLight? Light { get; init; }

    /// <summary>The same in the words of contracts.</summary>
    /// <param name="camera">Camera whose verdict it is.</param>
    public StationByCamera By(CameraId camera) => new(camera, Covered, Lit, PxPerMetre ?? 0, Visible, Reason, Light);
}

/// <summary>One camera's settled verdict at one time.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="At">Time of the picture, or of the clock's tick when none came.</param>
/// <param name="Health">Every condition that holds; <see cref="CameraHealth.Ok"/> alone when none does.</param>
/// <param name="Since">When <paramref name="Health"/> last changed.</param>
/// <param name="Text">Why it is not ok, for a person; null when it is.</param>
/// <param name="Displacement">Against the reference, at the map's picture size; null while unknown. Degrees are 0 when the lens is not
/// known.</param>
/// <param name="Sharpness">Relative to the reference; null while unknown.</param>
/// <param name="LumaMean">Of the picture; null without one.</param>
/// <param name="ClippedShare">Burnt-out share of the picture; null without one.</param>
/// <param name="Noise">Noise, grey levels; null without a picture.</param>
/// <param name="Stations">Stations in the camera's view.</param>
/// <param name="MovedBy">Homography from the reference to where its pixels are seen now, nine numbers row by row, at the map's picture
/// size; null while the camera is not settled as moved, or nothing is recognised.</param>
/// <param name="JudgedAtNewPlaces">Whether it moved by so little that its stations are judged where they lie now.</param>
/// <param name="Reference">Part of the day whose picture light, colour and noise are compared with, such as <c>18:00–06:30</c>; null for
/// the commissioned picture.</param>
public sealed record CameraVerdict(
    CameraId Camera,
    DateTimeOffset At,
    IReadOnlyList<CameraHealth> Health,
    DateTimeOffset Since,
    LocalText? Text,
    Displacement? Displacement,
    double? Sharpness,
    double? LumaMean,
    double? ClippedShare,
    double? Noise,
    IReadOnlyList<StationVerdict> Stations,
    IReadOnlyList<double>? MovedBy = null,
    bool JudgedAtNewPlaces = false,
    string? Reference = null
);
