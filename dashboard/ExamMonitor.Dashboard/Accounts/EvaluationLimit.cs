using System.Security.Claims;
using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>The one evaluation (a draw, a session or a batch of an agent) that an account holds for. Pure.</summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent.</param>
/// <param name="Evaluation">Id of the draw, session or batch.</param>
internal sealed record EvaluationLimit(SiteId Site, AgentId Agent, string Evaluation)
{
    public const string ClaimType = "exam-monitor:evaluation";

    /// <summary>As it is stored: <c>site/agent/evaluation</c>.</summary>
    public string Text => $"{Site}/{Agent}/{Evaluation}";

    /// <summary>Page on which everything begins.</summary>
    public string Home => $"/evaluation/samples/{Text}";

    /// <summary>False when it is not of that form.</summary>
    public static bool TryParse(string? text, out EvaluationLimit? limit)
    {
        limit =
            (text ?? "").Split('/') is [var site, var agent, var evaluation]
            && SiteId.TryParse(site, null, out var s)
            && AgentId.TryParse(agent, null, out var a)
            && IdText.IsValid(evaluation)
                ? new(s, a, evaluation)
                : null;
        return limit is not null;
    }

    /// <summary>The limit of a person; null for one who has none.</summary>
    /// <returns>False for a person who may do nothing: a limit that cannot be read, or a guest without one.</returns>
    public static bool TryOf(ClaimsPrincipal user, out EvaluationLimit? limit)
    {
        limit = null;
        return user.FindFirstValue(ClaimType) is { } text ? TryParse(text, out limit) : !user.IsInRole(nameof(Role.Guest));
    }

    /// <summary>Whether a person is limited, or may do nothing at all.</summary>
    public static bool Holds(ClaimsPrincipal user) => !TryOf(user, out var limit) || limit is not null;

    /// <summary>
    /// Whether a person may use a route, as far as the limit goes. What a rule does not open for such accounts is closed.
    /// </summary>
    /// <param name="user">Person.</param>
    /// <param name="rule">Rule of the route; null for none.</param>
    /// <param name="values">Values of the route.</param>
    public static bool Allows(ClaimsPrincipal user, AccessRule? rule, IEnumerable<KeyValuePair<string, object?>> values)
    {
        if (!TryOf(user, out var limit))
            return false;
        if (limit is null)
            return true;
        return rule is { OfOneEvaluation: true }
            && values.All(v =>
                v.Key switch
                {
                    "site" or "SiteText" => (v.Value as string) == limit.Site.Text,
                    "agent" or "AgentText" => (v.Value as string) == limit.Agent.Text,
                    "draw" or "evaluation" or "EvaluationText" => (v.Value as string) == limit.Evaluation,
                    _ => true,
                }
            );
    }
}
