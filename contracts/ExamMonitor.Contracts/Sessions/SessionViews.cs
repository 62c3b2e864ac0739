using System.Text.Json.Serialization;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Contracts.Sessions;

/// <summary>Where a session stands.</summary>
public enum SessionState
{
    /// <summary>Its scheduled start lies ahead.</summary>
    Planned,

    /// <summary>Between its scheduled start and end.</summary>
    Running,

    /// <summary>Its scheduled end is past.</summary>
    Over,

    /// <summary>Called off.</summary>
    Cancelled,
}

/// <summary>A session with what is known of its footage.</summary>
/// <param name="Session">As scheduled.</param>
/// <param name="State">Where it stands now.</param>
/// <param name="RequiredFrom">Start with the margin before it, UTC: from here on footage is exam footage.</param>
/// <param name="RequiredTo">End with the margin after it, UTC, exclusive.</param>
/// <param name="Completeness">Lowest of the cameras' proven ÷ required seconds, [0, 1], of the part that is past; the required seconds are
/// those from scheduled start to scheduled end. Null before the start, and while nothing is decided. 1 only when it is exact.</param>
/// <param name="Gaps">Gaps of all cameras that touch the session; null before the start.</param>
/// <param name="Ready">Last answer to "is the room ready?"; null when it was not asked for this session yet.</param>
public sealed record SessionSummary(
    ExamSession Session,
    SessionState State,
    DateTimeOffset RequiredFrom,
    DateTimeOffset RequiredTo,
    double? Completeness,
    int? Gaps,
    bool? Ready
);

/// <summary>A gap of one camera during a session.</summary>
/// <param name="Camera">Camera.</param>
/// <param name="Start">UTC, cut to the session.</param>
/// <param name="End">UTC, exclusive, cut to the session; null while it is open.</param>
/// <param name="Cause">Why.</param>
/// <param name="Detail">The sentence that was shown at the time; null for none.</param>
/// <param name="Destroyed">Whether it was recorded, and destroyed later as the retention rules allow.</param>
public sealed record SessionGap(
    CameraId Camera,
    DateTimeOffset Start,
    DateTimeOffset? End,
    GapCause Cause,
    LocalText? Detail,
    bool Destroyed = false
);

/// <summary>What one camera proves of a session (RET-3).</summary>
/// <param name="Camera">Camera.</param>
/// <param name="ProvenSeconds">Seconds of footage inside the part of the session that is past, ≥ 0.</param>
/// <param name="RequiredSeconds">Seconds of that part, ≥ 0.</param>
/// <param name="Completeness">Proven ÷ required, [0, 1]; null when nothing was required yet.</param>
/// <param name="OnArchiveTier">Stretches of it that are held on the archive tier alone, in order of time: they are proven, and are fetched
/// before they play. Null when the agent does not tell.</param>
public sealed record CameraCompleteness(
    CameraId Camera,
    double ProvenSeconds,
    double RequiredSeconds,
    double? Completeness,
    [property: JsonPropertyName("onSecondTier")] IReadOnlyList<AwaySpan>? OnArchiveTier = null
);

/// <summary>Footage whose files lie on the archive tier alone.</summary>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
public sealed record AwaySpan(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What is proved of one station during a session.</summary>
/// <param name="Station">Station.</param>
/// <param name="RequiredSeconds">Seconds of the session that are past, ≥ 0.</param>
/// <param name="RecordedSeconds">Seconds during which the station was in view of a camera whose footage was being committed: the union over
/// its cameras.</param>
/// <param name="Completeness">Recorded ÷ required, [0, 1]; null when nothing was required yet.</param>
/// <param name="CoveredShare">Share of the required seconds during which it was in view; null when nothing was required yet.</param>
/// <param name="LitShare">Share of the required seconds during which it was lit; null when nothing was required yet.</param>
/// <param name="UnknownSeconds">Seconds for which no verdict was possible or the agent did not run: neither proved nor disproved.</param>
public sealed record StationCompleteness(
    StationId Station,
    double RequiredSeconds,
    double RecordedSeconds,
    double? Completeness,
    double? CoveredShare,
    double? LitShare,
    double UnknownSeconds
);

/// <summary>A step in the life of a session.</summary>
/// <param name="At">UTC.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Session">As it was from then on.</param>
/// <param name="Person">Who did it, as the caller said; a file name for an import without a person.</param>
/// <param name="Reason">Why; null when none was given.</param>
/// <param name="LedgerEntry">Its number in the ledger; null while it waits for the ledger.</param>
public sealed record SessionStep(
    DateTimeOffset At,
    SessionChangeKind Kind,
    ExamSession Session,
    string Person,
    string? Reason,
    long? LedgerEntry
);

/// <summary>Everything about one session.</summary>
/// <param name="Summary">In short.</param>
/// <param name="Cameras">Per camera of its room.</param>
/// <param name="Stations">Per station of its room.</param>
/// <param name="Gaps">In order of time; at most 1000.</param>
/// <param name="History">In order of time.</param>
/// <param name="Readiness">Last check made for it; null before the first.</param>
public sealed record SessionDetail(
    SessionSummary Summary,
    IReadOnlyList<CameraCompleteness> Cameras,
    IReadOnlyList<StationCompleteness> Stations,
    IReadOnlyList<SessionGap> Gaps,
    IReadOnlyList<SessionStep> History,
    RoomReadiness? Readiness
);

/// <summary>A batch: sessions that are filed and judged together (RET-2).</summary>
/// <param name="Batch">Batch.</param>
/// <param name="FirstDay">Site date of its first session.</param>
/// <param name="LastDay">Site date on which its last session ends: its window begins here.</param>
/// <param name="Sessions">Sessions that were not called off.</param>
/// <param name="Rooms">Rooms, in order.</param>
/// <param name="Candidates">Sum over the sessions; null when no session says.</param>
/// <param name="SizeBytes">Bytes of its footage that are held; null while they were not counted.</param>
/// <param name="Completeness">Lowest of its sessions; null before the first started.</param>
/// <param name="KeptUntil">Last site date that is still kept by the law profiles in force; null when it cannot be told, which means:
/// kept.</param>
/// <param name="Holds">Holds in force on any of its footage.</param>
public sealed record BatchSummary(
    BatchId Batch,
    DateOnly FirstDay,
    DateOnly LastDay,
    int Sessions,
    IReadOnlyList<RoomId> Rooms,
    int? Candidates,
    long? SizeBytes,
    double? Completeness,
    DateOnly? KeptUntil,
    int Holds
);
