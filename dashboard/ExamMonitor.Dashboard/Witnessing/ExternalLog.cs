using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>Where alarms about a log stand that is known by its verifier key alone. Pure.</summary>
internal static class ExternalLog
{
    /// <summary>Site under which logs stand that are of no agent.</summary>
    public const string Site = "external-logs";

    /// <summary>
    /// The agent that an origin names; for any other origin, <see cref="Site"/> and the origin as far as an id can hold it.
    /// </summary>
    public static (SiteId Site, AgentId Agent) PlaceOf(string origin)
    {
        if (
            origin.Split('/') is [_, var site, var agent]
            && IdText.IsValid(site)
            && IdText.IsValid(agent)
            && string.Equals(Checkpoint.OriginOf(SiteId.Of(site), AgentId.Of(agent)), origin, StringComparison.Ordinal)
        )
            return (SiteId.Of(site), AgentId.Of(agent));
        var name = string.Concat(origin.Select(c => IdText.IsValid("x" + c) ? c : '-'));
        name = name.Length <= IdText.MaxLength ? name : name[..IdText.MaxLength];
        return (SiteId.Of(Site), AgentId.Of(IdText.IsValid(name) ? name : "log"));
    }
}
