using System.Data.Common;
using System.Security.Claims;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Media;
using ExamMonitor.Dashboard.Storage;
using Microsoft.AspNetCore.Authorization;

namespace ExamMonitor.Dashboard.Acts;

/// <summary>
/// Does acts: asks whether the person may, writes the audit log, asks the agent in that person's name, and writes what came of it.
/// </summary>
/// <remarks>
/// The order matters. The account is looked up anew for every act, since a page may be open for hours. The record is written before the
/// agent is asked: an act without a record does not happen, and a crash in between leaves "asked" without an outcome, which is the truth.
/// </remarks>
internal sealed class ActService(
    AgentClient agents,
    LoginSessions logins,
    IAuditStore audit,
    IAuthorizationService authorization,
    TimeProvider time
)
{
    private const int LongestSubject = 300;

    /// <summary>Whether a person may do that, here.</summary>
    public async Task<bool> MayAsync(ClaimsPrincipal user, Act act)
    {
        var scopes = Scopes.Of(user);
        var inScope = act.Rooms is { Count: > 0 } rooms ? rooms.All(r => scopes.Allows(act.Site, r)) : scopes.AllowsSite(act.Site);
        return inScope
            && InEvaluation(user, act)
            && (await authorization.AuthorizeAsync(user, null, act.Policy).ConfigureAwait(false)).Succeeded;
    }

    /// <summary>An account of one evaluation records findings and marks of it, makes packs and copies of it, and nothing else.</summary>
    private static bool InEvaluation(ClaimsPrincipal user, Act act) =>
        EvaluationLimit.TryOf(user, out var limit)
        && (
            limit is null
            || (
                act.Kind is ActKind.FindingRecord or ActKind.ScoresRecord or ActKind.PackMake or ActKind.CopyMake
                && act.Site == limit.Site
                && act.Agent == limit.Agent
                && act.Evaluation == limit.Evaluation
            )
        );

    /// <param name="user">Who is logged in.</param>
    /// <param name="remote">Address that the page was opened from.</param>
    /// <param name="act">What is to be done.</param>
    /// <param name="method">Method at the agent.</param>
    /// <param name="path">Path and query at the agent.</param>
    /// <param name="content">Body; null for none.</param>
    /// <param name="ct">Stops the waiting.</param>
    /// <param name="patience">How long the agent may take; null for <see cref="AgentClient.Patience"/>.</param>
    public async Task<ActOutcome<T>> DoAsync<T>(
        ClaimsPrincipal user,
        string remote,
        Act act,
        HttpMethod method,
        string path,
        HttpContent? content,
        CancellationToken ct,
        TimeSpan? patience = null
    )
        where T : class
    {
        if (!await logins.HoldAsync(user, ct).ConfigureAwait(false) || !await MayAsync(user, act).ConfigureAwait(false))
            return new(ActResult.Denied, null);
        var reason = act.Reason.ReplaceLineEndings("\n").Trim();
        if (reason.Length == 0 && act.NeedsReason)
            return new(ActResult.ReasonMissing, null);
        if (reason.Length > ActingPerson.LongestReason || reason.Any(c => char.IsControl(c) && c != '\n'))
            return new(ActResult.ReasonUnfit, null);
        var who = user.Identity!.Name!;
        var entry = new AuditEntry(
            time.GetUtcNow(),
            who,
            act.Word + "-asked",
            Cut($"{act.Site}/{act.Agent} {act.Subject}") + (reason.Length > 0 ? ": " + reason : ""),
            remote
        );
        if (!await RecordAsync(entry, ct).ConfigureAwait(false))
            return new(ActResult.NotRecorded, null);

        // Leaving the page does not call an act back: its outcome is waited for and recorded all the same.
        var reply = await agents
            .AskAsync<T>(
                act.Site,
                act.Agent,
                method,
                path,
                content,
                new(who, reason.Length > 0 ? reason : null),
                CancellationToken.None,
                patience
            )
            .ConfigureAwait(false);

        // The status decides, not whether the body could be read: "done" without a body is done, and an agent that failed in the middle
        // (5xx) may have done it.
        var outcome = reply switch
        {
            { Failure: AgentFailure.NoLink } => new ActOutcome<T>(ActResult.NoLink, null),
            { Status: >= 200 and < 300 } => new(ActResult.Done, reply.Value, reply.Status),
            { Status: >= 400 and < 500 } => new(ActResult.Refused, reply.Value, reply.Status, reply.Detail),
            _ => new(ActResult.Unanswered, null, reply.Status, reply.Detail),
        };
        var word = outcome.Result switch
        {
            ActResult.Done => "-done",
            ActResult.Unanswered => "-unanswered",
            _ => "-refused",
        };

        // What was done is done: a database that fails now must not make it look undone. "Asked" stands in the record.
        await RecordAsync(
                entry with
                {
                    At = time.GetUtcNow(),
                    Act = act.Word + word,
                    Subject = Cut($"{act.Site}/{act.Agent} {act.Subject}"),
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return outcome;
    }

    private static string Cut(string text) => text.Length <= LongestSubject ? text : string.Concat(text.AsSpan(0, LongestSubject), "…");

    private async Task<bool> RecordAsync(AuditEntry entry, CancellationToken ct)
    {
        try
        {
            await audit.AddAsync(entry, ct).ConfigureAwait(false);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }
}
