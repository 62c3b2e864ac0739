using System.Collections.Immutable;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>A payload and the moment up to which it may be believed from.</summary>
/// <param name="Body">The payload.</param>
/// <param name="HeardAt">Arrival, UTC; for a retained message the payload's own time, since nobody knows how long the broker kept
/// it.</param>
internal sealed record Heard<T>(T Body, DateTimeOffset HeardAt)
    where T : Payload;

/// <summary>Last words of every topic of every site. Immutable; <see cref="FloorReducer"/> makes the next one.</summary>
internal sealed record FloorState(ImmutableSortedDictionary<string, SiteState> Sites)
{
    public static FloorState Empty { get; } = new(ImmutableSortedDictionary.Create<string, SiteState>(StringComparer.Ordinal));

    public SiteState? Site(SiteId site) => Sites.GetValueOrDefault(site.Text);
}

internal sealed record SiteState(SiteId Id)
{
    public ImmutableDictionary<AgentId, AgentWords> Agents { get; init; } = ImmutableDictionary<AgentId, AgentWords>.Empty;

    public ImmutableDictionary<RoomId, RoomWords> Rooms { get; init; } = ImmutableDictionary<RoomId, RoomWords>.Empty;

    public Heard<RetentionStatus>? Retention { get; init; }

    /// <summary>What the dashboard itself says of the site's ledgers.</summary>
    public ImmutableList<ProblemEvent> Witnessed { get; init; } = [];

    /// <summary>Problems that were opened and not closed, by agent and id.</summary>
    public ImmutableDictionary<(AgentId Agent, string Id), ProblemEvent> Open { get; init; } =
        ImmutableDictionary<(AgentId, string), ProblemEvent>.Empty;
}

internal sealed record AgentWords(Heard<AgentState>? State, Heard<AgentManifest>? Manifest)
{
    public Heard<AgentRetention>? Retention { get; init; }
}

internal sealed record RoomWords
{
    public Heard<RoomStatus>? Status { get; init; }

    public Heard<FootageStatus>? Footage { get; init; }

    public Heard<RoomReadiness>? Readiness { get; init; }

    public Heard<RoomPlates>? Plates { get; init; }

    public ImmutableDictionary<StationId, Heard<StationStatus>> Stations { get; init; } =
        ImmutableDictionary<StationId, Heard<StationStatus>>.Empty;

    public ImmutableDictionary<CameraId, Heard<CameraStatus>> Cameras { get; init; } =
        ImmutableDictionary<CameraId, Heard<CameraStatus>>.Empty;
}
