using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>A payload that passed <see cref="PayloadReader"/>.</summary>
/// <param name="Site">Site of the topic.</param>
/// <param name="Agent">Agent of the topic or payload; null for topics that name none.</param>
/// <param name="SeqKey">What its sequence number counts.</param>
/// <param name="Body">Payload.</param>
/// <param name="Retained">Whether the broker had kept it from before we asked.</param>
internal sealed record IncomingPayload(SiteId Site, AgentId? Agent, string SeqKey, Payload Body, bool Retained);

/// <summary>A reading or the plain reason why there is none.</summary>
/// <param name="Payload">Null when refused, or when the topic belongs to a later version and is none of ours.</param>
/// <param name="Refusal">What, where and why; null when not refused.</param>
internal readonly record struct PayloadReading(IncomingPayload? Payload, string? Refusal)
{
    public static PayloadReading NotOurs => default;

    public static PayloadReading Refuse(string why) => new(null, why);
}
