namespace ExamMonitor.Contracts.Messages;

/// <summary>How bad a problem is.</summary>
public enum Severity
{
    /// <summary>Worth knowing; no proof is at risk.</summary>
    Notice,

    /// <summary>A proof is weakened: another camera still covers, or the limit is near.</summary>
    Warning,

    /// <summary>A station, the room or the recording is not proved now.</summary>
    Critical,
}

/// <summary>One of the three claims about a station, with why and since when.</summary>
/// <param name="Value">True or false once settled; null while no verdict is possible.</param>
/// <param name="Since">When <paramref name="Value"/> last changed, UTC.</param>
/// <param name="Reason">Machine-readable cause (kebab case) when not true; null when true.</param>
/// <param name="Text">The same for a person; null when true.</param>
public sealed record Claim(bool? Value, DateTimeOffset Since, string? Reason, LocalText? Text);

/// <summary>
/// Light on a worktop as one camera's newest picture shows it; luma in grey levels of limited range, 16 = black, 235 = white. Lux cannot be
/// told from a picture.
/// </summary>
/// <param name="LumaMean">Mean.</param>
/// <param name="LumaP5">5th percentile.</param>
/// <param name="LumaP50">Median.</param>
/// <param name="LumaP95">95th percentile.</param>
/// <param name="ClippedShare">Burnt-out share, [0, 1].</param>
/// <param name="Contrast">Standard deviation, grey levels.</param>
/// <param name="Noise">Standard deviation of the noise, grey levels.</param>
public sealed record StationLight(
    double LumaMean,
    double LumaP5,
    double LumaP50,
    double LumaP95,
    double ClippedShare,
    double Contrast,
    double Noise
);

/// <summary>What one camera says of a station.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Covered">Settled verdict of this camera; null while it cannot say.</param>
/// <param name="Lit">Settled verdict of this camera; null while it cannot say.</param>
/// <param name="PxPerMetre">Pixel density at the recorded size, px/m.</param>
/// <param name="VisibleShare">Share of the worktop in the picture and unobstructed, [0, 1]; null while unknown.</param>
/// <param name="Reason">Cause when not covered or not lit; null when both hold.</param>
/// <param name="Light">Light in the newest picture; null without one.</param>
public sealed record StationByCamera(
    CameraId Camera,
    bool? Covered,
    bool? Lit,
    double PxPerMetre,
    double? VisibleShare,
    string? Reason,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
        StationLight? Light = null
);

/// <summary><c>rooms/{room}/stations/{station}/status</c>, retained.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Room">Room.</param>
/// <param name="Station">Station.</param>
/// <param name="Covered">In view of at least one healthy camera, near enough and not obstructed.</param>
/// <param name="Lit">Lit well enough to record.</param>
/// <param name="Recorded">Footage of a camera that covers it is being committed.</param>
/// <param name="BestCamera">Camera with the best view; null when none sees it.</param>
/// <param name="PxPerMetre">Of the best camera; null when none sees it.</param>
/// <param name="VisibleShare">Of the best camera, [0, 1]; null when unknown.</param>
/// <param name="Cameras">What each camera says.</param>
public sealed record StationStatus(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    RoomId Room,
    StationId Station,
    Claim Covered,
    Claim Lit,
    Claim Recorded,
    CameraId? BestCamera,
    double? PxPerMetre,
    double? VisibleShare,
    IReadOnlyList<StationByCamera> Cameras
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/station-status/1";
}

/// <summary>How many stations a claim holds for.</summary>
/// <param name="Total">Stations of the room.</param>
/// <param name="Covered">Stations whose claim is true.</param>
/// <param name="Lit">Stations whose claim is true.</param>
/// <param name="Recorded">Stations whose claim is true.</param>
public sealed record StationCounts(int Total, int Covered, int Lit, int Recorded);

/// <summary>A problem in one line.</summary>
/// <param name="Id">Id of the problem, the same from opened to closed.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Text">For a person.</param>
/// <param name="Since">Onset, UTC.</param>
public sealed record ProblemSummary(string Id, Severity Severity, LocalText Text, DateTimeOffset Since);

/// <summary><c>rooms/{room}/status</c>, retained.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Room">Room.</param>
/// <param name="Stations">Counts of the three claims.</param>
/// <param name="FloorAreaPercent">Share of the floor in view of at least one healthy camera, percent [0, 100]; null while unknown.</param>
/// <param name="SessionNow">Exam session that runs now; null when none does.</param>
/// <param name="ReadyForNext">Readiness for the next session; null when none is scheduled or it was not checked yet.</param>
/// <param name="WorstProblem">Worst open problem; null when there is none.</param>
/// <param name="OpenProblems">Number of open problems.</param>
public sealed record RoomStatus(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    RoomId Room,
    StationCounts Stations,
    double? FloorAreaPercent,
    string? SessionNow,
    bool? ReadyForNext,
    ProblemSummary? WorstProblem,
    int OpenProblems
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/room-status/1";
}
