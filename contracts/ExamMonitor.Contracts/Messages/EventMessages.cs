namespace ExamMonitor.Contracts.Messages;

/// <summary>What happened to a problem.</summary>
public enum ProblemChange
{
    /// <summary>It began.</summary>
    Opened,

    /// <summary>Its text, severity or picture changed.</summary>
    Changed,

    /// <summary>It ended.</summary>
    Closed,
}

/// <summary>What a problem is about; the narrowest that applies.</summary>
/// <param name="Room">Room; null for the agent as a whole.</param>
/// <param name="Camera">Camera; null when none is meant.</param>
/// <param name="Station">Station; null when none is meant.</param>
public sealed record ProblemSubject(RoomId? Room, CameraId? Camera, StationId? Station);

/// <summary><c>events</c>, not retained; in order and once, through any outage.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">When it happened, UTC; not when it was sent.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Agent">Agent that says so.</param>
/// <param name="Id">Id of the problem, the same from opened to closed.</param>
/// <param name="Change">Opened, changed or closed.</param>
/// <param name="Code">Kind of problem, kebab case, such as <c>camera-covered</c>.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Since">Onset of the problem, UTC.</param>
/// <param name="Text">For a person.</param>
/// <param name="Evidence">Address of the picture or list that shows it, relative to the agent's API; null when there is none. One that ends
/// in <c>/now.jpg</c> was kept from the onset and has a neighbour <c>reference.jpg</c>.</param>
public sealed record ProblemEvent(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    AgentId Agent,
    string Id,
    ProblemChange Change,
    string Code,
    Severity Severity,
    ProblemSubject Subject,
    DateTimeOffset Since,
    LocalText Text,
    string? Evidence
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/problem-event/1";
}

/// <summary><c>checkpoints</c>, retained: the signed head of an agent's ledger.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Agent">Agent whose ledger it is.</param>
/// <param name="Size">Leaves, ≥ 0.</param>
/// <param name="Root">Merkle root over these leaves, SHA-256, base64.</param>
/// <param name="Note">The signed text exactly as docs/protocol/ledger.md defines it, signature included.</param>
public sealed record LedgerCheckpoint(string Schema, DateTimeOffset Ts, long Seq, AgentId Agent, long Size, string Root, string Note)
    : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/ledger-checkpoint/1";
}
