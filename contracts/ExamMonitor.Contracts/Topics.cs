namespace ExamMonitor.Contracts;

/// <summary>
/// Topics of one site under <c>exam-monitor/v1/{site}</c>. Read-only by design: nothing that arrives over MQTT starts, stops or deletes
/// anything.
/// </summary>
/// <param name="Site">Site.</param>
public sealed record Topics(SiteId Site)
{
    /// <summary>First levels of every topic of this major version.</summary>
    public const string Root = "exam-monitor/v1";

    /// <summary>Filter that matches every topic of the site.</summary>
    public string All => $"{Root}/{Site}/#";

    /// <summary>Problems opened, changed and closed.</summary>
    public string Events => $"{Root}/{Site}/events";

    /// <summary>Signed ledger heads.</summary>
    public string Checkpoints => $"{Root}/{Site}/checkpoints";

    /// <summary>What is kept, and for how long it will fit.</summary>
    public string RetentionStatus => $"{Root}/{Site}/retention/status";

    /// <summary>Whether an agent is connected.</summary>
    public string AgentState(AgentId agent) => $"{Root}/{Site}/agents/{agent}/state";

    /// <summary>An agent's newest signed ledger head: the same as on <see cref="Checkpoints"/>, which agents of one site share.</summary>
    public string AgentCheckpoint(AgentId agent) => $"{Root}/{Site}/agents/{agent}/checkpoint";

    /// <summary>What an agent watches.</summary>
    public string AgentManifest(AgentId agent) => $"{Root}/{Site}/agents/{agent}/manifest";

    /// <summary>What an agent keeps, and for how long it will fit.</summary>
    public string AgentRetention(AgentId agent) => $"{Root}/{Site}/agents/{agent}/retention";

    /// <summary>Whether a room is ready for its next session.</summary>
    public string RoomReadiness(RoomId room) => $"{Root}/{Site}/rooms/{room}/readiness";

    /// <summary>Whether stations and number plates of a room belong together.</summary>
    public string RoomPlates(RoomId room) => $"{Root}/{Site}/rooms/{room}/plates";

    /// <summary>Summary of a room.</summary>
    public string RoomStatus(RoomId room) => $"{Root}/{Site}/rooms/{room}/status";

    /// <summary>One station.</summary>
    public string StationStatus(RoomId room, StationId station) => $"{Root}/{Site}/rooms/{room}/stations/{station}/status";

    /// <summary>One camera.</summary>
    public string CameraStatus(RoomId room, CameraId camera) => $"{Root}/{Site}/rooms/{room}/cameras/{camera}/status";

    /// <summary>Footage of a room's cameras.</summary>
    public string FootageStatus(RoomId room) => $"{Root}/{Site}/rooms/{room}/footage/status";
}
