using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Messages;

/// <summary>
/// <c>agents/{agent}/retention</c>, retained: what one agent keeps. The same as <c>retention/status</c>, which is the site's and holds what
/// the agent that spoke last says.
/// </summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Agent">Agent.</param>
/// <param name="Classes">Per footage class.</param>
/// <param name="FreeBytes">Free space of the footage volume; null when the probe failed, which means "no space for new promises".</param>
/// <param name="ReserveBytes">Kept free for the sessions that are about to be recorded.</param>
/// <param name="BreachForecast">Site date on which the volume cannot hold its duty any more; null when none is foreseen or too little was
/// measured.</param>
/// <param name="Holds">Holds in force.</param>
/// <param name="WaitingForApproval">Segments whose destruction waits for a person's approval.</param>
/// <param name="LastSweep">UTC; null before the first.</param>
/// <param name="LastSweepDestroyed">Segments that the last sweep destroyed; null before the first.</param>
/// <param name="LastScrub">Last finished re-hash of everything, UTC; null before the first.</param>
/// <param name="NothingIsDestroyed">Why nothing can be destroyed at present (a profile, the schedule or a hold cannot be read, the clock
/// cannot be right, the volume is strange); null when sweeps work.</param>
/// <param name="ArchiveTier">Archive tier; null (left out) when none is configured.</param>
public sealed record AgentRetention(
    string Schema,
    DateTimeOffset Ts,
    long Seq,
    AgentId Agent,
    IReadOnlyList<RetentionClass> Classes,
    long? FreeBytes,
    long ReserveBytes,
    DateOnly? BreachForecast,
    int Holds,
    long WaitingForApproval,
    DateTimeOffset? LastSweep,
    long? LastSweepDestroyed,
    DateTimeOffset? LastScrub,
    LocalText? NothingIsDestroyed,
    [property: JsonPropertyName("secondTier"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        ArchiveTierStatus? ArchiveTier = null
) : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/agent-retention/1";
}
