using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Exams.Schedule;

namespace ExamMonitor.Exams.Readiness;

/// <summary>A camera as readiness sees it.</summary>
/// <param name="Name">For people.</param>
/// <param name="IsRecording">Whether footage is being written.</param>
/// <param name="Health">Conditions; ok alone when there is none; empty while nothing was measured.</param>
/// <param name="Audio">Sound.</param>
/// <param name="ClockOffsetMs">Camera clock minus ours, ms; null while unknown.</param>
/// <param name="BytesPerHour">Measured; null while unknown.</param>
internal sealed record CameraReadiness(
    string Name,
    bool IsRecording,
    IReadOnlyList<CameraHealth> Health,
    AudioState Audio,
    double? ClockOffsetMs,
    double? BytesPerHour
);

/// <summary>A station as readiness sees it.</summary>
/// <param name="Label">What its plate says.</param>
/// <param name="Covered">Claim.</param>
/// <param name="Lit">Claim.</param>
internal sealed record StationReadiness(string Label, bool? Covered, bool? Lit);

/// <summary>Room on the volume.</summary>
/// <param name="FreeBytes">Free; null when the probe failed, which counts as none.</param>
/// <param name="IdleBytes">May go when space is short.</param>
/// <param name="ReserveBytes">Must stay free.</param>
/// <param name="Breach">Site date on which the volume can no longer hold its duty; null when none is foreseen.</param>
internal sealed record SpaceReadiness(long? FreeBytes, long IdleBytes, long ReserveBytes, DateOnly? Breach)
{
    /// <summary>Why the volume takes no writes; null when it does.</summary>
    public LocalText? Fault { get; init; }

    /// <summary>Bytes that all sessions of the site's day still need, ≥ 0: what is promised to one is not promised to another.</summary>
    public long PromisedBytes { get; init; }
}

/// <summary>Whether the machine's clock is kept by a time server.</summary>
/// <param name="IsSynchronized">Null where it cannot be asked.</param>
/// <param name="Fault">What is wrong with the wall time itself; null for nothing.</param>
internal sealed record ClockReadiness(bool? IsSynchronized, LocalText? Fault);

/// <summary>The newest signature under the map.</summary>
/// <param name="IsOfThisMap">Whether it is of the map in force; null when none was ever given.</param>
/// <param name="Person">Who signed.</param>
/// <param name="At">When, UTC.</param>
internal sealed record CalibrationReadiness(bool? IsOfThisMap, string? Person, DateTimeOffset? At)
{
    /// <summary>Nobody signed.</summary>
    public static CalibrationReadiness None { get; } = new(null, null, null);
}

/// <summary>The last whole pass over the archive.</summary>
/// <param name="FinishedAt">UTC; null before the first.</param>
/// <param name="OpenFindings">Findings that nobody has dealt with.</param>
internal sealed record ScrubReadiness(DateTimeOffset? FinishedAt, long OpenFindings);

/// <summary>Everything that "is the room ready?" is answered from.</summary>
/// <param name="Room">Room.</param>
/// <param name="Session">Session that is asked about; null for the room itself.</param>
/// <param name="Cameras">Its cameras.</param>
/// <param name="Stations">Its stations.</param>
/// <param name="FloorPercent">Share of the floor in view, percent; null while unknown.</param>
/// <param name="Clock">Clock.</param>
/// <param name="Space">Room on the volume.</param>
/// <param name="Calibration">Signature under the map.</param>
/// <param name="Scrub">Last pass over the archive.</param>
/// <param name="LedgerIsWhole">Whether the ledger is whole.</param>
internal sealed record ReadinessFacts(
    RoomId Room,
    ExamSession? Session,
    IReadOnlyList<CameraReadiness> Cameras,
    IReadOnlyList<StationReadiness> Stations,
    double? FloorPercent,
    ClockReadiness Clock,
    SpaceReadiness Space,
    CalibrationReadiness Calibration,
    ScrubReadiness Scrub,
    bool LedgerIsWhole
)
{
    /// <summary>Number plates; null where none are set up.</summary>
    public PlateReadiness? Plates { get; init; }
}

/// <summary>What readiness asks for.</summary>
/// <param name="FloorPercent">Least share of the floor in view, percent.</param>
/// <param name="CameraClockMs">Most that a camera's clock may be off, ms.</param>
/// <param name="Margins">Margins of sessions.</param>
/// <param name="InformOnly">Checks that only inform.</param>
internal sealed record ReadinessLimits(
    double FloorPercent,
    double CameraClockMs,
    SessionMargins Margins,
    IReadOnlyCollection<string> InformOnly
)
{
    /// <summary>The whole area, less what measuring by a grid of cells leaves open at walls and pillars.</summary>
    public const double DefaultFloorPercent = 95;

    /// <summary>A clock shown in the picture that is off by more than this misleads whoever reads it.</summary>
    public const double DefaultCameraClockMs = 2000;
}
