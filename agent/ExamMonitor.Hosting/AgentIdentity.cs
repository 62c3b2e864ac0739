using System.Reflection;

namespace ExamMonitor.Hosting;

/// <summary>Who this agent is.</summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent.</param>
/// <param name="StartedAt">Start of this process, UTC.</param>
internal sealed record AgentIdentity(SiteId Site, AgentId Agent, DateTimeOffset StartedAt)
{
    /// <summary>Version of the product.</summary>
    public static string Version { get; } =
        typeof(AgentIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0";

    /// <summary>Topics of the site.</summary>
    public Topics Topics => new(Site);
}
