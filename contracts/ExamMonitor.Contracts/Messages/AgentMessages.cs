using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.Messages;

/// <summary>Whether an agent is connected to the broker.</summary>
public enum AgentConnection
{
    /// <summary>Said by the last will, or before an orderly stop.</summary>
    Offline,

    /// <summary>Connected.</summary>
    Online,
}

/// <summary><c>agents/{agent}/state</c>, retained; also the last will.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="State">Online or offline.</param>
/// <param name="Version">Version of the agent.</param>
/// <param name="Since">Start of the agent process, UTC.</param>
/// <param name="ApiAddress">Absolute address of the agent's HTTP API, without credentials; null when it has none.</param>
/// <param name="PublicKey">Key that signs checkpoints: SubjectPublicKeyInfo, PEM; null while the agent has none.</param>
public sealed record AgentState(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    AgentConnection State,
    string Version,
    DateTimeOffset Since,
    string? ApiAddress,
    string? PublicKey
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/agent-state/1";
}

/// <summary><c>agents/{agent}/manifest</c>, retained: everything that a page needs to draw before the first status arrives.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Rooms">Rooms of this agent.</param>
/// <param name="Profiles">Law profiles in force, by name.</param>
/// <param name="ScheduleDigest">SHA-256 of the exam schedule in force, hex; null without a schedule.</param>
/// <param name="TimeZone">IANA name of the site's time zone, such as <c>Asia/Shanghai</c>; null means that one.</param>
public sealed record AgentManifest(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    IReadOnlyList<ManifestRoom> Rooms,
    IReadOnlyList<string> Profiles,
    string? ScheduleDigest,
    string? TimeZone = null
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/agent-manifest/1";
}

/// <summary>A room of the manifest.</summary>
/// <param name="Id">Room.</param>
/// <param name="Name">For people.</param>
/// <param name="Outline">Floor polygon, metres, plan axes of the station map.</param>
/// <param name="Stations">Stations as in the map.</param>
/// <param name="Cameras">Cameras with what they see.</param>
/// <param name="Obstacles">Walls and pillars.</param>
public sealed record ManifestRoom(
    RoomId Id,
    string Name,
    IReadOnlyList<PlanPoint> Outline,
    IReadOnlyList<MapStation> Stations,
    IReadOnlyList<ManifestCamera> Cameras,
    IReadOnlyList<MapObstacle> Obstacles
);

/// <summary>A camera of the manifest.</summary>
/// <param name="Id">Camera.</param>
/// <param name="Name">For people.</param>
/// <param name="Position">Where it hangs on the plan, metres; null when the calibration does not tell.</param>
/// <param name="FloorView">Part of the floor it sees, plan polygon in metres; empty when unknown.</param>
/// <param name="Stations">Outline of each station in its picture.</param>
public sealed record ManifestCamera(
    CameraId Id,
    string Name,
    PlanPoint? Position,
    IReadOnlyList<PlanPoint> FloorView,
    IReadOnlyList<StationInView> Stations
);

/// <summary>A station's worktop as a camera sees it.</summary>
/// <param name="Station">Station.</param>
/// <param name="Outline">Polygon in shares of the picture's width and height, [0, 1] where it is inside the picture; may reach
/// outside.</param>
/// <param name="PxPerMetre">Pixel density at the recorded size (IEC 62676-4), px/m.</param>
/// <param name="InPictureShare">Share of the worktop inside the picture, [0, 1].</param>
public sealed record StationInView(StationId Station, IReadOnlyList<PixelPoint> Outline, double PxPerMetre, double InPictureShare);
