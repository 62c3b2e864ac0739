using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Components;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>A hold that a person asks for.</summary>
/// <param name="Place">Agent that is asked.</param>
/// <param name="Request">What to keep.</param>
/// <param name="Rooms">Rooms that it touches; empty for all.</param>
/// <param name="Reason">Why.</param>
public sealed record NewHold(AgentPlace Place, HoldRequest Request, IReadOnlyList<RoomId> Rooms, string Reason);
