using System.Text.Json.Serialization;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Contracts.Api;

/// <summary>
/// Routes of the agent's HTTP API. Every route but the two of health asks for <c>Authorization: Bearer</c> with the API token.
/// </summary>
public static class AgentApi
{
    /// <summary>First segments of every versioned route.</summary>
    public const string Root = "/api/v1";

    /// <summary>Member of a refusal (RFC 9457) that says in Chinese what <c>detail</c> says in English; may be missing.</summary>
    public const string ProblemDetailZh = "detailZh";

    /// <summary>200 while the process runs.</summary>
    public const string Live = "/health/live";

    /// <summary>200 once the agent has opened its archive and tried every camera; else 503 with the reasons.</summary>
    public const string Ready = "/health/ready";

    /// <summary>Prometheus text.</summary>
    public const string Metrics = "/metrics";

    private static string Camera(RoomId room, CameraId camera) => $"{Root}/rooms/{room}/cameras/{camera}";

    /// <summary>Newest key frame as JPEG at the recorded size. Query <c>width</c> scales it down. 404 before the first.</summary>
    public static string Picture(RoomId room, CameraId camera) => $"{Camera(room, camera)}/picture.jpg";

    /// <summary>Commissioned reference picture.</summary>
    public static string Reference(RoomId room, CameraId camera) => $"{Camera(room, camera)}/reference.png";

    /// <summary>
    /// Picture that settled the verdict of a problem, marked, JPEG; <c>reference.jpg</c> in its place is the commissioned view. 404 when
    /// none is kept (any more).
    /// </summary>
    public static string ProblemPicture(RoomId room, CameraId camera, string problem) =>
        $"{Camera(room, camera)}/problems/{problem}/now.jpg";

    /// <summary><see cref="Api.Timeline"/> of a range; query <c>from</c>, <c>to</c> (RFC 3339), at most 31 days.</summary>
    public static string Timeline(RoomId room, CameraId camera) => $"{Camera(room, camera)}/timeline";

    /// <summary>HLS playlist of a range; query <c>from</c>, <c>to</c>, at most 24 hours.</summary>
    public static string Playlist(RoomId room, CameraId camera) => $"{Camera(room, camera)}/playlist.m3u8";

    /// <summary>What a camera sends, as it arrives: one fragmented MP4 that grows until the run ends.</summary>
    public static string LiveStream(RoomId room, CameraId camera) => $"{Camera(room, camera)}/live/stream.mp4";

    /// <summary>HLS playlist of now.</summary>
    public static string LivePlaylist(RoomId room, CameraId camera) => $"{Camera(room, camera)}/live/index.m3u8";

    /// <summary>Committed segment as it lies in the archive; byte ranges.</summary>
    public static string Segment(RoomId room, CameraId camera, long segment) => $"{Camera(room, camera)}/segments/{segment}.mp4";

    /// <summary>
    /// Most segments that one request brings back from the archive tier: two hours of one camera. A download that would need more is
    /// refused with 409.
    /// </summary>
    public const int MostSegmentsFetched = 120;

    /// <summary>
    /// A range as one MP4 file, stream copy; query <c>from</c>, <c>to</c>, at most 24 hours. What lies on the archive tier alone is brought
    /// back first.
    /// </summary>
    public static string Download(RoomId room, CameraId camera) => $"{Camera(room, camera)}/download.mp4";

    /// <summary><see cref="RoomLanes"/> of a room's stations; query <c>from</c>, <c>to</c>, at most 31 days.</summary>
    public static string Lanes(RoomId room) => $"{Root}/rooms/{room}/lanes";

    /// <summary><see cref="Contracts.Sessions.SessionProof"/> of a range; query <c>from</c>, <c>to</c>, at most 24 hours.</summary>
    public static string Proof(RoomId room) => $"{Root}/rooms/{room}/proof";

    /// <summary>Public key that signs the ledger: SubjectPublicKeyInfo, PEM.</summary>
    public const string LedgerKey = Root + "/ledger/key.pem";

    /// <summary>Newest signed checkpoint as text; 404 before the first.</summary>
    public const string LedgerCheckpoint = Root + "/ledger/checkpoint";

    /// <summary><see cref="ConsistencyProof"/> between two sizes; query <c>from</c>, <c>to</c>, numbers of entries.</summary>
    public const string LedgerConsistency = Root + "/ledger/consistency";

    /// <summary>Bytes of an entry of the ledger.</summary>
    public static string LedgerEntry(long number) => $"{Root}/ledger/entries/{number}";

    /// <summary>Inclusion file of an entry below the newest checkpoint; 404 while no checkpoint covers it.</summary>
    public static string LedgerInclusion(long number) => $"{LedgerEntry(number)}/inclusion.txt";

    /// <summary><see cref="ScrubReport"/>.</summary>
    public const string Scrub = Root + "/ledger/scrub";

    /// <summary>POST has everything read again from now on. Answer <see cref="ScrubReport"/>.</summary>
    public const string ScrubNow = Scrub + "/now";

    /// <summary>
    /// POST says that a person has dealt with what the scrub found; needs person and reason (<see cref="ActingPerson"/>). Answer
    /// <see cref="ScrubReport"/>.
    /// </summary>
    public const string ScrubAcknowledgement = Scrub + "/acknowledgement";

    /// <summary>Open problems of the agent: a list of <see cref="OpenProblem"/>, worst first.</summary>
    public const string Problems = Root + "/problems";

    /// <summary>Ids of the agent's rooms: a list of texts.</summary>
    public const string RoomIds = Root + "/rooms";

    /// <summary>
    /// POST: a person vouches for the machine's clock after a jump that retention did not believe. Needs <see cref="ActingPerson"/>; stands
    /// in the ledger.
    /// </summary>
    public const string VouchClock = Root + "/retention/clock";

    /// <summary>Largest schedule file that an import takes, bytes.</summary>
    public const int LargestScheduleBytes = 4 << 20;

    /// <summary>
    /// List of <see cref="Contracts.Sessions.SessionSummary"/> in order of time; query <c>from</c>, <c>to</c> (RFC 3339, at most 400 days;
    /// left out: 30 days back to 90 ahead), <c>room</c>, <c>batch</c>. At most 2000.
    /// </summary>
    public const string Sessions = Root + "/sessions";

    /// <summary>
    /// GET: <see cref="Contracts.Sessions.SessionDetail"/>. PUT: adds or changes it; body <see cref="Contracts.Sessions.ExamSession"/>,
    /// answer <see cref="Contracts.Sessions.ScheduleImport"/> (409 when refused). Writes need <see cref="ActingPerson"/>.
    /// </summary>
    public static string Session(ExamSessionId session) => $"{Sessions}/{session}";

    /// <summary>POST calls a session off; needs person and reason. Answer <see cref="Contracts.Sessions.ScheduleImport"/>.</summary>
    public static string CancelSession(ExamSessionId session) => $"{Session(session)}/cancel";

    /// <summary>
    /// POST imports a file, sent as the body; query <c>file</c> (its name: .xlsx, .csv, .ics, .yaml or .yml), <c>preview=true</c> to change
    /// nothing, <c>replace=true</c> to call off future sessions of the rooms and days that the file speaks of and does not list. Answer
    /// <see cref="Contracts.Sessions.ScheduleImport"/>: 200, or 422 when nothing was done because of findings or refusals. Needs
    /// <see cref="ActingPerson"/> unless it is a preview.
    /// </summary>
    public const string ImportSessions = Sessions + "/import";

    /// <summary>
    /// The schedule as a file: <paramref name="form"/> is <c>yaml</c>, <c>csv</c> or <c>ics</c>; query as for <see cref="Sessions"/>.
    /// </summary>
    public static string ExportSessions(string form) => $"{Root}/schedule.{form}";

    /// <summary>List of <see cref="Contracts.Sessions.BatchSummary"/>, newest first; query <c>year</c> for one year.</summary>
    public const string Batches = Root + "/batches";

    /// <summary>List of <see cref="Messages.RoomReadiness"/>: the newest answer for every room.</summary>
    public const string Readiness = Root + "/readiness";

    /// <summary>
    /// GET: the newest <see cref="Messages.RoomReadiness"/> of a room. POST: checks now, for the next session or the one of query
    /// <c>session</c>.
    /// </summary>
    public static string RoomReadiness(RoomId room) => $"{Root}/rooms/{room}/readiness";

    /// <summary>
    /// GET: the newest <see cref="Messages.RoomPlates"/> of a room; 404 before the first check. POST: begins a check, or joins the one that
    /// runs; 202 with <see cref="PlateCheckBegun"/>. Its result is the GET's, and comes over MQTT.
    /// </summary>
    public static string RoomPlates(RoomId room) => $"{Root}/rooms/{room}/plates";

    /// <summary>
    /// POST: a person says that the room's map and reference pictures, as they are in force, were looked at and are right. Needs
    /// <see cref="ActingPerson"/>; stands in the ledger.
    /// </summary>
    public static string SignMap(RoomId room) => $"{Root}/rooms/{room}/calibration/signature";

    /// <summary><see cref="RetentionOverview"/>.</summary>
    public const string Retention = Root + "/retention";

    /// <summary>
    /// <see cref="RetentionPlanPage"/>; query <c>discard=true|false</c>, <c>room</c>, <c>camera</c>, <c>after</c>, <c>limit</c> (1 to 500,
    /// 100 if left out).
    /// </summary>
    public const string RetentionPlan = Retention + "/plan";

    /// <summary>
    /// GET: <see cref="PlanApproval"/> of the plan of now; 404 when nothing waits. POST: approves; body <see cref="ApprovalRequest"/>,
    /// needs person and reason; 409 when the plan has changed or the person approved already.
    /// </summary>
    public const string Approval = Retention + "/approval";

    /// <summary>
    /// POST lets go now what may go, without waiting for the night; needs person and reason. Answer <see cref="SweepResult"/>.
    /// </summary>
    public const string Sweep = Retention + "/sweep";

    /// <summary>
    /// GET: list of <see cref="FootageHold"/>, newest first; query <c>all=true</c> with those that hold no more. POST: places one; body
    /// <see cref="HoldRequest"/>, needs person and reason; 201 with the <see cref="FootageHold"/>.
    /// </summary>
    public const string Holds = Retention + "/holds";

    /// <summary>POST lifts a hold; needs person and reason; answer <see cref="FootageHold"/>.</summary>
    public static string LiftHold(string hold) => $"{Holds}/{hold}/lift";

    /// <summary>
    /// <see cref="DestructionPage"/>; query <c>before</c> (ledger number), <c>limit</c> (1 to 500, 100 if left out), <c>room</c>,
    /// <c>camera</c>.
    /// </summary>
    public const string Register = Retention + "/register";

    /// <summary>The whole register as CSV, UTF-8 with byte order mark; query <c>from</c>, <c>to</c> by time of destruction.</summary>
    public const string RegisterCsv = Retention + "/register.csv";

    /// <summary>
    /// List of <see cref="StatementEntry"/>, newest first; query <c>from</c>, <c>to</c> (site dates, yyyy-MM-dd), <c>room</c>,
    /// <c>batch</c>. At most 2000.
    /// </summary>
    public const string Statements = Retention + "/statements";

    /// <summary>A statement's text, signed.</summary>
    public static string Statement(string id) => $"{Statements}/{id}";

    /// <summary><see cref="CapacityForecast"/>.</summary>
    public const string Forecast = Retention + "/forecast";
}

/// <summary>
/// A check of the number plates is under way; it takes as long as the cameras need for the pictures that it asks for, a minute at most.
/// </summary>
/// <param name="Room">Room.</param>
/// <param name="At">When it began, UTC: its result is the first whose <c>ts</c> is not before.</param>
public sealed record PlateCheckBegun(RoomId Room, DateTimeOffset At);

/// <summary>What is held of a camera in a range.</summary>
/// <param name="From">Start of the range, UTC.</param>
/// <param name="To">End of the range, UTC, exclusive.</param>
/// <param name="Segments">Committed segments that touch the range, in order of time.</param>
/// <param name="Gaps">Gaps that touch the range, in order of time.</param>
/// <param name="Completeness">Proven ÷ required seconds of the part of the range that is past and in which the camera was known, [0, 1];
/// null when there is none.</param>
public sealed record Timeline(
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<TimelineSegment> Segments,
    IReadOnlyList<TimelineGap> Gaps,
    double? Completeness
);

/// <summary>A committed segment.</summary>
/// <param name="Id">Number in the agent's index.</param>
/// <param name="Start">UTC, by arrival time.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="Sha256">Hash of the file, hex.</param>
/// <param name="Recovered">Whether it was cut at its last whole fragment after a crash.</param>
/// <param name="OnArchiveTier">Whether its file lies on the archive tier alone; playing it brings it back, which takes some
/// seconds.</param>
/// <param name="Entry">Its entry in the ledger; null before it has one.</param>
public sealed record TimelineSegment(
    long Id,
    DateTimeOffset Start,
    DateTimeOffset End,
    long SizeBytes,
    string Sha256,
    bool Recovered,
    [property: JsonPropertyName("onSecondTier")] bool OnArchiveTier = false,
    long? Entry = null
);

/// <summary>Wall time without footage.</summary>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive; null while it is open.</param>
/// <param name="Cause">Why.</param>
/// <param name="Detail">The sentence that was shown at the time; null for none.</param>
/// <param name="Destroyed">Whether it was recorded, and destroyed later as the retention rules allow.</param>
public sealed record TimelineGap(DateTimeOffset Start, DateTimeOffset? End, GapCause Cause, LocalText? Detail, bool Destroyed = false);

/// <summary>
/// Access that an agent grants to a dashboard on the same premises: written by the agent, mode 0600, read by the dashboard.
/// </summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent.</param>
/// <param name="ApiAddress">Absolute address of the agent's API.</param>
/// <param name="ApiToken">Bearer token of the API.</param>
/// <param name="Broker">Broker address, <c>mqtt://host:port</c> or <c>mqtts://host:port</c>.</param>
/// <param name="BrokerUser">User that may only read; null when the broker asks for none.</param>
/// <param name="BrokerPassword">Its password.</param>
/// <param name="BrokerCertificateAuthority">
/// Authority that signed the broker's certificate: its PEM text, or the path of a PEM file on the dashboard's machine; null for the
/// system's.
/// </param>
public sealed record DashboardLink(
    SiteId Site,
    AgentId Agent,
    string ApiAddress,
    string ApiToken,
    string Broker,
    string? BrokerUser,
    string? BrokerPassword,
    string? BrokerCertificateAuthority
)
{
    /// <summary>Name of its published schema; the file itself carries none.</summary>
    public const string SchemaName = "exam-monitor/dashboard-link/1";
}

/// <summary>
/// Shows that the first <paramref name="From"/> entries of a ledger are the beginning of the first <paramref name="To"/>.
/// </summary>
/// <param name="From">Entries, ≥ 0.</param>
/// <param name="To">Entries, ≥ <paramref name="From"/>.</param>
/// <param name="Hashes">RFC 9162 §2.1.4.1, each in base64.</param>
public sealed record ConsistencyProof(long From, long To, IReadOnlyList<string> Hashes);
