using ExamMonitor.Agent.Api;
using ExamMonitor.Agent.Broker;
using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Publishing;
using ExamMonitor.Agent.Sound;
using ExamMonitor.Agent.Watching;

namespace ExamMonitor.Agent.Hosting;

/// <summary>What the lifecycle starts and stops, and what it tells at the start.</summary>
internal sealed class AgentParts
{
    /// <summary>Configuration.</summary>
    public required AgentOptions Options { get; init; }

    /// <summary>Who this is.</summary>
    public required AgentIdentity Identity { get; init; }

    /// <summary>Where everything lies.</summary>
    public required AgentFolder Folder { get; init; }

    /// <summary>Token of the API.</summary>
    public required ApiToken Token { get; init; }

    /// <summary>What is watched.</summary>
    public required ManifestTeller Manifest { get; init; }

    /// <summary>Key that signs checkpoints, PEM; null without a ledger.</summary>
    public string? PublicKey { get; init; }

    /// <summary>Broker child; null for another broker.</summary>
    public BrokerChild? Broker { get; init; }

    /// <summary>Measuring; null when it is switched off.</summary>
    public WatchService? Watch { get; init; }

    /// <summary>Measuring of the sound; null when it is switched off.</summary>
    public SoundService? Sound { get; init; }

    /// <summary>Telling.</summary>
    public required TellingService Telling { get; init; }

    /// <summary>Cameras.</summary>
    public required CaptureService Capture { get; init; }
}
