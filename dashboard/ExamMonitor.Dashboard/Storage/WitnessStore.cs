using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>How a kept head stands. The words are stored; never rename one.</summary>
internal enum HeadStanding
{
    /// <summary>Not yet shown to continue what was known.</summary>
    Unproved,

    /// <summary>It continues what was known.</summary>
    Proved,

    /// <summary>It contradicts what was known; an alarm tells how.</summary>
    Contradicts,
}

/// <summary>What a witness alarms of. The words are stored; never rename one.</summary>
internal enum AlarmKind
{
    /// <summary>Fewer entries than were seen before.</summary>
    RolledBack,

    /// <summary>The entries seen before are not the beginning of these.</summary>
    Forked,

    /// <summary>Signed, or said to be signed from now on, by another key than the pinned one.</summary>
    WrongKey,

    /// <summary>Not a signed head of that agent.</summary>
    Malformed,
}

/// <summary>A head as it was heard.</summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent.</param>
/// <param name="Digest">SHA-256 of the note, hex: the same note is kept once.</param>
/// <param name="Size">Entries.</param>
/// <param name="Time">Agent's time, UTC.</param>
/// <param name="ReceivedAt">When it was heard first, UTC.</param>
/// <param name="Note">Signed text.</param>
/// <param name="Standing">How it stands.</param>
internal sealed record WitnessedHead(
    SiteId Site,
    AgentId Agent,
    string Digest,
    long Size,
    DateTimeOffset Time,
    DateTimeOffset ReceivedAt,
    string Note,
    HeadStanding Standing
);

/// <summary>Key of an agent as it was first seen, and the newest head that is proved.</summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent.</param>
/// <param name="PublicKey">PEM; null until it was seen, or after a person accepted that it changed.</param>
/// <param name="Head">Newest proved note; null before the first.</param>
internal sealed record WitnessPin(SiteId Site, AgentId Agent, string? PublicKey, string? Head);

/// <summary>An alarm. It stays until a person acknowledges it, and is kept for ever.</summary>
/// <param name="Id">Number.</param>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent.</param>
/// <param name="Kind">What.</param>
/// <param name="RaisedAt">UTC.</param>
/// <param name="Evidence">The note, or the key, that raised it.</param>
/// <param name="Known">The note, or the key, that it contradicts; null for none.</param>
/// <param name="Seen">How often since.</param>
/// <param name="AcknowledgedAt">UTC; null while it stands.</param>
/// <param name="AcknowledgedBy">Who.</param>
/// <param name="Reason">Why.</param>
internal sealed record WitnessAlarm(
    long Id,
    SiteId Site,
    AgentId Agent,
    AlarmKind Kind,
    DateTimeOffset RaisedAt,
    string Evidence,
    string? Known,
    long Seen,
    DateTimeOffset? AcknowledgedAt,
    string? AcknowledgedBy,
    string? Reason
);

/// <summary>What is known of an agent's heads.</summary>
/// <param name="Heads">Heads that are kept.</param>
/// <param name="Unproved">Of them, those not yet proved.</param>
/// <param name="UnprovedSince">When the oldest of these was heard, UTC; null without one.</param>
internal sealed record WitnessCount(long Heads, long Unproved, DateTimeOffset? UnprovedSince);

/// <summary>Memory of the witness. Nothing is ever forgotten. Thread safe; one writer.</summary>
internal interface IWitnessStore
{
    Task<IReadOnlyList<WitnessPin>> PinsAsync(CancellationToken ct);

    Task SetPinAsync(WitnessPin pin, CancellationToken ct);

    /// <summary>Keeps a head; one that is there stays as it is. False then.</summary>
    Task<bool> AddAsync(WitnessedHead head, CancellationToken ct);

    Task SetStandingAsync(WitnessedHead head, HeadStanding standing, CancellationToken ct);

    /// <summary>The smallest unproved head; null when there is none.</summary>
    Task<WitnessedHead?> NextUnprovedAsync(SiteId site, AgentId agent, CancellationToken ct);

    Task<WitnessCount> CountAsync(SiteId site, AgentId agent, CancellationToken ct);

    /// <summary>Heads of an agent, newest first.</summary>
    Task<IReadOnlyList<WitnessedHead>> HeadsAsync(SiteId site, AgentId agent, int limit, CancellationToken ct);

    /// <summary>Raises an alarm, or counts it again when one of that kind stands.</summary>
    Task RaiseAsync(SiteId site, AgentId agent, AlarmKind kind, DateTimeOffset at, string evidence, string? known, CancellationToken ct);

    /// <summary>Alarms, those that stand first, then newest first.</summary>
    Task<IReadOnlyList<WitnessAlarm>> AlarmsAsync(int limit, CancellationToken ct);

    /// <summary>False when it was acknowledged before, or does not exist.</summary>
    Task<bool> AcknowledgeAsync(long id, string who, string reason, DateTimeOffset at, CancellationToken ct);
}
