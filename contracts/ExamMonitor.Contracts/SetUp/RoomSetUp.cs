using System.Text.Json.Serialization;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>Where something is described.</summary>
public enum SetUpSource
{
    /// <summary>In the configuration file: by hand.</summary>
    Configuration,

    /// <summary>In the file that the API writes.</summary>
    SetUp,
}

/// <summary>Rooms of an agent.</summary>
/// <param name="Rooms">In the order of the configuration, then those of the set-up.</param>
/// <param name="Findings">What clashed when the two were joined; shown until it is mended.</param>
public sealed record SetUpOverview(IReadOnlyList<RoomSetUpSummary> Rooms, IReadOnlyList<SetUpFinding> Findings);

/// <summary>A room in a list.</summary>
/// <param name="Room">Room.</param>
/// <param name="Name">For people.</param>
/// <param name="Version">Version of its calibration, from 1.</param>
/// <param name="Stations">Number of stations.</param>
/// <param name="Cameras">Number of cameras.</param>
/// <param name="Calibrated">Cameras whose calibration was accepted, or that have hand-drawn regions.</param>
/// <param name="Signed">Whether the version in force is signed.</param>
/// <param name="HasDraft">Whether a draft waits.</param>
/// <param name="Map">Where the map is described.</param>
#pragma warning disable CA1720 // Not the type of C: a calibration is signed by a person.
public sealed record RoomSetUpSummary(
    RoomId Room,
    string Name,
    int Version,
    int Stations,
    int Cameras,
    int Calibrated,
    bool Signed,
    bool HasDraft,
    SetUpSource Map
);
#pragma warning restore CA1720

/// <summary>A room with everything that is set up of it.</summary>
/// <param name="Room">Room.</param>
/// <param name="Version">Version in force, from 1.</param>
/// <param name="Map">Map in force. Picture names in it are paths for <see cref="SetUpApi.Picture"/>.</param>
/// <param name="Cameras">How its cameras are reached.</param>
/// <param name="Record"><c>always</c> or <c>sessions</c>.</param>
/// <param name="SoundRequired">Whether the room is to be recorded with sound.</param>
/// <param name="MapSource">Where the map is described.</param>
/// <param name="InForce">The version in force.</param>
/// <param name="Findings">What is to be said of it; empty for nothing.</param>
public sealed record RoomSetUp(
    RoomId Room,
    int Version,
    StationMap Map,
    IReadOnlyList<CameraSetUp> Cameras,
    string Record,
    bool SoundRequired,
    SetUpSource MapSource,
    CalibrationVersion InForce,
    IReadOnlyList<SetUpFinding> Findings
)
{
    /// <summary>Scan of the plan; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PlanBackground? Background { get; init; }
}

/// <summary>A scan of the plan, drawn below it.</summary>
/// <param name="Picture">Name as <see cref="SetUpApi.PlanPicture"/> gave it.</param>
/// <param name="Left">x of its left edge before turning, metres.</param>
/// <param name="Bottom">y of its lower edge before turning, metres.</param>
/// <param name="Width">Width on the plan, metres, (0, 1000].</param>
/// <param name="RotationDeg">Counter-clockwise about its lower left corner, degrees.</param>
public sealed record PlanBackground(string Picture, double Left, double Bottom, double Width, double RotationDeg = 0);

/// <summary>How a camera is reached.</summary>
/// <param name="Id">Camera, as in the map.</param>
/// <param name="Address">RTSP address of the recorded stream, without user and password.</param>
/// <param name="AnalysisAddress">RTSP address of the sub-stream; null for none.</param>
/// <param name="User">User name; null for none.</param>
/// <param name="HasPassword">Whether a password is kept. It is never told.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="AllowPasswordInClear">Whether a camera without digest may have it in clear.</param>
/// <param name="Enabled">False leaves it out without deleting it.</param>
/// <param name="Source">Where it is described: one of the configuration file is changed there.</param>
public sealed record CameraSetUp(
    CameraId Id,
    string Address,
    string? AnalysisAddress,
    string? User,
    bool HasPassword,
    string Transport,
    bool AllowPasswordInClear,
    bool Enabled,
    SetUpSource Source
);

/// <summary>A change of a room: the whole of it as it is to be.</summary>
/// <param name="BasedOn">Version that the change was made from; 0 for a new room.</param>
/// <param name="Map">The map.</param>
/// <param name="Cameras">Every camera; those of the configuration file may be left out, and are refused when they differ from it.</param>
/// <param name="Record"><c>always</c> or <c>sessions</c>.</param>
/// <param name="SoundRequired">Whether the room is to be recorded with sound.</param>
/// <param name="Background">Scan of the plan; null for none.</param>
public sealed record RoomSetUpChange(
    int BasedOn,
    StationMap Map,
    IReadOnlyList<CameraSetUpChange> Cameras,
    string Record = "always",
    bool SoundRequired = true,
    PlanBackground? Background = null
);

/// <summary>How a camera is to be reached.</summary>
/// <param name="Id">Camera, as in the map.</param>
/// <param name="Address">RTSP address of the recorded stream, without user and password.</param>
/// <param name="AnalysisAddress">RTSP address of the sub-stream; null for none.</param>
/// <param name="User">User name; null for none.</param>
/// <param name="Password">Password; null keeps the one that is kept for this camera as long as host and user stay the same, empty takes it
/// away.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="AllowPasswordInClear">Whether a camera without digest may have it in clear.</param>
/// <param name="Enabled">False leaves it out without deleting it.</param>
public sealed record CameraSetUpChange(
    CameraId Id,
    string Address,
    string? AnalysisAddress = null,
    string? User = null,
    string? Password = null,
    string Transport = "tcp",
    bool AllowPasswordInClear = false,
    bool Enabled = true
)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Id} {Address}";
}
