using System.Security.Claims;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Media;

namespace ExamMonitor.Dashboard.Features.Retention;

/// <summary>Approves destruction: never twice by the same person, never another plan than the one that was looked at.</summary>
/// <remarks>The agent refuses both as well. It takes names on trust, so that the rule is kept here too, where the person is
/// known.</remarks>
internal sealed class ApprovalService(AgentClient agents, ActService service)
{
    /// <summary>Resource keys of its own refusals.</summary>
    public const string SamePerson = "ApprovalSamePerson";

    /// <inheritdoc cref="SamePerson"/>
    public const string PlanChanged = "ApprovalPlanChanged";

    /// <summary>What waits for approval now. Known is false when the agent did not say: then nothing is no comfort.</summary>
    public async Task<(PlanApproval? Approval, bool Known)> WaitingAsync(AgentPlace place, CancellationToken ct)
    {
        var reply = await agents
            .AskAsync<PlanApproval>(place.Site, place.Agent, HttpMethod.Get, AgentApi.Approval, null, null, ct)
            .ConfigureAwait(false);
        return reply.Failure is null ? (reply.Value, true) : (null, reply.Status == StatusCodes.Status404NotFound);
    }

    /// <summary>Whether a person stands among those who approved; upper and lower case count as the same.</summary>
    public static bool HasApproved(PlanApproval approval, string who) =>
        approval.ApprovedBy.Contains(who.Trim(), StringComparer.OrdinalIgnoreCase);

    /// <param name="user">Who is logged in.</param>
    /// <param name="remote">Address that the page was opened from.</param>
    /// <param name="place">Agent.</param>
    /// <param name="digest">Of what the person looked at.</param>
    /// <param name="reason">Why.</param>
    /// <param name="ct">Stops the waiting.</param>
    /// <returns>What came of it, and for a refusal a sentence or the resource key of one.</returns>
    public async Task<(ActResult Result, string? Problem)> ApproveAsync(
        ClaimsPrincipal user,
        string remote,
        AgentPlace place,
        string digest,
        string reason,
        CancellationToken ct
    )
    {
        var (now, known) = await WaitingAsync(place, ct).ConfigureAwait(false);
        if (!known)
            return (ActResult.Unanswered, null);
        if (now is null || now.Digest != digest)
            return (ActResult.Refused, PlanChanged);
        if (HasApproved(now, user.Identity?.Name ?? ""))
            return (ActResult.Refused, SamePerson);
        var act = new Act(
            ActKind.DestructionApprove,
            place.Site,
            place.Agent,
            null,
            $"{now.Segments} segments, plan {digest[..Math.Min(12, digest.Length)]}",
            reason
        );
        var outcome = await service
            .DoAsync<PlanApproval>(user, remote, act, HttpMethod.Post, AgentApi.Approval, Contract.Body(new ApprovalRequest(digest)), ct)
            .ConfigureAwait(false);
        return (outcome.Result, outcome.Detail);
    }
}
