using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Dashboard.Acts;

/// <summary>What people do to an agent through the dashboard.</summary>
internal enum ActKind
{
    /// <summary>Add or change one exam session.</summary>
    SessionSave,

    /// <summary>Call one exam session off.</summary>
    SessionCancel,

    /// <summary>Import a schedule file.</summary>
    ScheduleImport,

    /// <summary>Ask whether a room is ready, now.</summary>
    ReadinessCheck,

    /// <summary>Let a room's number plates be read, now.</summary>
    PlateCheck,

    /// <summary>Place a hold on footage.</summary>
    HoldPlace,

    /// <summary>Lift a hold.</summary>
    HoldLift,

    /// <summary>Approve the destruction of exam footage whose window has ended.</summary>
    DestructionApprove,

    /// <summary>Open a draw, type its number, or replace a unit of it.</summary>
    DrawMake,

    /// <summary>Record a finding about a sample.</summary>
    FindingRecord,

    /// <summary>Record marks on a score sheet.</summary>
    ScoresRecord,

    /// <summary>Make an evidence pack.</summary>
    PackMake,

    /// <summary>Add, change or take away a room with its stations, cameras and calibrations.</summary>
    RoomSetUp,

    /// <summary>Sign a calibration.</summary>
    CalibrationSign,

    /// <summary>Take a picture for calibrating, also by looking for plates in it.</summary>
    PictureTake,

    /// <summary>Try a camera, or ask the network for cameras.</summary>
    CameraTry,

    /// <summary>Make a copy with blurred regions.</summary>
    CopyMake,
}

/// <summary>One act, before it is done.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent that is asked to do it.</param>
/// <param name="Rooms">Rooms that it touches; null when it touches the whole site.</param>
/// <param name="Subject">What it is done to, for the audit log.</param>
/// <param name="Reason">Why; at most <see cref="ActingPerson.LongestReason"/> characters; checks, findings, scores, pictures and signatures
/// need none.</param>
internal sealed record Act(ActKind Kind, SiteId Site, AgentId Agent, IReadOnlyList<RoomId>? Rooms, string Subject, string Reason)
{
    /// <summary>
    /// Draw, session or batch that it belongs to; null for none. An account of one evaluation does nothing outside of it.
    /// </summary>
    public string? Evaluation { get; init; }

    /// <summary>Policy that a person must meet.</summary>
    public string Policy => PolicyOf(Kind);

    /// <summary>Its word in the audit log, kebab case.</summary>
    public string Word => WordOf(Kind);

    /// <summary>Whether a reason must be given.</summary>
    public bool NeedsReason =>
        Kind
            is not (
                ActKind.ReadinessCheck
                or ActKind.PlateCheck
                or ActKind.FindingRecord
                or ActKind.ScoresRecord
                or ActKind.CalibrationSign
                or ActKind.PictureTake
                or ActKind.CameraTry
            );

    public static string PolicyOf(ActKind kind) =>
        kind switch
        {
            ActKind.SessionSave or ActKind.SessionCancel or ActKind.ScheduleImport => Accounts.Policy.Schedule,
            ActKind.ReadinessCheck or ActKind.PlateCheck => Accounts.Policy.Readiness,
            ActKind.HoldPlace => Accounts.Policy.Holds,
            ActKind.RoomSetUp or ActKind.CalibrationSign or ActKind.PictureTake or ActKind.CameraTry => Accounts.Policy.SetUp,
            ActKind.DrawMake or ActKind.FindingRecord or ActKind.ScoresRecord or ActKind.PackMake or ActKind.CopyMake => Accounts
                .Policy
                .Evaluation,
            ActKind.HoldLift or ActKind.DestructionApprove => Accounts.Policy.Destruction,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no policy"),
        };

    public static string WordOf(ActKind kind) =>
        kind switch
        {
            ActKind.SessionSave => "session-save",
            ActKind.SessionCancel => "session-cancel",
            ActKind.ScheduleImport => "schedule-import",
            ActKind.ReadinessCheck => "readiness-check",
            ActKind.PlateCheck => "plate-check",
            ActKind.HoldPlace => "hold-place",
            ActKind.HoldLift => "hold-lift",
            ActKind.DrawMake => "draw-make",
            ActKind.FindingRecord => "finding-record",
            ActKind.ScoresRecord => "scores-record",
            ActKind.PackMake => "pack-make",
            ActKind.CopyMake => "copy-make",
            ActKind.RoomSetUp => "room-set-up",
            ActKind.CalibrationSign => "calibration-sign",
            ActKind.PictureTake => "picture-take",
            ActKind.CameraTry => "camera-try",
            ActKind.DestructionApprove => "destruction-approve",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no word"),
        };
}

/// <summary>What came of an act.</summary>
public enum ActResult
{
    /// <summary>The agent did it.</summary>
    Done,

    /// <summary>The person may not, or no longer; nothing was asked.</summary>
    Denied,

    /// <summary>No reason was given; nothing was asked.</summary>
    ReasonMissing,

    /// <summary>The reason is too long or holds control characters; nothing was asked.</summary>
    ReasonUnfit,

    /// <summary>The audit log cannot be written; nothing was asked.</summary>
    NotRecorded,

    /// <summary>The agent refused.</summary>
    Refused,

    /// <summary>No answer came: whether it was done is not known.</summary>
    Unanswered,

    /// <summary>No link to the agent is known; nothing was asked.</summary>
    NoLink,
}

/// <param name="Result">What came of it.</param>
/// <param name="Value">The agent's answer; null when there is none.</param>
/// <param name="Status">HTTP status of a refusal; null without one.</param>
/// <param name="Detail">The agent's own sentence; null for none.</param>
/// <summary>Result of an act with the agent's answer.</summary>
internal sealed record ActOutcome<T>(ActResult Result, T? Value, int? Status = null, string? Detail = null)
    where T : class;
