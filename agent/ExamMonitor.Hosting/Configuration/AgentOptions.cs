using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>The agent's configuration file. Read once at start; every value was checked by <see cref="ConfigurationFile"/>.</summary>
internal sealed class AgentOptions
{
    [Description("Site: the body's premises; first level of every MQTT topic. 1 to 64 of A-Z a-z 0-9 . _ -")]
    [Required]
    public SiteId Site { get; init; }

    [Description("Id of this agent, unique within the site.")]
    [Required]
    public AgentId Agent { get; init; }

    [Description("Site time zone, IANA name. Exam days, retention windows and \"today\" follow it.")]
    [Required]
    public string TimeZone { get; init; } = "Asia/Shanghai";

    [Description(
        "Folder for the agent's own state: index, outbox, lanes, secrets made at first start. Relative paths start at the configuration file."
    )]
    [Required]
    public string Folder { get; init; } = "/var/lib/exam-monitor";

    [Description("Where and how footage is written.")]
    [Required]
    public FootageSection Footage { get; init; } = new();

    [Description("Rooms that this agent watches, described by hand. Left out: those that were set up over the API alone.")]
    [MaxLength(64)]
    public IReadOnlyList<RoomSection> Rooms { get; init; } = [];

    [Description("MQTT broker. Left out: the agent's own on loopback.")]
    public BrokerSection Broker { get; init; } = new();

    [Description("HTTP API.")]
    public ApiSection Api { get; init; } = new();

    [Description("Exam sessions.")]
    public ScheduleSection Schedule { get; init; } = new();

    [Description("Ledger: time stamps and reading again.")]
    public LedgerSection Ledger { get; init; } = new();

    [Description("How long footage is kept.")]
    public RetentionSection Retention { get; init; } = new();

    [Description("Archive tier: exam footage is copied to another disk or to S3 with Object Lock. Left out: none.")]
    public TierSection Tier { get; init; } = new();

    [Description("Measurement of the pictures.")]
    public WatchSection Watch { get; init; } = new();

    [Description("Daily check of the number plates.")]
    public PlatesSection Plates { get; init; } = new();

    [Description("Metrics beyond the Prometheus text of the API.")]
    public MetricsSection Metrics { get; init; } = new();

    [Description("Paths of external programs.")]
    public ToolsSection Tools { get; init; } = new();
}

internal sealed class FootageSection
{
    [Description("Folder of the footage volume. It should be a file system of its own.")]
    [Required]
    public string Volume { get; init; } = string.Empty;

    [Description(
        "Create volume.json when the folder is empty. Leave false on a mounted disk after the first start, so that a missing mount never fills the root disk."
    )]
    public bool CreateVolume { get; init; }

    [Description("Seconds per segment file.")]
    [Range(10, 300)]
    public int SegmentSeconds { get; init; } = 60;

    [Description("Least free bytes for the sessions of a day; with less, check fails and a problem opens.")]
    [Range(0, 1e15)]
    public long ReserveBytes { get; init; } = 1L << 30;

    [Description(
        "Bytes of a file on the volume that is given back to ledger, register and index when the disk is full. At most 1/32 of the volume; 0: none."
    )]
    [Range(0, 64L << 30)]
    public long BookkeepingReserveBytes { get; init; } = 64L << 20;
}

internal sealed class RoomSection
{
    [Description("Station map of the room (exam-monitor/station-map/1).")]
    [Required]
    public string Map { get; init; } = string.Empty;

    [Description(
        "Whether the room is to be recorded with sound (exam and marking rooms are, COV-3 and COV-5). Set false for a room that needs none."
    )]
    public bool SoundRequired { get; init; } = true;

    [Description("always: around the clock. sessions: only during exam sessions with their margins, and when readiness is checked.")]
    [AllowedValues("always", "sessions")]
    public string Record { get; init; } = "always";

    [Description("Cameras of the room. Ids are those of the map.")]
    [Required]
    [MinLength(1)]
    [MaxLength(64)]
    public IReadOnlyList<CameraSection> Cameras { get; init; } = [];
}

internal sealed class CameraSection
{
    [Description("Camera id as in the map.")]
    [Required]
    public CameraId Id { get; init; }

    [Description("RTSP address of the stream that is recorded, without user and password.")]
    [Required]
    public string Address { get; init; } = string.Empty;

    [Description("RTSP address of a smaller sub-stream for measuring. Left out: key frames of the recorded stream.")]
    public string? AnalysisAddress { get; init; }

    [Description("User name at the camera.")]
    public string? User { get; init; }

    [Description("File whose first line is the password; on Linux readable by its owner only (mode 0600).")]
    public string? PasswordFile { get; init; }

    [Description("Environment variable that holds the password.")]
    public string? PasswordEnvironment { get; init; }

    [Description("How media travels: tcp or udp.")]
    [AllowedValues("tcp", "udp")]
    public string Transport { get; init; } = "tcp";

    [Description(
        "Whether a camera that knows no digest may have its password in clear over an unencrypted connection. Only in a network of its own."
    )]
    public bool AllowPasswordInClear { get; init; }

    [Description("Set false to leave the camera out without deleting its entry.")]
    public bool Enabled { get; init; } = true;
}

internal sealed class BrokerSection
{
    [Description("child: start and supervise the agent's own broker on loopback. address: use the broker at 'address'.")]
    [AllowedValues("child", "address")]
    public string Mode { get; init; } = "child";

    [Description("Port of the child on loopback; 0 takes any free one.")]
    [Range(0, 65535)]
    public int Port { get; init; } = 1883;

    [Description(
        "Address and port at which the child listens for other machines as well, with TLS, such as 0.0.0.0:8883. Left out: loopback alone."
    )]
    [RegularExpression(@"^(\[[0-9A-Fa-f:.]+\]|[0-9.]+|localhost):\d{1,5}$")]
    public string? Listen { get; init; }

    [Description("PEM file of the certificate for 'listen'.")]
    public string? Certificate { get; init; }

    [Description("PEM file of that certificate's key (mode 0600).")]
    public string? CertificateKey { get; init; }

    [Description("mqtt://host:port or mqtts://host:port, without user and password.")]
    public string? Address { get; init; }

    [Description("User name at the broker.")]
    public string? User { get; init; }

    [Description("File whose first line is the password (mode 0600).")]
    public string? PasswordFile { get; init; }

    [Description("Environment variable that holds the password.")]
    public string? PasswordEnvironment { get; init; }

    [Description("PEM file of the authority that signed the broker's certificate. Left out: the system's authorities.")]
    public string? CertificateAuthority { get; init; }

    [Description("User that may only read, handed to the dashboard on these premises. Left out: the dashboard needs its own.")]
    public string? ReaderUser { get; init; }

    [Description("File with the password of readerUser (mode 0600).")]
    public string? ReaderPasswordFile { get; init; }
}

internal sealed class ApiSection
{
    [Description("Address and port to listen on; port 0 takes any free one.")]
    [Required]
    [RegularExpression(@"^(\[[0-9A-Fa-f:.]+\]|[0-9.]+|localhost):\d{1,5}$")]
    public string Listen { get; init; } = "127.0.0.1:8430";

    [Description("PEM file of the certificate (chain) for HTTPS. Required to listen beyond loopback.")]
    public string? Certificate { get; init; }

    [Description("PEM file of its key (mode 0600).")]
    public string? CertificateKey { get; init; }

    [Description("Address under which others reach the API, for links. Left out: made from 'listen'.")]
    public string? PublicAddress { get; init; }

    [Description("File with the bearer token (mode 0600). Left out: api-token in the agent's folder, made at first start.")]
    public string? TokenFile { get; init; }
}

internal sealed class ScheduleSection
{
    [Description(
        "Schedule file (.yaml, .csv or .ics) that is imported at every start: sessions are added and changed, never taken away. Left out: import by command or API."
    )]
    public string? File { get; init; }

    [Description("Minutes before a session's start whose footage belongs to it.")]
    [Range(0, 1440)]
    public int MarginBeforeMinutes { get; init; } = 30;

    [Description("Minutes after a session's end whose footage belongs to it.")]
    [Range(0, 1440)]
    public int MarginAfterMinutes { get; init; } = 30;

    [Description(
        "Rooms of the site that other agents watch: a schedule may name them, and their sessions are passed over. Any other unknown room is an error."
    )]
    [MaxLength(256)]
    public IReadOnlyList<RoomId> OtherRooms { get; init; } = [];

    [Description("Readiness checks that only inform, such as audio or scrub: anything but yes does not make the room not ready.")]
    [MaxLength(16)]
    public IReadOnlyList<string> InformOnly { get; init; } = [];
}

internal sealed class LedgerSection
{
    [Description("Time stamp authority (RFC 3161) that confirms when a head existed. Left out: heads carry the agent's own clock alone.")]
    public AnchorSection Anchor { get; init; } = new();

    [Description(
        "Witnesses that cosign every head (c2sp.org/tlog-witness): a dashboard, or any standard witness. Left out: heads carry the agent's own signature alone."
    )]
    [MaxLength(16)]
    public IReadOnlyList<WitnessSection> Witnesses { get; init; } = [];

    [Description("Days within which every segment is read again and compared with the ledger.")]
    [Range(1, 90)]
    public int ScrubDays { get; init; } = 30;
}

internal sealed class WitnessSection
{
    [Description("http or https address of the witness (its submission prefix); of a dashboard: its address and /witness.")]
    [Required]
    public string Address { get; init; } = string.Empty;

    [Description("Verifier key of the witness (vkey), as its operator names it: NAME+ID+KEY.")]
    [Required]
    public string Key { get; init; } = string.Empty;

    [Description(
        "PEM file with the root certificate of the authority that signed the witness's certificate; no other is trusted then. Left out: the system's authorities."
    )]
    public string? CaFile { get; init; }
}

internal sealed class AnchorSection
{
    [Description("http or https address of the authority. Left out: no time stamps.")]
    public string? Address { get; init; }

    [Description("PEM file with the authority's root certificate. Required with 'address'.")]
    public string? CaFile { get; init; }

    [Description("Hours between two time stamps.")]
    [Range(1, 720)]
    public int EveryHours { get; init; } = 24;
}

internal sealed class RetentionSection
{
    [Description("Law profiles in force; the longest window wins. Left out: exam footage is kept five years.")]
    [MaxLength(16)]
    public IReadOnlyList<string> Profiles { get; init; } = [];

    [Description("A longer window for exam footage than the law's, an ISO 8601 period such as P7Y. A shorter one is an error.")]
    public string? ExamWindow { get; init; }

    [Description("Days for which idle footage is kept at most; 0 keeps it as long as space allows.")]
    [Range(0, 3650)]
    public int IdleDays { get; init; } = 30;

    [Description("Whether exam footage whose window has ended goes only when two persons have approved it.")]
    public bool TwoPersonApproval { get; init; }

    [Description("Days before the volume can no longer hold its duty from which it is warned of.")]
    [Range(14, 365)]
    public int WarnDays { get; init; } = 30;
}

internal sealed class TierSection
{
    [Description("none; folder: another disk; s3: a bucket with Object Lock, in compliance mode.")]
    [AllowedValues("none", "folder", "s3")]
    public string Kind { get; init; } = "none";

    [Description("Folder of the archive tier, for kind folder. It should be another disk.")]
    public string? Path { get; init; }

    [Description(
        "Make an empty folder or an empty prefix the archive tier. Leave false after the first start, so that a missing mount never fills the root disk."
    )]
    public bool Create { get; init; }

    [Description("Address of the S3 server, https://host[:port]. http only on this machine.")]
    public string? Endpoint { get; init; }

    [Description("Region of the S3 server.")]
    [Required]
    public string Region { get; init; } = "us-east-1";

    [Description("Bucket. It must have been made with Object Lock; one without is refused.")]
    public string? Bucket { get; init; }

    [Description("What stands before each key. One agent each. Left out: SITE/AGENT.")]
    public string? Prefix { get; init; }

    [Description("Id of the access key.")]
    public string? AccessKey { get; init; }

    [Description("File whose first line is the secret of the access key (mode 0600).")]
    public string? SecretKeyFile { get; init; }

    [Description("Environment variable that holds the secret.")]
    public string? SecretKeyEnvironment { get; init; }

    [Description("PEM file of the authority that signed the server's certificate. Left out: the system's authorities.")]
    public string? CertificateAuthority { get; init; }

    [Description("Most megabits a second to and from the archive tier; 0 for no limit.")]
    [Range(0, 100000)]
    public int MegabitsPerSecond { get; init; }

    [Description(
        "Days after which footage that lies proved on the archive tier is taken from the volume. Left out: it stays on both until its window ends."
    )]
    [Range(0, 36500)]
    public int? KeepLocalDays { get; init; }
}

internal sealed class WatchSection
{
    [Description("Measure the pictures. Without it nothing is said about stations; recording goes on.")]
    public bool Enabled { get; init; } = true;

    [Description("Seconds without footage after which a camera counts as lost.")]
    [Range(2, 60)]
    public int LostAfterSeconds { get; init; } = 8;

    [Description(
        "Report pictures that repeat earlier ones: a recording fed in instead of the room. Set false only for cameras that play clips, as in the demo."
    )]
    public bool FindReplays { get; init; } = true;

    [Description("Days for which the pictures of a problem's onset are kept.")]
    [Range(1, 3660)]
    public int EvidenceDays { get; init; } = 190;

    [Description("Most megabytes of such pictures; beyond it the oldest go first.")]
    [Range(10, 1000000)]
    public int EvidenceMegabytes { get; init; } = 500;

    [Description("Measure the sound of each committed segment: present, silent or over-driven. Costs about 0.2 % of a core per camera.")]
    public bool Sound { get; init; } = true;
}

internal sealed class PlatesSection
{
    [Description(
        "Read the number plates of every room once a day, and say where a plate is not the one of the map. By hand it is always possible: exam-monitor-agent plates check."
    )]
    public bool Daily { get; init; } = true;

    [Description("Time of the daily check by the site's clock, HH:mm; best when the lights are on and nobody sits at the stations.")]
    [Required]
    [RegularExpression(@"^([01]\d|2[0-3]):[0-5]\d$")]
    public string At { get; init; } = "07:30";

    [Description("Pictures per camera, one key frame after the other; a plate counts when it was read in two of them.")]
    [Range(3, 20)]
    public int Pictures { get; init; } = 5;

    [Description("Paper that the plates were printed on; from it follows which are too small in the picture to be read.")]
    [AllowedValues("A4", "A3")]
    public string Paper { get; init; } = "A4";
}

internal sealed class MetricsSection
{
    [Description("OTLP endpoint, such as http://127.0.0.1:4317. Left out: nothing is sent.")]
    public string? OtlpEndpoint { get; init; }
}

internal sealed class ToolsSection
{
    [Description("ffmpeg. Left out: looked for on the path.")]
    public string? Ffmpeg { get; init; }

    [Description("ffprobe. Left out: looked for on the path.")]
    public string? Ffprobe { get; init; }
}
