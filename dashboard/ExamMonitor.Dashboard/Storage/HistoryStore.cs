using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>A problem over its whole life.</summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent that told of it.</param>
/// <param name="Id">The same from opened to closed.</param>
/// <param name="Code">Kind, kebab case.</param>
/// <param name="Severity">As last told.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Since">Onset, UTC.</param>
/// <param name="ClosedAt">UTC; null while it is open.</param>
/// <param name="Text">As last told.</param>
/// <param name="Evidence">Address of what shows it, relative to the agent's API; null for none.</param>
public sealed record ProblemRecord(
    SiteId Site,
    AgentId Agent,
    string Id,
    string Code,
    Severity Severity,
    ProblemSubject Subject,
    DateTimeOffset Since,
    DateTimeOffset? ClosedAt,
    LocalText Text,
    string? Evidence
);

/// <summary>What to look for: problems that were open at or after From and began before To. Null members do not narrow.</summary>
internal sealed record ProblemFilter(
    DateTimeOffset From,
    DateTimeOffset To,
    SiteId? Site = null,
    RoomId? Room = null,
    Severity? Severity = null,
    bool OpenOnly = false
);

/// <summary>A claim that changed.</summary>
/// <param name="Site">Site.</param>
/// <param name="Room">Room.</param>
/// <param name="Station">Station.</param>
/// <param name="Claim"><c>covered</c>, <c>lit</c> or <c>recorded</c>.</param>
/// <param name="Value">What it became; null for not known.</param>
/// <param name="Since">When, UTC.</param>
/// <param name="Reason">Kebab case; null for none.</param>
/// <param name="Text">For a person; null for none.</param>
public sealed record ClaimChange(
    SiteId Site,
    RoomId Room,
    StationId Station,
    string Claim,
    bool? Value,
    DateTimeOffset Since,
    string? Reason,
    LocalText? Text
);

/// <summary>
/// What the dashboard remembers of the floor. Each member is one transaction; repeating one with the same facts changes nothing.
/// </summary>
internal interface IHistoryStore
{
    Task AddAsync(SiteId site, ProblemEvent problem, CancellationToken ct);

    /// <summary>Several facts in one transaction, in their order.</summary>
    Task AddAsync(IReadOnlyList<HistoryFact> facts, CancellationToken ct);

    Task AddAsync(ClaimChange change, CancellationToken ct);

    /// <summary>
    /// Makes up for events that were missed: closes what was <paramref name="known"/> and is not <paramref name="open"/>, and adds what is
    /// open and not known.
    /// </summary>
    Task ReconcileAsync(
        SiteId site,
        AgentId agent,
        IReadOnlyCollection<string> known,
        IReadOnlyCollection<OpenProblem> open,
        DateTimeOffset at,
        CancellationToken ct
    );

    /// <summary>Newest first, at most 1,000.</summary>
    Task<IReadOnlyList<ProblemRecord>> FindAsync(ProblemFilter filter, CancellationToken ct);

    /// <summary>Changes of one station, newest first, at most 200.</summary>
    Task<IReadOnlyList<ClaimChange>> ChangesAsync(SiteId site, RoomId room, StationId station, DateTimeOffset from, CancellationToken ct);

    /// <summary>Problems that are open as far as is known.</summary>
    Task<IReadOnlyList<(SiteId Site, ProblemEvent Problem)>> OpenAsync(CancellationToken ct);

    /// <summary>Forgets closed problems and changes from before.</summary>
    Task ForgetAsync(DateTimeOffset before, CancellationToken ct);
}
