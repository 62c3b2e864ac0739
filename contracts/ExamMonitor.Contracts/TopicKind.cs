using System.Collections.Frozen;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Contracts;

/// <summary>The topics of a site, by what they tell.</summary>
public enum TopicKind
{
    /// <summary><see cref="Messages.AgentState"/>.</summary>
    AgentState,

    /// <summary><see cref="Messages.AgentManifest"/>.</summary>
    AgentManifest,

    /// <summary><see cref="Messages.RoomStatus"/>.</summary>
    RoomStatus,

    /// <summary><see cref="Messages.StationStatus"/>.</summary>
    StationStatus,

    /// <summary><see cref="Messages.CameraStatus"/>.</summary>
    CameraStatus,

    /// <summary><see cref="Messages.FootageStatus"/>.</summary>
    FootageStatus,

    /// <summary><see cref="Messages.RetentionStatus"/>.</summary>
    RetentionStatus,

    /// <summary><see cref="ProblemEvent"/>.</summary>
    Events,

    /// <summary><see cref="LedgerCheckpoint"/>.</summary>
    Checkpoints,

    /// <summary><see cref="Messages.RoomReadiness"/>.</summary>
    RoomReadiness,

    /// <summary><see cref="Messages.AgentRetention"/>.</summary>
    AgentRetention,

    /// <summary><see cref="LedgerCheckpoint"/> of one agent.</summary>
    AgentCheckpoint,

    /// <summary><see cref="Messages.RoomPlates"/>.</summary>
    RoomPlates,
}

/// <summary>What a topic carries and how.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Pattern">Levels under <c>exam-monitor/v1/{site}</c>, with <c>{agent}</c>, <c>{room}</c>, <c>{camera}</c>, <c>{station}</c>
/// for ids.</param>
/// <param name="PayloadType">Record of the payload, derived from <see cref="Payload"/>.</param>
/// <param name="SchemaName">Value of <see cref="Payload.Schema"/>.</param>
/// <param name="Retained">Whether the broker keeps the newest message.</param>
public sealed record TopicContract(TopicKind Kind, string Pattern, Type PayloadType, string SchemaName, bool Retained)
{
    /// <summary>Every topic of this major version.</summary>
    public static IReadOnlyList<TopicContract> All { get; } =
    [
        new(TopicKind.AgentState, "agents/{agent}/state", typeof(AgentState), AgentState.SchemaName, Retained: true),
        new(TopicKind.AgentManifest, "agents/{agent}/manifest", typeof(AgentManifest), AgentManifest.SchemaName, Retained: true),
        new(TopicKind.RoomStatus, "rooms/{room}/status", typeof(RoomStatus), RoomStatus.SchemaName, Retained: true),
        new(
            TopicKind.StationStatus,
            "rooms/{room}/stations/{station}/status",
            typeof(StationStatus),
            StationStatus.SchemaName,
            Retained: true
        ),
        new(TopicKind.CameraStatus, "rooms/{room}/cameras/{camera}/status", typeof(CameraStatus), CameraStatus.SchemaName, Retained: true),
        new(TopicKind.FootageStatus, "rooms/{room}/footage/status", typeof(FootageStatus), FootageStatus.SchemaName, Retained: true),
        new(TopicKind.RetentionStatus, "retention/status", typeof(RetentionStatus), RetentionStatus.SchemaName, Retained: true),
        new(TopicKind.Events, "events", typeof(ProblemEvent), ProblemEvent.SchemaName, Retained: false),
        new(TopicKind.Checkpoints, "checkpoints", typeof(LedgerCheckpoint), LedgerCheckpoint.SchemaName, Retained: true),
        new(TopicKind.RoomReadiness, "rooms/{room}/readiness", typeof(RoomReadiness), RoomReadiness.SchemaName, Retained: true),
        new(TopicKind.AgentRetention, "agents/{agent}/retention", typeof(AgentRetention), AgentRetention.SchemaName, Retained: true),
        new(TopicKind.AgentCheckpoint, "agents/{agent}/checkpoint", typeof(LedgerCheckpoint), LedgerCheckpoint.SchemaName, Retained: true),
        new(TopicKind.RoomPlates, "rooms/{room}/plates", typeof(RoomPlates), RoomPlates.SchemaName, Retained: true),
    ];

    private static readonly FrozenDictionary<TopicKind, TopicContract> ByKind = All.ToFrozenDictionary(c => c.Kind);

    /// <summary>The contract of a kind.</summary>
    public static TopicContract Of(TopicKind kind) => ByKind[kind];
}
